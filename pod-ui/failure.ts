/** What came instead of what was asked for. */
export class Failure extends Error {
  /** Of the answer; 0 where none came. */
  readonly status: number
  /** Snake-case: the Worker's own code, or `unreachable`. */
  readonly code: string
  readonly details: unknown

  constructor(status: number, code: string, message: string, details?: unknown) {
    super(message)
    this.name = 'Failure'
    this.status = status
    this.code = code
    this.details = details
  }
}

/** Anything thrown, as a failure that can be shown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  return new Failure(0, 'internal', error instanceof Error ? error.message : String(error))
}

/** True where the very same request may work a little later. */
export function isPassing({ status }: Failure): boolean {
  return status === 0 || status === 429 || status >= 500
}
