import { statusesOf } from '../domain/ticket-rule.ts'
import type { TicketConnection } from '../domain/ticket-rules.ts'
import type { StoredTicket } from '../storage/ticket-row.ts'
import { VendorError } from '../vendor/error.ts'
import type { Billing } from './plan-company.ts'
import { isClosed, refusedMs } from './ticket-steps.ts'

/** Tickets that are open are looked at once in that time: people may have closed them. */
export const seenEveryMs = 24 * 3_600_000
const seenAtOnce = 100

/** Notes which open tickets people closed. False where there was none to look at. */
export async function lookAtUnseen(
  billing: Billing,
  rules: TicketConnection,
  nowMs: number,
): Promise<boolean> {
  const { deps, connection, lease } = billing
  const unseen = await deps.ticketWork.unseen(connection, nowMs - seenEveryMs, seenAtOnce)
  if (unseen.length === 0) return false
  const ids = unseen.map(({ id }) => id)
  try {
    const over = await overInPsa(billing, rules, unseen)
    const at = deps.now().toISOString()
    await lease.save([
      deps.ticketWork.seen(ids, nowMs),
      ...over.map(({ id }) => deps.ticketWork.closed(id, 'person', at)),
    ])
    return true
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    lease.heed(error)
    if (error.failure.kind === 'throttled') throw error
    await lease.save([deps.ticketWork.seen(ids, nowMs - seenEveryMs + refusedMs)])
    return false
  }
}

async function overInPsa({ psa }: Billing, rules: TicketConnection, tickets: StoredTicket[]) {
  const found = await psa.desk.states(tickets.flatMap(({ psaId }) => psaId ?? []))
  const states = new Map(found.map((state) => [state.id, state]))
  return tickets.filter(({ psaId, rule, made }) => {
    const state = states.get(psaId ?? '')
    return state === undefined || isClosed(state, statusesOf(rules, rule, made).statusClosed)
  })
}
