import type { FiredCount, WireFailure } from '../../vendors/faults.ts'
import type { SideDesk } from './desk.ts'

/** The billing side of an MSP: one account at an emulated PSA, as stories see it that hold for each PSA. Ids are text. */
export interface Side {
  kind: 'connectwise' | 'autotask' | 'tigerpaw'
  desk: SideDesk
  /** Without id and name; with its credentials. */
  connection: { kind: string; baseUrl: string; credentials: Record<string, string> }
  product(name: string): string
  /** A company and its agreement, with a line at 0 of each product where the PSA's lines are made by people. */
  customer(
    name: string,
    products: string[],
  ): { companyId: string; agreementId: string; priceLevelId: string | null }
  /** What an agreement bills in the end: product and quantity of each line, ordered by product. */
  billed(agreementId: string): [product: string, quantity: number][]
  /** What was written so far, refused and lost writes too. */
  writes(): number
  /** How many calls came in so far. */
  calls(): number
  /** Lets a call fail: the first of its kind, or one `after` so many. */
  fail(which: 'read' | 'write', failure: WireFailure, after?: number): FiredCount
  clearFaults(): void
  /** Waited before each call is carried out. */
  setLatency(ms: number): void
  /**
   * What an administrator does once before anything can be billed through `connection`; null where that is nothing. A
   * request to tallypod, the configuration being saved by then.
   */
  preparation(
    connection: string,
    on: { agreementId: string; productId: string },
  ): { path: string; body: unknown } | null
}

/** The last day on which anything is billed here: runs may be those of a day that has not begun on this machine. */
export function lastDay(): string {
  return new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
}

export function byProduct(lines: [product: string, quantity: number][]): [string, number][] {
  return lines.toSorted(([a], [b]) => a.localeCompare(b))
}
