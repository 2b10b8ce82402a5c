import { companyNeeded } from '../domain/broken-rules.ts'
import { type Filing, filingOf, statusesOf } from '../domain/ticket-rule.ts'
import type { TicketConnection } from '../domain/ticket-rules.ts'
import { noteText, ticketText, ticketTitle } from '../domain/ticket-text.ts'
import type { TicketState } from '../psa/ticket-port.ts'
import type { StoredTicket } from '../storage/ticket-row.ts'
import { describeFailure, surelyNotDone, VendorError } from '../vendor/error.ts'
import type { Billing } from './plan-company.ts'

/** So long a refused ticket waits for somebody to mend what it was refused for. */
export const refusedMs = 3_600_000
/** So long a ticket is left alone that somebody has open in the PSA. */
const lockedMs = 10 * 60_000

/** The service desk of one PSA connection, for as long as one message works at it. */
export interface Desk {
  billing: Billing
  rules: TicketConnection
  /** Why tickets of a rule cannot be filed now, by rule; the PSA is asked once. */
  broken(): Promise<Map<string, string>>
}

/** Makes the ticket, exactly once: the ledger says `sending` before the first byte goes out. */
export async function create(desk: Desk, ticket: StoredTicket, filing: Filing): Promise<void> {
  const { deps, psa, lease } = desk.billing
  const broken = (await desk.broken()).get(ticket.rule)
  const nowMs = deps.now().getTime()
  if (broken !== undefined) {
    await lease.save([deps.ticketWork.postpone(ticket.id, nowMs + refusedMs, broken)])
    return
  }
  const own = async () => desk.rules.health.company ?? (await psa.desk.ownCompany())
  const companyId = ticket.companyId === '' ? await own() : ticket.companyId
  if (companyId === null) {
    await lease.save([deps.ticketWork.postpone(ticket.id, nowMs + refusedMs, companyNeeded)])
    return
  }
  const story = { ...ticket, devices: await deps.tickets.devices(ticket.id) }
  const title = ticketTitle(story)
  const lookAt = nowMs + 2 * deps.settings.leaseSeconds * 1000
  const sending = { id: ticket.id, companyId, title, told: ticket.count, filing }
  if (!(await deps.ticketWork.startSending(sending, lease, nowMs, lookAt))) return
  try {
    const psaId = await psa.desk.create({
      key: keyOf(ticket),
      companyId,
      title,
      text: ticketText(story),
      filing: { ...filing, status: filing.statusNew },
    })
    await deps.together([deps.ticketWork.opened(ticket.id, psaId, deps.now().toISOString())])
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    if (!surelyNotDone(error.failure)) {
      await deps.together([deps.ticketWork.uncertain(ticket.id, lookAt, describeFailure(error.failure))])
      lease.heed(error)
      return
    }
    await deps.together([deps.ticketWork.planAgain(ticket.id, nowMs, null)])
    throw error
  }
}

/** Finds out whether the ticket was made whose answer was lost. */
export async function settle({ billing: { deps, psa, lease } }: Desk, ticket: StoredTicket): Promise<void> {
  const psaId = await psa.desk.find(keyOf(ticket), ticket.companyId)
  await lease.save([
    psaId === null
      ? deps.ticketWork.planAgain(ticket.id, 0, null)
      : deps.ticketWork.opened(ticket.id, psaId, deps.now().toISOString()),
  ])
}

export async function close(desk: Desk, ticket: StoredTicket): Promise<void> {
  const { deps, lease } = desk.billing
  const open = await standing(desk, ticket)
  if (open === null) return
  const { statusClosed: status } = statusesOf(desk.rules, ticket.rule, ticket.made)
  if (!(await setStatus(desk.billing, ticket, open.id, status))) return
  await lease.save([deps.ticketWork.closed(ticket.id, 'itself', deps.now().toISOString())])
}

export async function reopen({ billing, rules }: Desk, ticket: StoredTicket): Promise<void> {
  const { deps, psa, lease } = billing
  const [state] = ticket.psaId === null ? [] : await psa.desk.states([ticket.psaId])
  const at = deps.now().toISOString()
  if (state === undefined) return await lease.save(deps.ticketWork.succeed(ticket, deps.newId(), at))
  if (filingOf(rules, ticket.rule) === null) {
    return await lease.save([deps.ticketWork.closed(ticket.id, 'itself', at)])
  }
  const { statusNew, statusClosed } = statusesOf(rules, ticket.rule, ticket.made)
  if (isClosed(state, statusClosed) && !(await setStatus(billing, ticket, state.id, statusNew))) return
  await lease.save([deps.ticketWork.opened(ticket.id, state.id, at)])
}

/** @returns false where somebody has the ticket open in the PSA: it waits */
async function setStatus(
  { deps, psa, lease }: Billing,
  ticket: StoredTicket,
  psaId: string,
  status: string,
): Promise<boolean> {
  if ((await psa.desk.setStatus(psaId, status)) !== 'locked') return true
  const untilMs = deps.now().getTime() + lockedMs
  await lease.save([deps.ticketWork.postpone(ticket.id, untilMs, 'Somebody has the ticket open in the PSA.')])
  return false
}

/**
 * Adds what happened since. It counts as told before it is sent: a note whose answer is lost is not sent twice, and the
 * next one says how often it happened in all.
 */
export async function note(desk: Desk, ticket: StoredTicket): Promise<void> {
  const { deps, psa, lease } = desk.billing
  const open = await standing(desk, ticket)
  if (open === null) return
  const devices = await deps.tickets.devices(ticket.id)
  const told = { id: ticket.id, told: ticket.count }
  await lease.save(deps.ticketWork.told(told, deps.now().getTime()))
  try {
    await psa.desk.addNote(open.id, noteText({ ...ticket, devices }))
  } catch (error) {
    if (error instanceof VendorError && surelyNotDone(error.failure)) {
      await lease.save(deps.ticketWork.untold(ticket, devices))
    }
    throw error
  }
}

/** The ticket as it stands open in the PSA; null where a person closed or deleted it, which is noted. */
async function standing(desk: Desk, ticket: StoredTicket): Promise<TicketState | null> {
  const { deps, psa, lease } = desk.billing
  const [state] = ticket.psaId === null ? [] : await psa.desk.states([ticket.psaId])
  const { statusClosed } = statusesOf(desk.rules, ticket.rule, ticket.made)
  if (state !== undefined && !isClosed(state, statusClosed)) return state
  const at = deps.now().toISOString()
  await lease.save(
    ticket.wanted === 'open' && ticket.count > ticket.told
      ? deps.ticketWork.succeed(ticket, deps.newId(), at)
      : [deps.ticketWork.closed(ticket.id, 'person', at)],
  )
  return null
}

export function isClosed(state: TicketState, statusClosed: string): boolean {
  return state.closed || state.status === statusClosed
}

/** By which the PSA finds the ticket again; at most 50 characters. */
function keyOf({ id }: StoredTicket): string {
  return `tallypod-${id}`
}
