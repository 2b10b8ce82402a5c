import { faultWords } from './fault-words.ts'
import type { FaultyDevice, SecurityEvent } from './security.ts'
import type { RuleName } from './ticket-rule.ts'
import type { DeviceStatus, TicketConnection } from './ticket-rules.ts'

/** So many devices that get the same fault at once share a ticket. */
export const stormFrom = 10

/** A fault of a device that was there at the last look. */
export interface KnownFault {
  deviceId: string
  name: string
  status: DeviceStatus
  /** When it was first seen, in milliseconds. */
  sinceMs: number
  /** Whether it belongs to a ticket, be that closed by now. */
  ticketed: boolean
}

/** A ticket of the company that a cause may go on with. */
export interface KnownTicket {
  id: string
  cause: string
  /** Null while it is open, or about to be. */
  closed: { by: 'itself' | 'person'; atMs: number } | null
}

export interface LookFacts {
  /** `connection/id` */
  tenant: string
  nowMs: number
  rules: TicketConnection
  events: SecurityEvent[]
  /** Null where devices were not asked for: what is known of them stays. */
  devices: FaultyDevice[] | null
  faults: KnownFault[]
  tickets: KnownTicket[]
}

/** How often something happened on a device. */
export interface Happening {
  device: { id: string; name: string }
  count: number
  /** ISO 8601 UTC. */
  firstAt: string
  lastAt: string
}

export interface CausePlan {
  /** What the ticket is about, without any time in it; a company has at most one open ticket of a cause. */
  cause: string
  rule: RuleName
  /** For people, without devices: "Protection is not running". */
  subject: string
  /** What the vendor says about it, an example; empty where it says nothing. */
  example: string
  /** How often it happened. */
  count: number
  happenings: Happening[]
  /** The closed ticket that is opened again; null where the open one goes on, or a new one is made. */
  reopens: string | null
}

export interface LookPlan {
  causes: CausePlan[]
  /** Faults that are new, or have a ticket now; each belongs to the ticket of `cause`, or to none yet. */
  faults: { deviceId: string; name: string; status: DeviceStatus; sinceMs: number; cause: string | null }[]
  /** Faults that are over. */
  over: { deviceId: string; status: DeviceStatus }[]
}

/** What a look at one tenant means for the tickets of its company. */
export function planLook(facts: LookFacts): LookPlan {
  const causes = eventCauses(facts)
  if (facts.devices === null) return { causes, faults: [], over: [] }
  const { present, over } = faultsNow(facts, facts.devices)
  const ticketed = faultCauses(
    facts,
    present.filter((fault) => isDue(facts, fault)),
  )
  return {
    causes: [...causes, ...ticketed.causes],
    faults: present
      .filter((fault) => fault.known === null || ticketed.causeOf.has(fault))
      .map((fault) => ({
        deviceId: fault.device.id,
        name: fault.device.name,
        status: fault.status,
        sinceMs: fault.sinceMs,
        cause: ticketed.causeOf.get(fault) ?? null,
      })),
    over,
  }
}

const dayMs = 86_400_000
const minuteMs = 60_000

function eventCauses(facts: LookFacts): CausePlan[] {
  const relevant = facts.events.filter((event) => isRelevant(facts, event))
  return [...Map.groupBy(relevant, ({ type }) => type)].flatMap(([type, events]) => {
    const [first] = events
    if (first === undefined) return []
    return [
      causePlan(facts, {
        cause: `event:${type}`,
        rule: `event:${first.severity}`,
        subject: first.typeName,
        example: events.find(({ text }) => text !== '')?.text ?? '',
        happenings: [...Map.groupBy(events, ({ device }) => device.id).values()].flatMap((same) =>
          happeningOf(facts, same),
        ),
      }),
    ]
  })
}

function isRelevant({ rules, nowMs }: LookFacts, { severity, at }: SecurityEvent): boolean {
  const rule = rules.events[severity]
  return rule?.on === true && nowMs - Date.parse(at) <= rule.lifetimeDays * dayMs
}

/** @param events of one device */
function happeningOf({ tenant }: LookFacts, events: SecurityEvent[]): Happening[] {
  const times = events.map(({ at }) => at).sort()
  const [first] = events
  const [firstAt] = times
  const lastAt = times.at(-1)
  if (first === undefined || firstAt === undefined || lastAt === undefined) return []
  const device = { id: `${tenant}/${first.device.id}`, name: first.device.name }
  return [{ device, count: events.length, firstAt, lastAt }]
}

interface Fault {
  device: FaultyDevice
  status: DeviceStatus
  sinceMs: number
  known: KnownFault | null
}

function faultsNow(facts: LookFacts, devices: FaultyDevice[]): { present: Fault[]; over: LookPlan['over'] } {
  const known = new Map(facts.faults.map((fault) => [keyOf(fault.deviceId, fault.status), fault]))
  const present: Fault[] = []
  const lasting = new Set<string>()
  for (const device of devices) {
    for (const status of device.reasons) {
      const key = keyOf(device.id, status)
      const rule = facts.rules.statuses[status]
      const isInForce = rule?.on === true
      if (isInForce && !rule.levels.includes(device.level)) continue
      lasting.add(key)
      if (!isInForce) continue
      const before = known.get(key) ?? null
      present.push({ device, status, sinceMs: before?.sinceMs ?? facts.nowMs, known: before })
    }
  }
  const over = facts.faults
    .filter(({ deviceId, status }) => !lasting.has(keyOf(deviceId, status)))
    .map(({ deviceId, status }) => ({ deviceId, status }))
  return { present, over }
}

/** Whether it has lasted long enough, and has no ticket yet. */
function isDue({ rules, nowMs }: LookFacts, { status, sinceMs, known }: Fault): boolean {
  const delayMs = (rules.statuses[status]?.delayMinutes ?? 0) * minuteMs
  return known?.ticketed !== true && nowMs - sinceMs >= delayMs
}

/** A ticket for each device; one for all of them where many got the fault at once, or such a ticket is open still. */
function faultCauses(facts: LookFacts, due: Fault[]): { causes: CausePlan[]; causeOf: Map<Fault, string> } {
  const causes: CausePlan[] = []
  const causeOf = new Map<Fault, string>()
  for (const [status, faults] of Map.groupBy(due, (fault) => fault.status)) {
    const shared = `status:${status}`
    const isStorm = faults.length >= stormFrom || isOpen(facts, shared)
    const groups = isStorm
      ? [{ cause: shared, faults }]
      : faults.map((fault) => ({ cause: `${shared}:${facts.tenant}/${fault.device.id}`, faults: [fault] }))
    for (const group of groups) {
      for (const fault of group.faults) causeOf.set(fault, group.cause)
      causes.push(
        causePlan(facts, {
          cause: group.cause,
          rule: `status:${status}`,
          subject: faultWords[status],
          example: '',
          happenings: group.faults.map(({ device, sinceMs }) => ({
            device: { id: `${facts.tenant}/${device.id}`, name: device.name },
            count: 1,
            firstAt: new Date(sinceMs).toISOString(),
            lastAt: new Date(facts.nowMs).toISOString(),
          })),
        }),
      )
    }
  }
  return { causes, causeOf }
}

/** A ticket that closed by itself not long ago is opened again; one that a person closed is left alone. */
function causePlan(facts: LookFacts, found: Omit<CausePlan, 'reopens' | 'count'>): CausePlan {
  const plan = { ...found, count: found.happenings.reduce((sum, { count }) => sum + count, 0) }
  if (isOpen(facts, plan.cause)) return { ...plan, reopens: null }
  const since = facts.nowMs - facts.rules.reopenDays * dayMs
  const former = facts.tickets
    .filter(({ cause, closed }) => cause === plan.cause && closed?.by === 'itself' && closed.atMs > since)
    .sort((a, b) => (b.closed?.atMs ?? 0) - (a.closed?.atMs ?? 0))
  return { ...plan, reopens: former[0]?.id ?? null }
}

function isOpen({ tickets }: LookFacts, cause: string): boolean {
  return tickets.some((ticket) => ticket.cause === cause && ticket.closed === null)
}

function keyOf(deviceId: string, status: DeviceStatus): string {
  return `${status}:${deviceId}`
}
