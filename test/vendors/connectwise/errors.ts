import type { Answer } from '../faults.ts'

export interface FieldProblem {
  code: string
  message: string
  resource: string
  field: string
}

/** A refusal in the vendor's own shape. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly problems: FieldProblem[] | null

  constructor(status: number, code: string, message: string, problems: FieldProblem[] | null = null) {
    super(message)
    this.status = status
    this.code = code
    this.problems = problems
  }
}

export function errorAnswer(error: ApiError): Answer {
  return {
    status: error.status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ code: error.code, message: error.message, errors: error.problems }),
  }
}

export function invalidObject(resource: string, problems: Omit<FieldProblem, 'resource'>[]): ApiError {
  return new ApiError(
    400,
    'InvalidObject',
    `${resource} object is invalid`,
    problems.map((problem) => ({
      code: problem.code,
      message: problem.message,
      resource,
      field: problem.field,
    })),
  )
}

export function invalidCondition(message: string): ApiError {
  return new ApiError(400, 'ApiFindCondition', message)
}

export function notFound(what: string): ApiError {
  return new ApiError(404, 'NotFound', `${what} not found`)
}

/**
 * The edge's answer to too many calls, whose body differs from every other error's; add `match` and it is a fault.
 *
 * @see docs/vendors/connectwise.md
 */
export function throttled(retryAfterSeconds: number): {
  kind: 'status'
  status: number
  headers: Record<string, string>
  body: string
} {
  return {
    kind: 'status',
    status: 429,
    headers: { 'content-type': 'application/json', 'retry-after': String(retryAfterSeconds) },
    body: JSON.stringify({
      error: 'ConnectWiseAPI',
      message: `Too many requests. Please try again in ${retryAfterSeconds} seconds.`,
    }),
  }
}
