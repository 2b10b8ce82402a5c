import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import { assertOk, type VendorReply } from '../../vendor/http.ts'

/** Texts in the vendor's words, of which a fragment in any letter case tells them. */
const texts = {
  threadLimit: /itgenatr005|thread threshold/i,
  integrationCode: /integrationcode is invalid/i,
  unknownUser: /zone information could not be determined/i,
  permissions: /adequate permissions/i,
  duplicateDate: /insert duplicate data into contract_service_period/i,
}

const threadLimitSeconds = 2
const throttledSeconds = 10

const Refusal = z.object({
  errors: z
    .array(z.union([z.string(), z.object({ message: z.string() }).transform(({ message }) => message)]))
    .min(1),
})

/** Whether `text` holds what Autotask says in such a case. */
export function says(text: string, what: keyof typeof texts): boolean {
  return texts[what].test(text)
}

/**
 * Throws the failure that a reply stands for. Business rules are refused with status 500 and a list of errors, and nothing
 * was done then; a 500 without such a list is a fault, after which something may have been done.
 *
 * @see docs/vendors/autotask.md, "Refusals and faults"
 */
export function assertAnswered(vendor: string, reply: VendorReply): void {
  if (reply.status < 300) return
  const isThreadLimit = says(reply.text, 'threadLimit')
  if (isThreadLimit || reply.status === 429) {
    const seconds = isThreadLimit ? threadLimitSeconds : throttledSeconds
    const headers = reply.headers.has('retry-after')
      ? reply.headers
      : new Headers({ 'retry-after': `${seconds}` })
    assertOk(vendor, { ...reply, status: 429, headers })
  }
  const refusal = refusalIn(reply)
  if (reply.status === 500 && refusal !== null) throw rejected(vendor, 500, refusal)
  assertOk(vendor, { ...reply, text: refusal ?? readableText(reply.text) })
}

/** @param status the one of the answer; 0 where nothing was sent, and then `reply` is in our own words */
export function rejected(vendor: string, status: number, reply: string): VendorError {
  return new VendorError(vendor, { kind: 'rejected', status, reply: reply.slice(0, 500) })
}

/** The errors that the reply lists, in one line; null where it lists none. */
export function refusalIn({ text }: VendorReply): string | null {
  const refusal = Refusal.safeParse(jsonOrNull(text))
  return refusal.success ? refusal.data.errors.join(' ') : null
}

export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A web page is told by its title. */
function readableText(text: string): string {
  if (!/^\s*(<!doctype html|<html)/i.test(text)) return text.replace(/\s+/g, ' ').trim()
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1]?.trim()
  return title ? `a web page came instead of data: ${title}` : 'a web page came instead of data'
}
