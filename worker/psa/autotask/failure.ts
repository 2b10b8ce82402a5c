import * as z from 'zod'
import type { VendorFailure } from '../../vendor/error.ts'
import { assertOk, type VendorReply } from '../../vendor/http.ts'
import { rejected } from '../rejected.ts'
import { inOneLine, jsonOrNull } from '../reply-text.ts'

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

export function isMissingRight(failure: VendorFailure): failure is VendorFailure & { kind: 'rejected' } {
  return failure.kind === 'rejected' && (failure.status === 403 || says(failure.reply, 'permissions'))
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
  assertOk(vendor, { ...reply, text: refusal ?? inOneLine(reply.text) })
}

/** The errors that the reply lists, in one line; null where it lists none. */
export function refusalIn({ text }: VendorReply): string | null {
  const refusal = Refusal.safeParse(jsonOrNull(text))
  return refusal.success ? refusal.data.errors.join(' ') : null
}
