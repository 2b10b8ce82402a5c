/** An answer of the REST API with another status than 200. */
export class ApiError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** What was asked for is not done and the answer says why: status 200 and `Success` false. */
export class Refused extends Error {}

export function notFound(what: string): ApiError {
  return new ApiError(404, `${what} was not found.`)
}
