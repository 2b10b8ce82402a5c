import { type Filing, filingOf, rulesInForce } from '../domain/ticket-rule.ts'
import type { TicketConnection } from '../domain/ticket-rules.ts'
import { ticketStep } from '../domain/ticket-step.ts'
import { noteText, ticketText, ticketTitle } from '../domain/ticket-text.ts'
import type { TicketState } from '../psa/ticket-port.ts'
import type { ActiveRun } from '../storage/runs.ts'
import type { StoredTicket } from '../storage/ticket-row.ts'
import { describeFailure, retryDelaySeconds, surelyNotDone, VendorError } from '../vendor/error.ts'
import { brokenRulesAt } from './desk-lists.ts'
import { perMessage, retryBaseSeconds } from './pace.ts'
import type { Billing } from './plan-company.ts'

/** How long one message deals with tickets before it goes on with bills. */
const deskMs = 20_000

/** Tickets that are open are looked at once in that time: people may have closed them. */
export const seenEveryMs = 24 * 3_600_000
const seenAtOnce = 100

/** What is due later than that is left to the next tick. */
const soonMs = 5 * 60_000

/** So long a refused ticket waits for somebody to mend what it was refused for. */
const refusedMs = 3_600_000
/** So long a ticket is left alone that somebody has open in the PSA. */
const lockedMs = 10 * 60_000

/**
 * Brings tickets at the PSA to what is wanted: makes, closes and reopens them and adds what happened again. Each
 * ticket's fault is its own; where the PSA gives no answer, all tickets wait and bills go on.
 *
 * @returns `done` where anything was done, else when the next ticket is due, in milliseconds, or null where none is soon
 * @throws VendorError where the PSA asks to wait or refuses the credentials
 */
export async function keepTickets(billing: Billing): Promise<'done' | number | null> {
  const { deps, connection } = billing
  const rules = await rulesOf(billing)
  if (rules === undefined) return null
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

/** The PSA gives no answer: nothing is asked of its service desk for a while. */
class DeskDown extends Error {
  readonly untilMs: number
  constructor(untilMs: number, why: string) {
    super(why)
    this.untilMs = untilMs
  }
}

interface Desk {
  billing: Billing
  rules: TicketConnection
  /** Why tickets of a rule cannot be filed now, by rule; the PSA is asked once. */
  broken(): Promise<Map<string, string>>
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

/** Says in the run which rules are skipped. Where the service desk gives no answer, nothing is said of it. */
export async function tellBrokenRules(billing: Billing & { run: ActiveRun }): Promise<void> {
  const { deps, lease, run, connection } = billing
  const rules = await rulesOf(billing)
  if (rules === undefined || run.dryRun || rulesInForce(rules).length === 0) return
  try {
    const broken = await noteBrokenRules(billing, rules)
    await lease.save(
      [...broken].map(([rule, message]) =>
        deps.runs.problemStatement(run.id, {
          code: 'ticket_rule_broken',
          message: `Ticket rule ${rule} of ${connection}: ${message}`,
        }),
      ),
    )
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    lease.heed(error)
  }
}

async function rulesOf({ deps, connection }: Billing): Promise<TicketConnection | undefined> {
  const { connections } = await deps.configuration.ticketRules()
  return connections.find((each) => each.connection === connection)
}

/** Notes which rules are skipped, and answers why, by rule. */
async function noteBrokenRules(billing: Billing, rules: TicketConnection): Promise<Map<string, string>> {
  const { deps, psa, lease, connection } = billing
  const broken = await brokenRulesAt(psa.desk, rules)
  await lease.save(deps.tickets.ruleProblems(connection, broken, deps.now().toISOString()))
  return new Map(broken.map(({ rule, message }) => [rule, message]))
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
  if (failure.kind === 'throttled' || failure.kind === 'unauthorized') throw error
  const nowMs = deps.now().getTime()
  const base = retryBaseSeconds(deps.settings.leaseSeconds)
  const seconds = retryDelaySeconds(failure, ticket.tries + 1, base)
  const untilMs = nowMs + (seconds === null ? refusedMs : seconds * 1000)
  const why = failure.kind === 'rejected' ? failure.reply : describeFailure(failure)
  await lease.save([deps.ticketWork.postpone(ticket.id, untilMs, why)])
  if (failure.kind === 'unavailable') throw new DeskDown(untilMs, why)
}

/** Makes the ticket, exactly once: the ledger says `sending` before the first byte goes out. */
async function create(desk: Desk, ticket: StoredTicket, filing: Filing): Promise<void> {
  const { deps, psa, lease } = desk.billing
  const broken = (await desk.broken()).get(ticket.rule)
  const nowMs = deps.now().getTime()
  if (broken !== undefined) {
    await lease.save([deps.ticketWork.postpone(ticket.id, nowMs + refusedMs, broken)])
    return
  }
  const companyId = ticket.companyId === '' ? await psa.desk.ownCompany() : ticket.companyId
  if (companyId === null) return
  const story = { ...ticket, devices: await deps.tickets.devices(ticket.id) }
  const title = ticketTitle(story)
  const lookAt = nowMs + 2 * deps.settings.leaseSeconds * 1000
  const sending = { id: ticket.id, companyId, title, told: ticket.count }
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
async function settle({ billing: { deps, psa, lease } }: Desk, ticket: StoredTicket): Promise<void> {
  const psaId = await psa.desk.find(keyOf(ticket), ticket.companyId)
  await lease.save([
    psaId === null
      ? deps.ticketWork.planAgain(ticket.id, 0, null)
      : deps.ticketWork.opened(ticket.id, psaId, deps.now().toISOString()),
  ])
}

async function close(desk: Desk, ticket: StoredTicket): Promise<void> {
  const { deps, psa, lease } = desk.billing
  const open = await standing(desk, ticket)
  if (open === null) return
  const status = closedStatusOf(desk, ticket)
  if ((await psa.desk.setStatus(open.id, status)) === 'locked') {
    const untilMs = deps.now().getTime() + lockedMs
    await lease.save([
      deps.ticketWork.postpone(ticket.id, untilMs, 'Somebody has the ticket open in the PSA.'),
    ])
    return
  }
  await lease.save([deps.ticketWork.closed(ticket.id, 'itself', deps.now().toISOString())])
}

async function reopen({ billing, rules }: Desk, ticket: StoredTicket): Promise<void> {
  const { deps, psa, lease } = billing
  const [state] = ticket.psaId === null ? [] : await psa.desk.states([ticket.psaId])
  const at = deps.now().toISOString()
  if (state === undefined) return await lease.save(deps.ticketWork.succeed(ticket, deps.newId(), at))
  const filing = filingOf(rules, ticket.rule)
  if (filing === null) return await lease.save([deps.ticketWork.closed(ticket.id, 'itself', at)])
  if (isClosed(state, filing.statusClosed)) {
    if ((await psa.desk.setStatus(state.id, filing.statusNew)) === 'locked') {
      const untilMs = deps.now().getTime() + lockedMs
      return await lease.save([
        deps.ticketWork.postpone(ticket.id, untilMs, 'Somebody has the ticket open in the PSA.'),
      ])
    }
  }
  await lease.save([deps.ticketWork.opened(ticket.id, state.id, at)])
}

/**
 * Adds what happened since. It counts as told before it is sent: a note whose answer is lost is not sent twice, and the
 * next one says how often it happened in all.
 */
async function note(desk: Desk, ticket: StoredTicket): Promise<void> {
  const { deps, psa, lease } = desk.billing
  const open = await standing(desk, ticket)
  if (open === null) return
  const devices = await deps.tickets.devices(ticket.id)
  const told = { id: ticket.id, told: ticket.count }
  await lease.save(deps.ticketWork.told(told, deps.now().getTime()))
  await psa.desk.addNote(open.id, noteText({ ...ticket, devices }))
}

/** The ticket as it stands open in the PSA; null where a person closed or deleted it, which is noted. */
async function standing(desk: Desk, ticket: StoredTicket): Promise<TicketState | null> {
  const { deps, psa, lease } = desk.billing
  const [state] = ticket.psaId === null ? [] : await psa.desk.states([ticket.psaId])
  if (state !== undefined && !isClosed(state, closedStatusOf(desk, ticket))) return state
  const at = deps.now().toISOString()
  await lease.save(
    ticket.wanted === 'open' && ticket.count > ticket.told
      ? deps.ticketWork.succeed(ticket, deps.newId(), at)
      : [deps.ticketWork.closed(ticket.id, 'person', at)],
  )
  return null
}

/** Notes which open tickets people closed. False where there was none to look at. */
async function lookAtUnseen(billing: Billing, rules: TicketConnection, nowMs: number): Promise<boolean> {
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
    if (error.failure.kind === 'throttled' || error.failure.kind === 'unauthorized') throw error
    await lease.save([deps.ticketWork.seen(ids, nowMs - seenEveryMs + refusedMs)])
    return false
  }
}

async function overInPsa({ psa }: Billing, rules: TicketConnection, tickets: StoredTicket[]) {
  const found = await psa.desk.states(tickets.flatMap(({ psaId }) => psaId ?? []))
  const states = new Map(found.map((state) => [state.id, state]))
  return tickets.filter(({ psaId, rule }) => {
    const state = states.get(psaId ?? '')
    return state === undefined || isClosed(state, filingOf(rules, rule)?.statusClosed ?? rules.statusClosed)
  })
}

function closedStatusOf({ rules }: Desk, { rule }: StoredTicket): string {
  return filingOf(rules, rule)?.statusClosed ?? rules.statusClosed
}

function isClosed(state: TicketState, statusClosed: string): boolean {
  return state.closed || state.status === statusClosed
}

/** By which the PSA finds the ticket again; at most 50 characters. */
function keyOf({ id }: StoredTicket): string {
  return `tallypod-${id}`
}
