/** What went wrong with a vendor, named by what has to happen next. */
export type VendorFailure =
  /** The MSP mends the credentials. */
  | { kind: 'unauthorized' }
  /** Nothing was done. Wait that long. */
  | { kind: 'throttled'; retryAfterSeconds: number }
  /** No usable answer: the call may or may not have been carried out. Wait, longer each time. */
  | { kind: 'unavailable'; detail: string; status?: number; retryAfterSeconds?: number }
  /**
   * The vendor refused; nothing was done. A person looks. `reply` has no secrets and at most 500 characters. Status 0:
   * we refused to send it.
   */
  | { kind: 'rejected'; status: number; reply: string }
  /** The answer is not what we know: the call may have been carried out. We change the adapter. */
  | { kind: 'unexpected_reply'; issues: string }

export class VendorError extends Error {
  readonly vendor: string
  readonly failure: VendorFailure

  constructor(vendor: string, failure: VendorFailure, options?: { cause?: unknown }) {
    super(`${vendor}: ${describeFailure(failure)}`, options)
    this.name = 'VendorError'
    this.vendor = vendor
    this.failure = failure
  }
}

/** The failure in one sentence for people; holds no vendor text and no secret. */
export function describeFailure(failure: VendorFailure): string {
  switch (failure.kind) {
    case 'unauthorized':
      return 'the credentials were refused'
    case 'throttled':
      return `too many requests; it asks to wait ${failure.retryAfterSeconds} seconds`
    case 'unavailable':
      return failure.detail
    case 'rejected':
      return failure.status === 0 ? failure.reply : `the request was refused with status ${failure.status}`
    case 'unexpected_reply':
      return `the answer has a shape we do not know (${failure.issues})`
  }
}

/** True where the vendor surely did not carry the call out, so that it may be planned again. */
export function surelyNotDone(failure: VendorFailure): boolean {
  switch (failure.kind) {
    case 'unauthorized':
    case 'throttled':
    case 'rejected':
      return true
    case 'unavailable':
    case 'unexpected_reply':
      return false
  }
}

/**
 * Seconds to wait before trying again, or null where trying again cannot help.
 *
 * @param baseSeconds the first wait; it doubles with each attempt
 * @param attempt 1 after the first try
 */
export function retryDelaySeconds(
  failure: VendorFailure,
  attempt: number,
  baseSeconds: number,
): number | null {
  switch (failure.kind) {
    case 'throttled':
      return failure.retryAfterSeconds
    case 'unavailable':
      return failure.retryAfterSeconds ?? Math.min(baseSeconds * 2 ** (attempt - 1), 3600)
    case 'unauthorized':
    case 'rejected':
    case 'unexpected_reply':
      return null
  }
}
