import { agreementProblem, type Line } from '../domain/agreement.ts'
import type { CompanyKnowledge } from './company-facts.ts'
import { freshMs } from './pace.ts'
import type { PsaFacts, RunBilling } from './plan-company.ts'

/** So many agreements are read ahead: fewer than are billed while what was read is fresh. */
const aheadAtMost = 2_000

/**
 * Lines that were read moments ago, by agreement, where one call of the PSA tells those of many: what these companies
 * need, and together with that what the next ones will. Empty where the PSA tells the lines of one agreement at a time.
 */
export async function freshLines(
  billing: RunBilling,
  companies: CompanyKnowledge[],
  facts: PsaFacts,
): Promise<Map<string, Line[]>> {
  const { deps, connection, psa, run, day } = billing
  if (psa.traits.agreementsPerRead === 1) return new Map()

  const readSince = new Date(deps.now().getTime() - freshMs).toISOString()
  const fresh = (ids: string[]) => deps.facts.freshLines(connection, ids, readSince, day)
  const here = [...new Set(companies.flatMap((company) => runningAgreements(company, facts, day)))]
  const known = await fresh(here)
  const missing = here.filter((id) => !known.has(id))
  if (missing.length === 0) return known

  const next = (await deps.runWork.readyAgreements(run.id, connection, aheadAtMost)).filter(
    (id) => !here.includes(id),
  )
  const nextKnown = await fresh(next)
  const asked = [...missing, ...next.filter((id) => !nextKnown.has(id))]
  const readAt = deps.now().toISOString()
  const read = await psa.lines(asked, day)
  await deps.together(deps.facts.saveManyLines(connection, read, readAt, day))
  return new Map([...known, ...read])
}

function runningAgreements({ companyId, wanted }: CompanyKnowledge, facts: PsaFacts, day: string): string[] {
  return wanted
    .map((line) => line.agreementId)
    .filter((id) => agreementProblem(facts.agreements.get(id), companyId, day) === null)
}
