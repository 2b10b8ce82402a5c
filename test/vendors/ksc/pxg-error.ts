import { params } from './params.ts'

export interface PxgProblem {
  code: number
  /** In English, never translated. */
  message: string
  /** The text for people: `%1`, `%2` … in `format` stand for `args`. */
  locdata?: { format: string; args: string[] }
}

/** A method that refuses: status 200 with a `PxgError` in place of a result. The codes are ours; no public list exists. */
export class PxgError extends Error {
  readonly problem: PxgProblem

  constructor(problem: PxgProblem) {
    super(problem.message)
    this.name = 'PxgError'
    this.problem = problem
  }
}

export function pxgBody({ code, message, locdata }: PxgProblem) {
  return {
    PxgError: {
      code,
      subcode: 0,
      module: 'KLSTD',
      file: 'emulated.cpp',
      line: 1,
      message,
      ...(locdata && { locdata: params({ ...locdata, 'format-id': 7, locmodule: 'KSC' }) }),
    },
  }
}

export function notFound(what: string, name: string): PxgError {
  return new PxgError({
    code: 1181,
    message: `${what} was not found`,
    locdata: { format: `${what} "%1" was not found`, args: [name] },
  })
}

export function badArgument(detail: string): PxgError {
  return new PxgError({ code: 1191, message: `Invalid argument: ${detail}` })
}

export function accessDenied(method: string): PxgError {
  return new PxgError({
    code: 1193,
    message: 'Access denied',
    locdata: { format: 'Access denied to %1', args: [method] },
  })
}
