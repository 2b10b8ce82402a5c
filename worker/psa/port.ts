import type { Agreement, Line, Product } from '../domain/agreement.ts'
import type { ConnectionCheck } from '../vendor/check.ts'

export type { Agreement, Line, Product }

export interface NewLine {
  agreementId: string
  productId: string
  quantity: number
  /** First day that is billed, `YYYY-MM-DD`. */
  startsOn: string
}

export interface Choice {
  id: string
  name: string
}

export interface AgreementChoice extends Choice {
  startDate: string | null
  endDate: string | null
  active: boolean
}

export interface ChoiceQuery {
  /** Any part of the name; empty means all. */
  search: string
  /** What a page before gave as `nextCursor`; null for the first page. */
  cursor: string | null
  /** 1 to 1,000. */
  limit: number
}

/** Ordered by id; `nextCursor` is null on the last page. */
export interface ChoicePage<T extends Choice> {
  items: T[]
  nextCursor: string | null
}

/** Who somebody in front of the PSA's screens claims to be, with the secret that its page handed out for that. */
export interface MemberClaim {
  member: string
  hash: string
  context: string
}

/** The page that a PSA shows inside its own screens. */
export interface PodSetup {
  description: string
  /** With the PSA's own marks for the record and the screen. */
  url: string
  origin: string
  /** In pixels. */
  height: number
}

export interface PodProblem {
  code: string
  message: string
  /** What the PSA said, in its own words; null where it said nothing. */
  reply: string | null
}

export interface PodState {
  /** Null where the PSA does not let us know. */
  registered: boolean | null
  /** Where it can be put. */
  screens: { id: string; name: string }[]
  /** Why nobody sees it, or why we can't tell. */
  problem: PodProblem | null
}

export interface PodRegistration {
  /** Screens that show it since now. */
  made: string[]
  /** Why it is not on all of the others. */
  problem: PodProblem | null
}

/**
 * The billing side of a PSA, as this product needs it. Reads are whole or throw a `VendorError`.
 */
export interface Psa {
  /** Tries each thing a run needs and names each missing right; never throws for what the vendor answers. */
  check(): Promise<ConnectionCheck>

  /**
   * Whether the PSA confirms the claim; false too where it can't prove anybody.
   *
   * @throws VendorError where it could not be asked
   */
  isMember(claim: MemberClaim): Promise<boolean>

  /** Whether the PSA's screens show the pod; null where the PSA has no such thing. */
  podState(pod: PodSetup): Promise<PodState | null>
  /** Puts the pod on these screens; null as for `podState`. Safe to repeat. */
  registerPod(pod: PodSetup, screenIds: string[]): Promise<PodRegistration | null>

  companyChoices(query: ChoiceQuery): Promise<ChoicePage<Choice>>
  agreementChoices(query: ChoiceQuery & { companyId: string | null }): Promise<ChoicePage<AgreementChoice>>
  productChoices(query: ChoiceQuery): Promise<ChoicePage<Choice>>
  /** Empty where the PSA has no price levels to choose. */
  priceLevelChoices(query: ChoiceQuery): Promise<ChoicePage<Choice>>

  /** Those of `ids` that exist; read by id or by page, whichever is fewer calls. */
  agreements(ids: string[]): Promise<Agreement[]>

  /** Those of `ids` that exist. */
  products(ids: string[]): Promise<Product[]>

  /** Every line of the agreement, ended ones too; all pages are read. Empty where the agreement is gone. */
  lines(agreementId: string): Promise<Line[]>

  /**
   * Makes a new line with the product's own price and answers the record as the PSA stored it.
   *
   * Not safe to repeat. After a failure for which `surelyNotDone` is false, read `lines` before anything else.
   */
  createLine(line: NewLine): Promise<Line>

  /** Makes the line bill `quantity` from now on and answers the record as the PSA stored it. Safe to repeat. */
  setQuantity(line: { agreementId: string; lineId: string }, quantity: number): Promise<Line>
}
