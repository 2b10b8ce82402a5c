import type { Opened } from '../adapters.ts'
import type { Deps } from '../deps.ts'
import { localDay } from '../domain/day.ts'
import { productsInForce } from '../domain/product-rules.ts'
import type { Psa } from '../psa/port.ts'
import type { ActiveRun } from '../storage/runs.ts'
import { describeFailure, retryDelaySeconds, VendorError } from '../vendor/error.ts'
import { carryOutAllApproved } from './approvals.ts'
import { billCompanies } from './bill-companies.ts'
import { loadRules } from './company-facts.ts'
import { keepTickets } from './desk.ts'
import type { Lease, Next } from './lease.ts'
import { lookedAtAtOnce, maxAttempts, perMessage, retryBaseSeconds, roomMs } from './pace.ts'
import type { Billing } from './plan-company.ts'
import { settleUncertain } from './settle.ts'
import { tellBrokenRules } from './skipped-rules.ts'
import { writeWaiting } from './write-waiting.ts'

type RunHere = ActiveRun & { attempts: number; roomSeenMs: number }

/**
 * The only writer to one PSA connection. First it finds out about lost answers, then it does what people approved, then
 * it bills companies whose use was read; decreases wait until it is known how many there are.
 */
export async function bill(deps: Deps, connection: string, lease: Lease): Promise<Next> {
  const [run, rules] = await Promise.all([activeRun(deps, connection), loadRules(deps, connection)])
  const today = localDay(deps.now(), rules.settings.timeZone)
  let opened: Opened<Psa> | null = null
  try {
    opened = await deps.psa(connection, { beforeCall: lease.beforeCall })
    const psa = opened.adapter
    const days = psa.traits.oneChangeADay ? [today, await deps.changes.lastSentDay(connection)] : []
    const billing: Billing & { run: RunHere | null } = {
      deps,
      connection,
      psa,
      lease,
      rules,
      // What is booked by the day is never booked for a day that is over, or before what is booked already.
      day: latest([run?.day ?? today, ...days]),
      untested: psa.traits.needsTestWrite && (await deps.configuration.testedAt(connection)) === null,
      run,
    }
    return (await waitForRoom(billing)) ?? (await billStep(billing, latest([today, ...days])))
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    return await afterPsaFailure(deps, connection, { run, today }, error)
  } finally {
    if (opened !== null && run !== null) await deps.runs.addCalls(run.id, connection, opened.calls())
  }
}

/** The active run, where it has to do with this connection and is not done with it. */
async function activeRun(deps: Deps, connection: string): Promise<RunHere | null> {
  const run = await deps.runs.activeAtPsa(connection)
  if (run?.part !== 'done') return run
  await deps.runs.finishIfDone(run.id, deps.now().toISOString())
  return null
}

/** A run makes its calls only while the programs that share the PSA leave room for them; else it waits and says so. */
async function waitForRoom({ deps, connection, psa, run }: Billing): Promise<Next | null> {
  const now = deps.now().getTime()
  if (run === null || now - run.roomSeenMs < roomMs) return null
  try {
    await psa.assertRoom()
    await deps.runWork.sawRoom(run.id, connection, now)
    return null
  } catch (error) {
    if (!(error instanceof VendorError) || error.failure.kind !== 'throttled') throw error
    await deps.runs.addProblem(run.id, {
      code: 'psa_busy',
      message: `${error.vendor} was asked so much by all programs together that this run waited to leave room for them. It went on by itself; if this happens often, look which program asks that much.`,
    })
    return { do: 'pause', untilMs: now + error.failure.retryAfterSeconds * 1000 }
  }
}

/** @param approvalDay the local day for which approved changes are sent */
async function billStep(billing: Billing & { run: RunHere | null }, approvalDay: string): Promise<Next> {
  const { run } = billing
  const uncertainAt = await settleUncertain(billing, run === null ? 'now' : 'once_many')
  const approvals = await carryOutAllApproved({ ...billing, day: approvalDay, run: null })
  if (approvals === 'done') return { do: 'continue' }
  const tickets = await keepTickets(billing)
  const ticketsAt = tickets === 'done' ? null : tickets
  const next = await runStep(billing, approvals, earliest(earliest(uncertainAt, approvals), ticketsAt))
  return tickets === 'done' ? { do: 'continue' } : next
}

/** @param restUntilMs when something else than the run has to be done */
async function runStep(
  billing: Billing & { run: RunHere | null },
  approvals: number | null,
  restUntilMs: number | null,
): Promise<Next> {
  const { deps, connection, psa, run } = billing
  if (run !== null) {
    const now = deps.now().getTime()
    const most = psa.traits.agreementsPerRead > 1 ? lookedAtAtOnce : perMessage
    const { ready, nextMs, allIsRead } = await deps.runWork.readyCompaniesOf(run.id, connection, now, most)
    if (ready.length > 0) {
      await billCompanies({ ...billing, run }, ready)
      if (run.attempts > 0) await deps.runWork.forgetPsaAttempts(run.id, connection)
      return { do: 'continue' }
    }
    if (nextMs !== null) return { do: 'rest', untilMs: earliest(nextMs, restUntilMs) ?? nextMs }
    if (allIsRead) {
      if (await writeWaiting({ ...billing, run })) return { do: 'continue' }
      const lastAt = earliest(await settleUncertain(billing, 'now'), approvals)
      if (lastAt !== null) return { do: 'rest', untilMs: lastAt }
      if ((await deps.runWork.nextCompanyAt(run.id, connection)) !== null) return { do: 'continue' }
      await tellBrokenRules({ ...billing, run })
      await finishPsa(deps, run.id, connection)
      return restUntilMs === null ? { do: 'stop' } : { do: 'rest', untilMs: restUntilMs }
    }
  }
  return restUntilMs === null ? { do: 'stop' } : { do: 'rest', untilMs: restUntilMs }
}

function latest(days: (string | null)[]): string {
  return days.reduce<string>((last, day) => (day !== null && day > last ? day : last), '')
}

function earliest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}

async function finishPsa(deps: Deps, runId: string, connection: string): Promise<void> {
  const { products, settings } = (await deps.configuration.load()).configuration
  const today = localDay(deps.now(), settings.timeZone)
  await deps.together([
    deps.runWork.donePsa(runId, connection),
    deps.leftBehind.refresh(productsInForce(products, await deps.usage.unsplit()), today),
  ])
  await deps.runs.finishIfDone(runId, deps.now().toISOString())
}

/** The whole connection failed: it is tried again later, or given up for this run with every bill as it was. */
async function afterPsaFailure(
  deps: Deps,
  connection: string,
  { run, today }: { run: RunHere | null; today: string },
  error: VendorError,
): Promise<Next> {
  const attempt = (run?.attempts ?? 0) + 1
  const delay = retryDelaySeconds(error.failure, attempt, retryBaseSeconds(deps.settings.leaseSeconds))
  const isThrottled = error.failure.kind === 'throttled'
  if (delay !== null && (isThrottled || run === null || attempt <= maxAttempts)) {
    if (!isThrottled && run !== null) await deps.runWork.countPsaAttempt(run.id, connection)
    return { do: 'pause', untilMs: deps.now().getTime() + delay * 1000 }
  }

  const why = `${error.vendor} could not be used: ${describeFailure(error.failure)}.`
  const approved = await deps.changes.approved(connection, today, 1_000)
  await deps.together(approved.map((change) => deps.changes.unapprove(change.id, why)))
  if (run === null) return { do: 'stop' }

  await deps.runs.addProblem(run.id, {
    code: 'psa_unreachable',
    message: `${why} No line was changed there since. Check the connection, then run again.`,
  })
  await deps.runWork.finishReadyCompanies(run.id, connection)
  if (await deps.runWork.sourcesAreDone(run.id)) await finishPsa(deps, run.id, connection)
  return { do: 'stop' }
}
