import type * as z from 'zod'
import { VendorError } from './error.ts'

export interface VendorRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  url: string
  headers?: Record<string, string>
  body?: string
  /** Further texts that must never come out in an error. */
  secrets?: string[]
  /** Longest wait for the whole answer; without it the connection's own. */
  timeoutMs?: number
  /**
   * Takes the body of a 200 as it arrives; `text` of the reply is empty then. What it throws comes out as it is, unless
   * the body broke off.
   */
  consume?: (body: ReadableStream<Uint8Array>) => Promise<void>
}

export interface VendorReply {
  status: number
  headers: Headers
  text: string
}

/** Sends one request; a reply of any status but redirects comes back, all else is thrown as a `VendorError`. */
export type VendorHttp = (request: VendorRequest) => Promise<VendorReply>

export interface VendorHttpOptions {
  /** For error messages: the connection's name. */
  vendor: string
  /** Refuses an address by throwing; asked before each call. */
  assertAllowed: (url: URL) => void
  /** Sent with each call, e.g. the headers of an access proxy. */
  extraHeaders: Record<string, string>
  /** Texts that must never come out in an error. */
  secrets: string[]
  /** At most this many calls at once; the time-out starts when a call's turn has come. */
  maxConcurrent: number
  timeoutMs: number
  /** Awaited before each call, e.g. to renew a lease; throwing stops the call. */
  beforeCall?: () => Promise<void>
  fetch?: typeof fetch
}

/**
 * The only place that talks to vendors. Redirects are errors, bodies are always read to their end, and secrets are
 * cut out of what a vendor says in a refusal before anyone sees it.
 */
export function vendorHttp(options: VendorHttpOptions): VendorHttp {
  const send = options.fetch ?? ((input: string, init: RequestInit) => fetch(input, init))
  const turn = limiter(options.maxConcurrent)

  return (request) =>
    turn(async () => {
      options.assertAllowed(new URL(request.url))
      await options.beforeCall?.()
      const timeoutMs = request.timeoutMs ?? options.timeoutMs
      const broken = (cause: unknown) => {
        const timedOut = cause instanceof Error && cause.name === 'TimeoutError'
        const detail = timedOut
          ? `no answer within ${Math.round(timeoutMs / 1000)} seconds`
          : 'the connection failed before an answer came'
        return new VendorError(options.vendor, { kind: 'unavailable', detail }, { cause })
      }
      const response = await send(request.url, {
        method: request.method,
        headers: mergedHeaders(options.extraHeaders, request.headers ?? {}),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        ...(request.body === undefined ? {} : { body: request.body }),
      }).catch((cause) => {
        throw broken(cause)
      })
      const { status, headers, body } = response
      if (status === 200 && request.consume !== undefined) {
        await request.consume(whole(body ?? new Blob().stream(), broken))
        return { status, headers, text: '' }
      }
      const text = await response.text().catch((cause) => {
        throw broken(cause)
      })
      const reply = { status, headers, text }
      const isRedirect = status >= 300 && status < 400 && status !== 304
      if (isRedirect) {
        throw new VendorError(options.vendor, {
          kind: 'rejected',
          status: reply.status,
          reply: 'it answered with a redirect, which is never followed',
        })
      }
      const isRefusal = reply.status >= 400
      return isRefusal ? { ...reply, text: scrub(reply.text, secretsOf(request, options.secrets)) } : reply
    })
}

/** The same body, which fails with what `broken` makes of the fault where it breaks off. */
function whole(body: ReadableStream<Uint8Array>, broken: (cause: unknown) => VendorError) {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch (cause) {
        controller.error(broken(cause))
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
}

/** The adapter's own headers win over configured ones of the same name in any letter case. */
function mergedHeaders(extra: Record<string, string>, own: Record<string, string>): Record<string, string> {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()))
  const others = Object.entries(extra).filter(([name]) => !names.has(name.toLowerCase()))
  return { ...Object.fromEntries(others), ...own }
}

/** Throws the failure that a status outside 200–299 stands for. A status that a vendor uses in its own way is handled before. */
export function assertOk(vendor: string, reply: VendorReply): void {
  if (reply.status >= 200 && reply.status < 300) return
  if (reply.status === 401) throw new VendorError(vendor, { kind: 'unauthorized' })
  if (reply.status === 429) {
    throw new VendorError(vendor, {
      kind: 'throttled',
      retryAfterSeconds: retryAfterSeconds(reply.headers) ?? 30,
    })
  }
  if (reply.status === 408 || reply.status >= 500) {
    const seconds = retryAfterSeconds(reply.headers)
    throw new VendorError(vendor, {
      kind: 'unavailable',
      detail: `it answered with status ${reply.status}`,
      status: reply.status,
      ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
    })
  }
  throw new VendorError(vendor, { kind: 'rejected', status: reply.status, reply: reply.text.slice(0, 500) })
}

/** The reply's JSON in the shape of `schema`; text that is no JSON counts as no usable answer. */
export function parseReply<Schema extends z.ZodType>(
  vendor: string,
  reply: VendorReply,
  schema: Schema,
): z.output<Schema> {
  let json: unknown
  try {
    json = JSON.parse(reply.text)
  } catch (cause) {
    throw new VendorError(
      vendor,
      { kind: 'unavailable', detail: 'the answer was cut off or was not JSON', status: reply.status },
      { cause },
    )
  }
  return parseShape(vendor, json, schema)
}

/** `value` in the shape of `schema`, or `unexpected_reply` naming the fields that differ. */
export function parseShape<Schema extends z.ZodType>(
  vendor: string,
  value: unknown,
  schema: Schema,
): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`)
    .join('; ')
  throw new VendorError(vendor, { kind: 'unexpected_reply', issues })
}

/** `Retry-After` in seconds, from either of its forms; undefined where it is absent or unreadable. */
function retryAfterSeconds(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value)
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000))
}

/** Vendors may quote a request in their refusal, with what it was signed with. */
function secretsOf(request: VendorRequest, secrets: string[]): string[] {
  const signed = Object.entries(request.headers ?? {}).filter(([name]) =>
    ['authorization', 'x-ksc-session', 'clientid', 'cookie'].includes(name.toLowerCase()),
  )
  const values = signed.flatMap(([, value]) => [value, ...value.split('; ').map(withoutName)])
  return [...secrets, ...(request.secrets ?? []), ...values]
}

/** The value of a cookie, the credentials behind a scheme. */
function withoutName(text: string): string {
  return text.replace(/^[\w-]+[= ]/, '')
}

function scrub(text: string, secrets: string[]): string {
  return secrets
    .filter((secret) => secret.length >= 4)
    .toSorted((a, b) => b.length - a.length)
    .reduce((clean, secret) => clean.replaceAll(secret, '•••'), text)
}

function limiter(max: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
