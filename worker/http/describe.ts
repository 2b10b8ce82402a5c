import { describeRoute, resolver } from 'hono-openapi'
import type * as z from 'zod'
import { ErrorBody } from './errors.ts'

type RefusalStatus = 400 | 401 | 404 | 409 | 422 | 429 | 502 | 503

const refusals: Record<RefusalStatus, string> = {
  400: 'The body is not JSON.',
  401: 'The proof does not hold.',
  404: 'There is no such thing.',
  409: 'Something else stands against it now; `code` says what.',
  422: 'The request is wrong; `details` lists every fault with its path.',
  429: 'There were too many failed attempts; `Retry-After` says how long to wait.',
  502: 'The vendor could not be reached, or answered with something of no use.',
  503: 'The vendor asks to wait; `Retry-After` says how long.',
}

interface RouteWords {
  summary: string
  description?: string
  /** 200 where absent. */
  status?: 200 | 202
  answer: z.ZodType
  /** Other forms of the same answer, by media type. */
  alsoAs?: string[]
  /** What the body must be, where the route itself does not say so by `validate`. */
  body?: z.ZodType
  /** Media types of a body that is a file. */
  takes?: string[]
  refusals?: RefusalStatus[]
  /** True where nobody has to sign in. */
  isOpen?: boolean
}

/** Puts a route into the OpenAPI document. */
export function describe(words: RouteWords) {
  const error = { 'application/json': { schema: resolver(ErrorBody, asAnswered) } }
  const standing = words.isOpen
    ? {}
    : {
        401: { description: 'Nobody is signed in.', content: error },
        403: { description: 'The role does not suffice.', content: error },
      }
  return describeRoute({
    summary: words.summary,
    ...(words.description === undefined ? {} : { description: words.description }),
    ...(words.isOpen ? { security: [] } : {}),
    ...(words.takes === undefined ? {} : { requestBody: fileBody(words.takes) }),
    ...(words.body === undefined
      ? {}
      : {
          requestBody: { required: true, content: { 'application/json': { schema: resolver(words.body) } } },
        }),
    responses: {
      [words.status ?? 200]: {
        description: words.status === 202 ? 'Accepted; it is being done.' : 'As asked for.',
        content: {
          'application/json': { schema: resolver(words.answer, asAnswered) },
          ...Object.fromEntries(
            (words.alsoAs ?? []).map((type) => [type, { schema: { type: 'string' as const } }]),
          ),
        },
      },
      ...standing,
      ...Object.fromEntries(
        (words.refusals ?? []).map((status) => [status, { description: refusals[status], content: error }]),
      ),
    },
  })
}

function fileBody(mediaTypes: string[]) {
  const schema = { type: 'string' as const, format: 'binary' }
  return { required: true, content: Object.fromEntries(mediaTypes.map((type) => [type, { schema }])) }
}

const asAnswered = { options: { io: 'output' } }
