import type { Agreement, CompanyProblem, Line, Product } from '../domain/agreement.ts'
import type { Wait } from '../domain/wait.ts'
import type { ConnectionCheck } from '../vendor/check.ts'
import type { TicketDesk } from './ticket-port.ts'

export type { Agreement, CompanyProblem, Line, Product }

export interface NewLine {
  agreementId: string
  productId: string
  quantity: number
  /** First day that is billed, `YYYY-MM-DD`. */
  startsOn: string
  /** Sets the price of the line; null where the PSA has no price levels. */
  priceLevelId: string | null
}

/** A quantity that a line of the PSA is to bill. */
export interface QuantityChange {
  agreementId: string
  lineId: string
  productId: string
  /** What the line was last seen to bill. */
  from: number
  to: number
  /** The local day from which on it holds, `YYYY-MM-DD`: the day on which it is sent. */
  on: string
  /** A price level that the line is to have from now on; null leaves its price as it is. */
  priceLevelId: string | null
}

/** What the PSA answered to a write. */
export type Written =
  /** The record as the PSA stored it. */
  | { kind: 'stored'; line: Line }
  /** It was accepted, and the line has to be read to see it. */
  | { kind: 'accepted' }
  /** The line bills what it did: it takes no such change before another day. */
  | ({ kind: 'not_today' } & Wait)

/** How a PSA differs from others in what may be asked of it. */
export interface PsaTraits {
  /** A line takes one change a day, and a second one has to wait for the next. */
  oneChangeADay: boolean
  /** Whether a product that is not on an agreement may be put there; else a person has to agree. */
  makesLines: boolean
  /** Nothing may be written before a test write succeeded. */
  needsTestWrite: boolean
  /**
   * How many agreements one call tells the lines of. Where it is more than one, the lines of all agreements are read in
   * each run; else only those on which something may differ.
   */
  agreementsPerRead: number
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
  traits: PsaTraits
  /** Where tickets are made. */
  desk: TicketDesk

  /**
   * Passes where there is room for a run among the calls that all programs together may make.
   *
   * @throws VendorError `throttled` where there is not
   */
  assertRoom(): Promise<void>

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

  /** Those of `ids` that exist, as they stand on the local day `day`, in as few calls as can be. */
  agreements(ids: string[], day: string): Promise<Agreement[]>

  /** Those of `ids` that exist. */
  products(ids: string[]): Promise<Product[]>

  /**
   * Every line of these agreements with its quantity on the local day `day`, ended ones too; all pages are read. The
   * list is empty where an agreement is gone. An agreement of which a quantity cannot be told is absent.
   */
  lines(agreementIds: string[], day: string): Promise<Map<string, Line[]>>

  /**
   * Why nothing may be written for the company although its agreement runs; null where all is well. Asked only where
   * something is to be written.
   */
  companyProblem(companyId: string): Promise<CompanyProblem | null>

  /**
   * Makes a new line with the product's own price, or that of the price level.
   *
   * Not safe to repeat. After a failure for which `surelyNotDone` is false, read `lines` before anything else.
   */
  createLine(line: NewLine): Promise<Written>

  /**
   * Makes the line bill the new quantity. Where the PSA books differences, repeating it books one twice: after a failure
   * for which `surelyNotDone` is false, read `lines` before anything else.
   */
  setQuantity(change: QuantityChange): Promise<Written>

  /**
   * Makes a line of the product on the agreement, reads it back and takes it away again; null where the PSA needs no
   * such test. Never throws for what the vendor answers; where something was left behind, a problem says what.
   */
  testWrite(on: { agreementId: string; productId: string }): Promise<ConnectionCheck | null>
}
