/** What came instead of what was asked for. */
export class Failure extends Error {
  /** Of the answer; 0 where none came. */
  readonly status: number
  /** Snake-case: the Worker's own code, or `unreachable`, or `unanswered` where it may have been done. */
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

/** What exactly is wrong with what was sent; empty where the Worker does not say it. */
export function problemsOf({ details }: Failure): { path: string; message: string }[] {
  if (!Array.isArray(details)) return []
  return details.filter(
    (one): one is { path: string; message: string } =>
      typeof one === 'object' && one !== null && 'path' in one && 'message' in one,
  )
}

interface Taken {
  company: { name: string }
  takenBy: { name: string }
}

/** Companies that somebody else has already, and who that is. */
export function takenOf({ code, details }: Failure): Taken[] {
  if (code !== 'company_taken' || typeof details !== 'object' || details === null) return []
  return 'conflicts' in details && Array.isArray(details.conflicts) ? details.conflicts : []
}
