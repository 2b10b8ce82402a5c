import type { VendorError } from '../vendor/error.ts'

/** What a chain does after one message. */
export type Next =
  | { do: 'continue' }
  /** Looks again at `untilMs`, or as soon as somebody calls. */
  | { do: 'rest'; untilMs: number }
  /** Looks again at `untilMs` and not before, whoever calls: a vendor asked to wait. */
  | { do: 'pause'; untilMs: number }
  | { do: 'stop' }

/** The right to work for one connection; another worker takes over once it is lost. */
export interface Lease {
  chain: string
  step: number
  /** Keeps the lease alive. @throws LeaseLost */
  renew(): Promise<void>
  /**
   * To be awaited before each vendor call: keeps the lease alive.
   *
   * @throws LeaseLost
   * @throws VendorError `throttled` where the vendor refused another call and the wait it asked for is not over
   */
  beforeCall(): Promise<void>
  /** Where the vendor asked to wait, no further call goes out until then; those already on their way are not stopped. */
  heed(error: VendorError): void
  /** In milliseconds; 0 where no vendor asked to wait. */
  quietUntilMs(): number
  /** Carries statements out in one transaction. @throws LeaseLost with nothing changed */
  save(statements: D1PreparedStatement[]): Promise<void>
}

export class LeaseLost extends Error {
  override name = 'LeaseLost'
}
