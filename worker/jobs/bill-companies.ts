import { tenantParts } from '../storage/tenant-name.ts'
import { describeFailure, retryDelaySeconds, VendorError } from '../vendor/error.ts'
import { carryOut } from './carry-out.ts'
import { type CompanyKnowledge, companyKnowledge } from './company-facts.ts'
import { freshLines } from './fresh-lines.ts'
import { linesAsFound } from './lines-as-found.ts'
import { companiesAtOnce, downAfter, maxAttempts, messageMs, perMessage, retryBaseSeconds } from './pace.ts'
import { newChanges, type PsaFacts, planFromPsa, psaFacts, type RunBilling } from './plan-company.ts'
import { settleUncertain } from './settle.ts'
import { sideBySide } from './side-by-side.ts'
import { saveUnchanged, unchangedCompanies } from './unchanged-companies.ts'

/**
 * Plans companies whose use was read, and writes what need not wait. Those with nothing to write are saved together, each
 * other one by itself; how many others there are at most is what one message deals with.
 */
export async function billCompanies(billing: RunBilling, companyIds: string[]): Promise<void> {
  const companies = await knownAndReadBack(billing, companyIds)
  const plannable = companies.filter((company) => company.wanted.length > 0)
  const read = await psaFacts(billing, plannable, billing.run.id)
  const facts = { ...read, fresh: await freshLines(billing, plannable, read) }
  if (billing.untested && plannable.length > 0) await tellUntested(billing)

  const unchanged = await unchangedCompanies(billing, companies, facts)
  const others = companies.filter((company) => !unchanged.some((one) => one.company === company))
  await Promise.all([
    saveUnchanged(billing, unchanged),
    billEach(billing, others.slice(0, perMessage), facts),
  ])
}

/** Bills companies side by side, each saved by itself; a fault of one of them is no fault of the others. */
async function billEach(billing: RunBilling, others: CompanyKnowledge[], facts: PsaFacts): Promise<void> {
  const { deps, connection, run } = billing
  const start = deps.now().getTime()
  const attempts = await deps.runWork.attemptCompanies(
    run.id,
    connection,
    others.map((company) => company.companyId),
  )
  let silent = 0
  await sideBySide(
    others,
    companiesAtOnce,
    () => silent < downAfter && deps.now().getTime() - start < messageMs,
    async (company) => {
      const attempt = attempts.get(company.companyId)
      if (attempt === undefined) return
      attempts.delete(company.companyId)
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
          await deps.runWork.postponeCompanies(run.id, connection, [company.companyId], 0, false)
          throw error
        }
        if (delay !== null && attempt < maxAttempts) {
          const notBefore = deps.now().getTime() + delay * 1000
          await deps.runWork.postponeCompanies(run.id, connection, [company.companyId], notBefore, true)
        } else await giveUp(billing, company, 'psa_unreadable', describeFailure(error.failure))
      }
    },
  ).finally(async () => {
    if (attempts.size === 0) return
    await deps.runWork.postponeCompanies(run.id, connection, [...attempts.keys()], 0, false)
  })
}

/** What was written to one of these companies before has to be seen first, or it would look as if a person had done it. */
async function knownAndReadBack(billing: RunBilling, companyIds: string[]): Promise<CompanyKnowledge[]> {
  const { deps, connection, rules, run } = billing
  const known = () => companyKnowledge(deps, connection, companyIds, rules, run.id)
  const companies = await known()
  if (!companies.some(({ open }) => open.some(({ state }) => state === 'applied'))) return companies
  await settleUncertain(billing, 'now')
  return known()
}

async function tellUntested({ deps, connection, run }: RunBilling): Promise<void> {
  await deps.runs.addProblem(run.id, {
    code: 'test_write_needed',
    message: `Nothing is written to ${connection} before a test write has shown that its charges arrive as they should. Run the test write in Settings, then run again.`,
  })
}

/** Plans one company, keeps the plan, and writes what need not wait. */
async function billCompany(billing: RunBilling, company: CompanyKnowledge, facts: PsaFacts): Promise<void> {
  const { deps, connection, run, lease } = billing
  const problems = await problemsOfTenants(billing, company)
  if (company.blocked.length > 0 && company.wanted.length === 0) {
    await lease.save([
      ...problems,
      ...planTakenBack(billing, company),
      deps.runWork.companiesDone(run.id, connection, [[company.companyId, 0]]),
    ])
    return
  }

  const plan = await planFromPsa(billing, company, facts, false)
  const changes = newChanges(billing, company, plan.changes)
  await lease.save([
    ...problems,
    // A look in a dry run does not stand in for the look that a real run owes the line.
    ...(run.dryRun ? [] : plan.statements),
    ...(run.dryRun || company.open.length === 0
      ? []
      : [
          ...planTakenBack(billing, company),
          deps.changes.supersedeHeld(
            connection,
            company.companyId,
            [...company.resting.wanted, ...company.resting.own],
            deps.now().toISOString(),
          ),
        ]),
    ...changes.map(deps.changes.insert),
    ...(run.dryRun ? [] : linesAsFound(billing, [{ company, plan }])),
    deps.runWork.companiesDone(run.id, connection, [[company.companyId, plan.unchanged]]),
  ])
  if (run.dryRun) return

  const mayGoNow = new Set(
    changes
      .filter(({ reason, waits, to, from }) => reason === null && waits === null && to >= from)
      .map(({ id }) => id),
  )
  if (mayGoNow.size === 0) return
  for (const change of await deps.changes.open(connection, [company.companyId])) {
    if (mayGoNow.has(change.id)) await carryOut(billing, change)
  }
}

/** What speaks against planning with some of the company's tenants; those that could not be read have said so. */
async function problemsOfTenants(
  { deps, run }: RunBilling,
  { companyId, blocked }: CompanyKnowledge,
): Promise<D1PreparedStatement[]> {
  const states = await deps.runWork.tenantStates(
    run.id,
    blocked.flatMap(({ tenant }) => tenantParts(tenant) ?? []),
  )
  return blocked
    .filter(({ tenant }) => states.get(tenant) !== 'incomplete')
    .map(({ code, tenant, message }) =>
      deps.runs.problemStatement(run.id, { code, tenant, company: companyId, message }),
    )
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
    deps.runWork.companiesDone(run.id, connection, [[company.companyId, 0]]),
  ])
}
