import type { Deps, Opened } from '../deps.ts'
import { localDay } from '../domain/day.ts'
import { runFell } from '../domain/guard-rails.ts'
import { productsInForce } from '../domain/product-rules.ts'
import { lineKey, sameUse } from '../domain/wanted.ts'
import type { Psa } from '../psa/port.ts'
import { describeFailure, retryDelaySeconds, VendorError } from '../vendor/error.ts'
import { carryOutAllApproved } from './approvals.ts'
import { carryOut } from './carry-out.ts'
import type { Lease, Next } from './lease.ts'
import { type CompanyKnowledge, companyKnowledge, loadRules } from './company-facts.ts'
import { downAfter, maxAttempts, messageMs, perMessage, retryBaseSeconds } from './pace.ts'
import {
  type Billing,
  newChanges,
  type PlannedCompany,
  type PsaFacts,
  planFromPsa,
  psaFacts,
} from './plan-company.ts'
import { settleUncertain } from './settle.ts'
import { sideBySide } from './side-by-side.ts'

/** Companies that are dealt with side by side; one call at a time each. */
const companiesAtOnce = 6

/** A planned decrease that waited longer for the end of its run is planned afresh before it is written. */
const freshMs = 10 * 60_000

type ActiveRun = NonNullable<Awaited<ReturnType<Deps['runs']['active']>>>

/**
 * The only writer to one PSA connection. First it finds out about lost answers, then it does what people approved, then
 * it bills companies whose use was read; decreases wait until it is known how many there are.
 */
export async function bill(deps: Deps, connection: string, lease: Lease): Promise<Next> {
  const run = await activeRun(deps, connection)
  let opened: Opened<Psa> | null = null
  try {
    opened = await deps.psa(connection, { beforeCall: lease.beforeCall })
    const rules = await loadRules(deps, connection)
    const today = localDay(deps.now(), rules.settings.timeZone)
    const billing: Billing = {
      deps,
      connection,
      psa: opened.adapter,
      lease,
      rules,
      day: run?.day ?? today,
      run,
    }
    return await billStep(billing, today)
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    return await afterPsaFailure(deps, connection, run, error)
  } finally {
    if (opened !== null && run !== null) await deps.runs.addCalls(run.id, connection, opened.calls())
  }
}

/** The active run, where it has to do with this connection and is not done with it. */
async function activeRun(deps: Deps, connection: string): Promise<(ActiveRun & { attempts: number }) | null> {
  const run = await deps.runs.active()
  if (run === null) return null
  const here = (await deps.runWork.psasOf(run.id)).find((psa) => psa.connection === connection)
  if (here === undefined) return null
  if (here.state === 'done') {
    await deps.runs.finishIfDone(run.id, deps.now().toISOString())
    return null
  }
  return { ...run, attempts: here.attempts }
}

async function billStep(billing: Billing, today: string): Promise<Next> {
  const { deps, connection, run } = billing
  const uncertainAt = await settleUncertain(billing)
  const approvals = await carryOutAllApproved({ ...billing, day: today, run: null })
  if (approvals === 'done') return { do: 'continue' }
  const restUntilMs = earliest(uncertainAt, approvals)

  if (run !== null) {
    // Asked first: companies become ready in the same moment in which the last source is done.
    const allIsRead = await deps.runWork.sourcesAreDone(run.id)
    const now = deps.now().getTime()
    const ready = await deps.runWork.readyCompaniesOf(run.id, connection, now, perMessage)
    if (ready.length > 0) {
      await billCompanies({ ...billing, run }, ready)
      await deps.runWork.forgetPsaAttempts(run.id, connection)
      return { do: 'continue' }
    }
    const nextMs = await deps.runWork.nextCompanyAt(run.id, connection)
    if (nextMs !== null) return { do: 'rest', untilMs: earliest(nextMs, restUntilMs) ?? nextMs }
    if (allIsRead) {
      if (await writeWaiting({ ...billing, run })) return { do: 'continue' }
      if (restUntilMs === null) {
        await finishPsa(deps, run.id, connection)
        return { do: 'stop' }
      }
    }
  }
  return restUntilMs === null ? { do: 'stop' } : { do: 'rest', untilMs: restUntilMs }
}

function earliest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}

type RunBilling = Billing & { run: NonNullable<Billing['run']> }

async function billCompanies(billing: RunBilling, companyIds: string[]): Promise<void> {
  const { deps, connection, rules, run } = billing
  const companies = await companyKnowledge(deps, connection, companyIds, rules, run.id)
  const plannable = companies.filter((company) => company.blocked === null)
  const facts = await psaFacts(billing, plannable, run.id)

  const start = deps.now().getTime()
  let silent = 0
  await sideBySide(
    companies,
    companiesAtOnce,
    () => silent < downAfter && deps.now().getTime() - start < messageMs,
    async (company) => {
      const attempt = await deps.runWork.attemptCompany(run.id, connection, company.companyId)
      if (attempt === null) return
      if (attempt > maxAttempts) {
        await giveUp(billing, company, 'billing_crashed', 'it was begun three times and never came to an end')
        return
      }
      try {
        await billCompany(billing, company, facts)
        silent = 0
      } catch (error) {
        if (!(error instanceof VendorError)) throw error
        billing.lease.heed(error)
        await billing.lease.renew()
        const isUnavailable = error.failure.kind === 'unavailable'
        const concernsAll =
          error.failure.kind === 'throttled' ||
          error.failure.kind === 'unauthorized' ||
          (isUnavailable && ++silent >= downAfter)
        const delay = retryDelaySeconds(error.failure, attempt, retryBaseSeconds(deps.settings.leaseSeconds))
        if (concernsAll) {
          await deps.runWork.postponeCompany(run.id, connection, company.companyId, 0, false)
          throw error
        }
        if (delay !== null && attempt < maxAttempts) {
          const notBefore = deps.now().getTime() + delay * 1000
          await deps.runWork.postponeCompany(run.id, connection, company.companyId, notBefore, true)
        } else await giveUp(billing, company, 'psa_unreadable', describeFailure(error.failure))
      }
    },
  )
}

/** Plans one company, keeps the plan, and writes what need not wait. */
async function billCompany(billing: RunBilling, company: CompanyKnowledge, facts: PsaFacts): Promise<void> {
  const { deps, connection, run, lease } = billing
  if (company.blocked !== null) {
    const { code, tenant, message } = company.blocked
    const isReported =
      (await deps.runWork.tenantStates(run.id, tenantKeys(company))).get(tenant) === 'incomplete'
    await lease.save([
      ...(isReported
        ? []
        : [deps.runs.problemStatement(run.id, { code, tenant, company: company.companyId, message })]),
      ...planTakenBack(billing, company),
      deps.runWork.companyDone(run.id, connection, company.companyId, 0),
    ])
    return
  }

  const plan = await planFromPsa(billing, company, facts, false)
  const changes = newChanges(billing, company, plan.changes)
  await lease.save([
    // A look in a dry run does not stand in for the look that a real run owes the line.
    ...(run.dryRun ? [] : plan.statements),
    ...deps.changes.replacePlan(connection, company.companyId, changes, deps.now().toISOString(), run.dryRun),
    ...(run.dryRun ? [] : linesAsFound(billing, company, plan)),
    deps.runWork.companyDone(run.id, connection, company.companyId, plan.unchanged),
  ])
  if (run.dryRun) return

  const mayGoNow = new Set(
    changes.filter((change) => change.reason === null && change.to >= change.from).map(({ id }) => id),
  )
  if (mayGoNow.size === 0) return
  for (const change of await deps.changes.open(connection, [company.companyId])) {
    if (mayGoNow.has(change.id)) await carryOut(billing, change)
  }
}

/** What the plan learned about lines of ours. */
function linesAsFound(
  billing: Billing,
  company: CompanyKnowledge,
  plan: PlannedCompany,
): D1PreparedStatement[] {
  const { deps, connection, day } = billing
  const kept = plan.kept.flatMap((line) => {
    const own = company.own.find((candidate) => lineKey(candidate) === lineKey(line))
    if (!line.agrees) return [deps.ownLines.found(connection, line, line.quantity)]
    const isKnown =
      own !== undefined &&
      own.lineId === line.lineId &&
      own.agrees &&
      own.written === line.quantity &&
      own.parts.length === line.parts.length &&
      line.parts.every((part) =>
        own.parts.some((old) => sameUse(part, old) && old.quantity === part.quantity),
      )
    return isKnown
      ? []
      : deps.ownLines.record({ ...line, connection, companyId: company.companyId, day }, deps.newId())
  })
  const differing = plan.changes
    .filter((change) => company.own.some((own) => own.lineId === change.lineId))
    .map((change) => deps.ownLines.found(connection, change, change.from))
  const outdated = company.dismissed
    .filter((dismissed) => {
      const wanted = company.wanted.find((line) => lineKey(line) === lineKey(dismissed))
      return (
        wanted !== undefined &&
        wanted.quantity !== dismissed.quantity &&
        wanted.quantity - wanted.goneQuantity !== dismissed.quantity
      )
    })
    .map((dismissed) => deps.changes.forgetDismissal(connection, dismissed))
  return [...kept, ...differing, ...outdated]
}

function tenantKeys(company: CompanyKnowledge): { connection: string; id: string }[] {
  return company.billed.map(({ tenant }) => {
    const slash = tenant.indexOf('/')
    return { connection: tenant.slice(0, slash), id: tenant.slice(slash + 1) }
  })
}

/** What was planned for the company before, in this run or an earlier one, is not carried out any more. */
function planTakenBack(
  { deps, connection, run }: RunBilling,
  company: CompanyKnowledge,
): D1PreparedStatement[] {
  return run.dryRun
    ? []
    : [deps.changes.supersedePlanned(connection, company.companyId, deps.now().toISOString())]
}

async function giveUp(
  billing: RunBilling,
  company: CompanyKnowledge,
  code: string,
  why: string,
): Promise<void> {
  const { deps, connection, run, lease } = billing
  await lease.save([
    deps.runs.problemStatement(run.id, {
      code,
      message: `Company ${company.companyId} could not be billed: ${why}. Its lines stay as they are; run it again once that is mended.`,
      company: company.companyId,
    }),
    ...planTakenBack(billing, company),
    deps.runWork.companyDone(run.id, connection, company.companyId, 0),
  ])
}

/**
 * Writes what waited for the end of the planning: decreases, and what a crash left behind. Where too many lines would
 * fall at once, all decreases are held instead.
 *
 * @returns whether there was anything to do
 */
async function writeWaiting(billing: RunBilling): Promise<boolean> {
  const { deps, connection, run, rules } = billing
  if (run.dryRun) return false
  const lowered = await deps.changes.lowered(run.id, connection)
  if (runFell(lowered, await deps.ownLines.count(connection), rules.settings.guardRails)) {
    await deps.changes.holdDecreases(run.id, connection)
  }
  const waiting = await deps.changes.waiting(run.id, connection, perMessage)
  const start = deps.now().getTime()
  await sideBySide(
    waiting,
    companiesAtOnce,
    () => deps.now().getTime() - start < messageMs,
    async (change) => {
      const isFresh =
        change.configurationVersion === rules.version && start - Date.parse(change.createdAt) < freshMs
      if (isFresh) await carryOut(billing, change)
      else await deps.together([deps.runWork.planAgain(run.id, connection, change.companyId)])
    },
  )
  return waiting.length > 0
}

async function finishPsa(deps: Deps, runId: string, connection: string): Promise<void> {
  const { products, settings } = (await deps.configuration.load()).configuration
  const today = localDay(deps.now(), settings.timeZone)
  await deps.together([
    deps.runWork.donePsa(runId, connection),
    deps.leftBehind.refresh(productsInForce(products), today),
  ])
  await deps.runs.finishIfDone(runId, deps.now().toISOString())
}

/** The whole connection failed: it is tried again later, or given up for this run with every bill as it was. */
async function afterPsaFailure(
  deps: Deps,
  connection: string,
  run: (ActiveRun & { attempts: number }) | null,
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
  const approved = await deps.changes.approved(connection, 1_000)
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
