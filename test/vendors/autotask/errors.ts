import { type Answer, jsonAnswer } from '../faults.ts'

/** A refusal in the vendor's own shape. */
export class ApiError extends Error {
  readonly status: number
  readonly errors: string[]
  readonly headers: Record<string, string>

  constructor(status: number, errors: string[], headers: Record<string, string> = {}) {
    super(errors.join(' '))
    this.status = status
    this.errors = errors
    this.headers = headers
  }
}

/** Routes and sign-in are refused by the web server, whose body differs from the API's own. */
export function errorAnswer({ status, errors, headers }: ApiError): Answer {
  const isOfWebServer = status === 401 || status === 404 || status === 405
  return jsonAnswer(isOfWebServer ? { Message: errors.join(' ') } : { errors }, status, headers)
}

/** What was asked breaks a rule: always a 500. */
export function refused(...errors: string[]): ApiError {
  return new ApiError(500, errors)
}

export function notAuthorized(): ApiError {
  return new ApiError(401, ['Authorization has been denied for this request.'])
}

export function noResource(): ApiError {
  return new ApiError(404, ['No HTTP resource was found that matches the request URI.'])
}

export function wrongVerb(method: string): ApiError {
  return new ApiError(405, [`The requested resource does not support http method '${method}'.`])
}

export function unknownField(field: string, entity: string): ApiError {
  return refused(`Unable to find ${field} in the ${entity} Entity.`)
}

export function invalidReference(field: string, type: string): ApiError {
  return refused(`Reference value on field: ${field} of type: ${type} does not exist or is invalid`)
}

export function tooManyThreads(status: 429 | 500, most: number): ApiError {
  return new ApiError(status, [
    `Itgenatr005: the thread threshold of ${most} threads has been exceeded for this object endpoint.`,
  ])
}

export function overThreshold(threshold: number, retryAfterSeconds: number | null): ApiError {
  return new ApiError(
    429,
    [`The request threshold of ${threshold} requests in 60 minutes has been exceeded.`],
    retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) },
  )
}
