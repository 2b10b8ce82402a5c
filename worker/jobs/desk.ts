import { filingOf } from '../domain/ticket-rule.ts'
import type { TicketConnection } from '../domain/ticket-rules.ts'
import { ticketStep } from '../domain/ticket-step.ts'
import type { StoredTicket } from '../storage/ticket-row.ts'
import { describeFailure, retryDelaySeconds, VendorError } from '../vendor/error.ts'
import { perMessage, retryBaseSeconds } from './pace.ts'
import type { Billing } from './plan-company.ts'
import { noteBrokenRules } from './skipped-rules.ts'
import { close, create, type Desk, note, refusedMs, reopen, settle } from './ticket-steps.ts'
import { lookAtUnseen } from './unseen-tickets.ts'

/** How long one message deals with tickets before it goes on with bills. */
const deskMs = 20_000

/** What is due later than that is left to the next tick. */
const soonMs = 5 * 60_000

/**
 * Brings tickets at the PSA to what is wanted: makes, closes and reopens them and adds what happened again. Each
 * ticket's fault is its own; where the PSA gives no answer or refuses the credentials, all tickets wait and bills go on.
 *
 * @returns `done` where anything was done, else when the next ticket is due, in milliseconds, or null where none is soon
 * @throws VendorError where the PSA asks to wait
 */
export async function keepTickets(billing: Billing): Promise<'done' | number | null> {
  const { deps, connection } = billing
  const rules = billing.rules.tickets
  if (rules === null) return null
  const start = deps.now().getTime()
  const due = await deps.ticketWork.due(connection, start, perMessage)
  if (due.length === 0 && !(await lookAtUnseen(billing, rules, start))) return soonDue(billing)
  const desk = deskOf(billing, rules)
  try {
    for (const ticket of due) {
      if (deps.now().getTime() - start >= deskMs) break
      await keepOne(desk, ticket)
    }
  } catch (error) {
    if (!(error instanceof DeskDown)) throw error
    await deps.ticketWork.postponeAll(connection, error.untilMs, error.message)
    return soonDue(billing)
  }
  return 'done'
}

/** When the next ticket is due, where that is before the next tick. */
async function soonDue({ deps, connection }: Billing): Promise<number | null> {
  const nowMs = deps.now().getTime()
  const nextMs = await deps.ticketWork.nextAt(connection, nowMs)
  return nextMs !== null && nextMs - nowMs < soonMs ? nextMs : null
}

/** The PSA gives no answer, or refuses the credentials: nothing is asked of its service desk for a while. */
class DeskDown extends Error {
  readonly untilMs: number
  constructor(untilMs: number, why: string) {
    super(why)
    this.untilMs = untilMs
  }
}

function deskOf(billing: Billing, rules: TicketConnection): Desk {
  let asked: Promise<Map<string, string>> | null = null
  return {
    billing,
    rules,
    broken: () => {
      asked ??= noteBrokenRules(billing, rules)
      return asked
    },
  }
}

async function keepOne(desk: Desk, ticket: StoredTicket): Promise<void> {
  const { deps, lease } = desk.billing
  const filing = filingOf(desk.rules, ticket.rule)
  const now = deps.now()
  try {
    switch (ticketStep(ticket, now.getTime())) {
      case null:
        return
      case 'settle':
        return await settle(desk, ticket)
      case 'create':
        if (filing !== null) return await create(desk, ticket, filing)
        return await lease.save([deps.ticketWork.drop(ticket.id, now.toISOString())])
      case 'drop':
        return await lease.save([deps.ticketWork.drop(ticket.id, now.toISOString())])
      case 'close':
        return await close(desk, ticket)
      case 'reopen':
        return await reopen(desk, ticket)
      case 'note':
        return await note(desk, ticket)
    }
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    lease.heed(error)
    await afterFailure(desk.billing, ticket, error)
  }
}

async function afterFailure(
  { deps, lease }: Billing,
  ticket: StoredTicket,
  error: VendorError,
): Promise<void> {
  const { failure } = error
  if (failure.kind === 'throttled') throw error
  const nowMs = deps.now().getTime()
  const base = retryBaseSeconds(deps.settings.leaseSeconds)
  const seconds = retryDelaySeconds(failure, ticket.tries + 1, base)
  const untilMs = nowMs + (seconds === null ? refusedMs : seconds * 1000)
  const why = failure.kind === 'rejected' ? failure.reply : describeFailure(failure)
  await lease.save([deps.ticketWork.postpone(ticket.id, untilMs, why)])
  if (failure.kind === 'unavailable' || failure.kind === 'unauthorized') throw new DeskDown(untilMs, why)
}
