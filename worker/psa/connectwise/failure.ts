import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import { assertOk, type VendorReply, type VendorRequest } from '../../vendor/http.ts'
import { inOneLine, jsonOrNull } from '../reply-text.ts'
import { missingRight } from './rights.ts'

/** The usual shape of a refusal, and the one that throttling has. */
const Refusal = z.object({
  code: z.string().nullish(),
  error: z.string().nullish(),
  message: z.string().nullish(),
  errors: z.array(z.object({ message: z.string().nullish(), field: z.string().nullish() })).nullish(),
})

export interface Call {
  method: VendorRequest['method']
  /** Below the API root. */
  path: string
}

/**
 * Throws the failure a reply stands for. What a person reads in `rejected` is the vendor's own words without their
 * wrapping, and for a missing right also how to grant it.
 */
export function assertAccepted(vendor: string, reply: VendorReply, call?: Call): void {
  if (reply.status < 300) return
  const text = readableText(reply.text)
  const right =
    call && reply.status === 403 ? `${missingRight(call.method, call.path)} ConnectWise says: ` : ''
  assertOk(vendor, { ...reply, text: right + text })
}

/** The same for a list that every ConnectWise has: in the cloud a 404 there means that the keys are wrong. */
export function assertListed(vendor: string, reply: VendorReply, call: Call & { cloud: boolean }): void {
  if (reply.status === 404 && call.cloud) throw new VendorError(vendor, { kind: 'unauthorized' })
  assertAccepted(vendor, reply, call)
}

/**
 * True where the call went to an address that does not serve this company, so that nothing was carried out.
 *
 * @see docs/vendors/connectwise.md, "Finding the API"
 */
export function looksMisrouted(reply: VendorReply): boolean {
  if (reply.status < 400 || reply.status >= 500) return false
  return reply.status === 404 || /cannot route|ssl is required/i.test(reply.text)
}

/** What a refusal says, in one line: from JSON of either shape, a web page's title, or plain text. */
export function readableText(text: string): string {
  const refusal = refusalOf(text)
  if (refusal !== null) {
    const details = (refusal.errors ?? []).map(
      ({ message, field }) => message ?? (field ? `${field} is refused` : ''),
    )
    return (
      [refusal.message ?? refusal.code ?? refusal.error ?? '', ...details].filter(Boolean).join(': ') || text
    )
  }
  return inOneLine(text)
}

function refusalOf(text: string): z.output<typeof Refusal> | null {
  return Refusal.safeParse(jsonOrNull(text)).data ?? null
}
