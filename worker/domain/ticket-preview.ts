import type { FaultyDevice, SecurityEvent } from './security.ts'
import { planLook } from './ticket-look.ts'
import type { RuleName } from './ticket-rule.ts'
import { deviceStatuses, eventSeverities, type TicketConnection } from './ticket-rules.ts'

/** How far back a preview looks. */
export const previewDays = 7

/**
 * How many tickets the rules would have opened for one tenant, by rule: for its events of the last days, and for what
 * its devices suffer from now.
 */
export function previewOf(
  rules: TicketConnection,
  tenant: string,
  nowMs: number,
  found: { events: SecurityEvent[]; devices: FaultyDevice[] | null },
): Map<RuleName, number> {
  const { causes } = planLook({
    ...found,
    tenant,
    nowMs,
    rules: lookingBack(rules),
    faults: [],
    tickets: [],
  })
  return new Map([...Map.groupBy(causes, ({ rule }) => rule)].map(([rule, of]) => [rule, of.length]))
}

/** An event was fresh when it happened, and a fault of now has lasted long enough. */
function lookingBack(rules: TicketConnection): TicketConnection {
  const events: TicketConnection['events'] = {}
  for (const severity of eventSeverities) {
    const rule = rules.events[severity]
    if (rule !== undefined) events[severity] = { ...rule, lifetimeDays: previewDays }
  }
  const statuses: TicketConnection['statuses'] = {}
  for (const status of deviceStatuses) {
    const rule = rules.statuses[status]
    if (rule !== undefined) statuses[status] = { ...rule, delayMinutes: 0 }
  }
  return { ...rules, events, statuses }
}
