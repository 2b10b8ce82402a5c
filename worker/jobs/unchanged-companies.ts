import type { CompanyKnowledge } from './company-facts.ts'
import { linesAsFound, type Planned } from './lines-as-found.ts'
import {
  agreementsToRead,
  linesOf,
  needsNoLook,
  type PlannedCompany,
  type PsaFacts,
  planFromPsa,
  type RunBilling,
} from './plan-company.ts'

/**
 * Saves the companies for which nothing has to be written, all in one transaction; only those where that is known without
 * another call.
 *
 * @returns the others
 */
export async function saveUnchanged(
  billing: RunBilling,
  companies: CompanyKnowledge[],
  facts: PsaFacts,
): Promise<CompanyKnowledge[]> {
  const { deps, connection, run, lease } = billing
  const unchanged: Planned[] = []
  for (const company of companies) {
    const plan = company.blocked === null ? await planWithoutCall(billing, company, facts) : null
    if (plan !== null && plan.changes.length === 0) unchanged.push({ company, plan })
  }
  if (unchanged.length === 0) return companies

  await lease.save([
    ...(run.dryRun ? [] : linesAsFound(billing, unchanged)),
    deps.runWork.companiesDone(
      run.id,
      connection,
      unchanged.map(({ company, plan }) => [company.companyId, plan.unchanged]),
    ),
  ])
  const done = new Set(unchanged.map(({ company }) => company))
  return companies.filter((company) => !done.has(company))
}

/** Null where the PSA would have to be asked, or an earlier plan would have to be taken back. */
async function planWithoutCall(
  billing: RunBilling,
  company: CompanyKnowledge,
  facts: PsaFacts,
): Promise<PlannedCompany | null> {
  if (needsNoLook(billing, company, facts)) {
    return { changes: [], kept: [], unchanged: linesOf(company).length, statements: [] }
  }
  if (company.open.length > 0) return null
  const isKnown = [...agreementsToRead(billing, company, facts, false)].every((id) => facts.fresh.has(id))
  return isKnown ? planFromPsa(billing, company, facts, false) : null
}
