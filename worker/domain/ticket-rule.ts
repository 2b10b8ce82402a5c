import {
  type DeviceStatus,
  deviceStatuses,
  type EventSeverity,
  eventSeverities,
  type TicketConnection,
  type TicketRules,
} from './ticket-rules.ts'

/** `event:critical`, `status:scan_overdue`, `health`. */
export type RuleName = `event:${EventSeverity}` | `status:${DeviceStatus}` | 'health'

/** How the tickets of one rule are filed; ids are the PSA's own. */
export interface Filing {
  board: string
  statusNew: string
  statusClosed: string
  assignee: string | null
  priority: string | null
  type: string | null
}

/** How tickets of this rule are filed: its own way where it has one, else that of the connection. Null where it is off. */
export function filingOf(rules: TicketConnection, name: RuleName): Filing | null {
  const rule = ruleNamed(rules, name)
  if (rule === null || !rule.on) return null
  return {
    board: rule.board ?? rules.board,
    statusNew: rule.statusNew ?? rules.statusNew,
    statusClosed: rule.statusClosed ?? rules.statusClosed,
    assignee: rule.assignee === undefined ? rules.assignee : rule.assignee,
    priority: rule.priority === undefined ? rules.priority : rule.priority,
    type: rule.type === undefined ? rules.type : rule.type,
  }
}

/** What of its filing a ticket was made with. */
export type MadeWith = Pick<Filing, 'board' | 'statusNew' | 'statusClosed'>

/**
 * The statuses with which a ticket is closed and opened again: those of its rule, be it on or off. A ticket that was made
 * on another board keeps to that board's, with which it was made.
 */
export function statusesOf(rules: TicketConnection, name: RuleName, made: MadeWith | null): MadeWith {
  const rule = ruleNamed(rules, name)
  const now = {
    board: rule?.board ?? rules.board,
    statusNew: rule?.statusNew ?? rules.statusNew,
    statusClosed: rule?.statusClosed ?? rules.statusClosed,
  }
  return made === null || made.board === now.board ? now : made
}

/** The rules that are on, in the order in which people see them. */
export function rulesInForce(rules: TicketConnection): RuleName[] {
  return allRules.filter((name) => filingOf(rules, name) !== null)
}

export function filingsInForce(rules: TicketConnection): Filing[] {
  return rulesInForce(rules).flatMap((name) => filingOf(rules, name) ?? [])
}

/** What has to be read of devices for these rules. */
export interface Watched {
  severities: EventSeverity[]
  /** The longest time that an event stays relevant; 0 where none does. */
  lifetimeDays: number
  statuses: DeviceStatus[]
}

export function watchedBy(rules: TicketConnection[]): Watched {
  const severities = eventSeverities.filter((severity) =>
    rules.some(({ events }) => events[severity]?.on === true),
  )
  const lifetimes = rules.flatMap(({ events }) =>
    severities.map((severity) => (events[severity]?.on ? events[severity].lifetimeDays : 0)),
  )
  return {
    severities,
    lifetimeDays: Math.max(0, ...lifetimes),
    statuses: deviceStatuses.filter((status) => rules.some(({ statuses }) => statuses[status]?.on === true)),
  }
}

/** Whether anything on devices opens a ticket. */
export function watchesDevices(rules: TicketConnection): boolean {
  const { severities, statuses } = watchedBy([rules])
  return severities.length > 0 || statuses.length > 0
}

/** Companies that get no tickets, as `connection/id`. */
export function companiesLeftOut(rules: TicketRules): Set<string> {
  return new Set(
    rules.companies.filter(({ off }) => off).map(({ company }) => `${company.connection}/${company.id}`),
  )
}

const allRules: RuleName[] = [
  ...eventSeverities.map((severity): RuleName => `event:${severity}`),
  ...deviceStatuses.map((status): RuleName => `status:${status}`),
  'health',
]

function ruleNamed(rules: TicketConnection, name: RuleName) {
  if (name === 'health') return rules.health
  const severity = eventSeverities.find((each) => name === `event:${each}`)
  if (severity !== undefined) return rules.events[severity] ?? null
  const status = deviceStatuses.find((each) => name === `status:${each}`)
  return status === undefined ? null : (rules.statuses[status] ?? null)
}
