import type { KeptLine } from '../domain/plan.ts'
import { hasParts, lineKey } from '../domain/wanted.ts'
import type { CompanyKnowledge } from './company-facts.ts'
import type { Billing, PlannedCompany } from './plan-company.ts'

/** A company and what was planned for it. */
export interface Planned {
  company: CompanyKnowledge
  plan: PlannedCompany
}

/** For a batch: what the plans learned about lines of ours. */
export function linesAsFound(billing: Billing, planned: Planned[]): D1PreparedStatement[] {
  return [...agreeingLines(billing, planned), ...planned.flatMap((one) => differingLines(billing, one))]
}

function agreeingLines({ deps, connection, day }: Billing, planned: Planned[]): D1PreparedStatement[] {
  const news = planned.flatMap(({ company, plan }) =>
    plan.kept
      .filter((line) => line.agrees && !isKnown(line, company))
      .map(({ agreementId, productId, lineId, quantity, adopted, priceLevelId, parts }) => ({
        id: deps.newId(),
        companyId: company.companyId,
        agreementId,
        productId,
        lineId,
        quantity,
        agrees: true,
        priceLevelId: adopted ? priceLevelId : null,
        parts,
      })),
  )
  return deps.ownLines.record(connection, day, news)
}

function differingLines({ deps, connection }: Billing, { company, plan }: Planned): D1PreparedStatement[] {
  const kept = plan.kept
    .filter((line) => !line.agrees)
    .map((line) => deps.ownLines.found(connection, line, line.quantity))
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
    .map((dismissed) => deps.decisions.forgetDismissal(connection, dismissed))
  return [...kept, ...differing, ...outdated]
}

/** Whether the line stands in the database just as it is. */
function isKnown(line: KeptLine, company: CompanyKnowledge): boolean {
  const own = company.own.find((candidate) => lineKey(candidate) === lineKey(line))
  return (
    own !== undefined &&
    own.lineId === line.lineId &&
    own.agrees &&
    own.written === line.quantity &&
    hasParts(own, line.parts)
  )
}
