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
  /** Keeps the lease alive; to be awaited before each vendor call. @throws LeaseLost */
  renew(): Promise<void>
}

export class LeaseLost extends Error {
  override name = 'LeaseLost'
}
