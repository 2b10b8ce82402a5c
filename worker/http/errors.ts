import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import * as z from 'zod'
import type { ConfigurationProblem } from '../domain/configuration-problem.ts'
import { MisconfiguredError } from '../env.ts'
import { describeFailure, VendorError, type VendorFailure } from '../vendor/error.ts'

/** What is answered instead of what was asked for. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly details: unknown

  /** @param details left out of the answer where undefined */
  constructor(status: ContentfulStatusCode, code: string, message: string, details?: unknown) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.code = code
    this.details = details
  }
}

export const ProblemBody = z.object({ path: z.string(), code: z.string(), message: z.string() })

export const ErrorBody = z.object({
  error: z.object({
    /** Snake-case, for programs. */
    code: z.string(),
    message: z.string(),
    details: z.unknown().optional(),
  }),
})

/** 422 with everything that is wrong with the input. */
export function invalid(problems: ConfigurationProblem[]): Refusal {
  const count = problems.length === 1 ? 'One thing is' : `${problems.length} things are`
  return new Refusal(422, 'invalid', `${count} wrong with the request; see details.`, problems)
}

/** The failure as an answer. What is not meant for the caller stays in the log. */
export function onError(error: Error, c: Context): Response {
  if (error instanceof Refusal) return answer(c, error.status, error.code, error.message, error.details)
  if (error instanceof VendorError) return vendorAnswer(c, error)
  if (error instanceof MisconfiguredError) return answer(c, 500, 'misconfigured', error.message)
  if (error instanceof HTTPException) {
    const isCallers = error.status >= 400 && error.status < 500
    return answer(c, isCallers ? 400 : 500, isCallers ? 'bad_request' : 'internal', error.message)
  }
  // biome-ignore lint/suspicious/noConsole: what nobody foresaw has no other way to those who run the Worker
  console.error(error.stack ?? error.name)
  return answer(
    c,
    500,
    'internal',
    'Something went wrong in tallypod itself. Nothing more was done; the log says where.',
  )
}

export function notFound(c: Context): Response {
  return answer(
    c,
    404,
    'not_found',
    `There is nothing at ${c.req.path}. See /api/openapi.json for what there is.`,
  )
}

function vendorAnswer(c: Context, { vendor, failure }: VendorError): Response {
  if (failure.kind === 'throttled') c.header('Retry-After', `${Math.ceil(failure.retryAfterSeconds)}`)
  return answer(
    c,
    failure.kind === 'throttled' ? 503 : 502,
    `vendor_${failure.kind}`,
    `${vendor}: ${describeFailure(failure)}.`,
    { vendor, ...vendorText(failure) },
  )
}

function vendorText(failure: VendorFailure): { status?: number; reply?: string } {
  switch (failure.kind) {
    case 'rejected':
      return failure.status === 0 ? {} : { status: failure.status, reply: failure.reply }
    case 'unavailable':
      return failure.status === undefined ? {} : { status: failure.status }
    case 'unauthorized':
    case 'throttled':
    case 'unexpected_reply':
      return {}
  }
}

function answer(
  c: Context,
  status: ContentfulStatusCode,
  code: string,
  message: string,
  details?: unknown,
): Response {
  return c.json({ error: { code, message, ...(details === undefined ? {} : { details }) } }, status)
}
