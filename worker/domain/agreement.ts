/** The contract that is billed. */
export interface Agreement {
  id: string
  companyId: string
  name: string
  /** `YYYY-MM-DD`; null where the PSA has none. */
  startsOn: string | null
  /** Last day, `YYYY-MM-DD`; null where it runs on. */
  endsOn: string | null
  /** What the PSA itself says; a passed `endsOn` ends it whatever this says. */
  state: 'active' | 'ended' | 'inactive'
  /** The next invoice, `YYYY-MM-DD`; null where the PSA does not tell. */
  nextInvoiceOn: string | null
  /** Whether it bills bundles, whose products have no lines of their own. */
  bundled: boolean
}

/** What the PSA prices. */
export interface Product {
  id: string
  name: string
  active: boolean
  /** For one licence, in whole minor units of the PSA's currency; null where it has none. */
  priceMinor: number | null
}

/** The record on an agreement that carries a quantity. */
export interface Line {
  id: string
  agreementId: string
  productId: string
  quantity: number
  /** First day, `YYYY-MM-DD`; may lie ahead. */
  startsOn: string | null
  /** Last day, `YYYY-MM-DD`; null where it is open-ended. */
  endsOn: string | null
  /** Null where the PSA has no price levels. */
  priceLevelId: string | null
  /** The first day on which a change of its quantity may be booked, `YYYY-MM-DD`; null where any day will do. */
  bookableOn: string | null
}

export type AgreementProblem =
  | 'agreement_not_found'
  | 'agreement_of_other_company'
  | 'agreement_ended'
  | 'agreement_inactive'

/** Why nothing may be written for a company, whatever its agreement. */
export type CompanyProblem = 'external_product_not_linked'

/** Why nothing may be written to the agreement on `day`, or null where it runs. */
export function agreementProblem(
  agreement: Agreement | undefined,
  companyId: string,
  day: string,
): AgreementProblem | null {
  if (agreement === undefined) return 'agreement_not_found'
  if (agreement.companyId !== companyId) return 'agreement_of_other_company'
  if (agreement.state === 'ended' || (agreement.endsOn !== null && agreement.endsOn < day)) {
    return 'agreement_ended'
  }
  return agreement.state === 'inactive' ? 'agreement_inactive' : null
}

/** Whether the line goes on billing after `day`; one that starts later counts as open. */
export function isOpenLine(line: Line, day: string): boolean {
  return line.endsOn === null || line.endsOn > day
}
