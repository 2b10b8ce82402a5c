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

/** Those of these companies for which nothing has to be written, as far as that is known without another call. */
export async function unchangedCompanies(
  billing: RunBilling,
  companies: CompanyKnowledge[],
  facts: PsaFacts,
): Promise<Planned[]> {
  const unchanged: Planned[] = []
  for (const company of companies) {
    const plan = company.blocked.length === 0 ? await planWithoutCall(billing, company, facts) : null
    if (plan !== null && plan.changes.length === 0) unchanged.push({ company, plan })
  }
  return unchanged
}

/** Saves all of them in one transaction. */
export async function saveUnchanged(billing: RunBilling, unchanged: Planned[]): Promise<void> {
  const { deps, connection, run, lease } = billing
  if (unchanged.length === 0) return
  await lease.save([
    ...(run.dryRun ? [] : linesAsFound(billing, unchanged)),
    deps.runWork.companiesDone(
      run.id,
      connection,
      unchanged.map(({ company, plan }) => [company.companyId, plan.unchanged]),
    ),
  ])
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
