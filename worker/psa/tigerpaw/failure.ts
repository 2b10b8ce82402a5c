import * as z from 'zod'
import { assertOk, type VendorReply } from '../../vendor/http.ts'
import { inOneLine, jsonOrNull } from '../reply-text.ts'
import { missingRight } from './rights.ts'

/** What Tigerpaw says instead of an answer, with an HTTP status or with 200. */
const Refusal = z.object({ Success: z.boolean().nullish(), Message: z.string().nullish() })

/** Throws the failure that a status stands for; for a missing right it also says how to grant it. */
export function assertAccepted(vendor: string, reply: VendorReply, path: string): void {
  if (reply.status < 300) return
  const right = reply.status === 403 ? `${missingRight(path)} Tigerpaw says: ` : ''
  assertOk(vendor, { ...reply, text: right + readableText(reply.text) })
}

/** Tigerpaw's words where an answer with status 200 refuses what was asked, else null. */
export function refusalIn(json: unknown): string | null {
  const refusal = Refusal.safeParse(json)
  if (!refusal.success || refusal.data.Success !== false) return null
  return refusal.data.Message || 'it gave no reason'
}

/** What a refusal says, in one line: from JSON, a web page's title, or plain text. */
export function readableText(text: string): string {
  return inOneLine(Refusal.safeParse(jsonOrNull(text)).data?.Message || text)
}

/** A function that cuts the credentials out of what Tigerpaw says. */
export function withoutSecrets(credentials: Record<string, string>): (text: string) => string {
  const secrets = Object.values(credentials)
    .filter((secret) => secret.length >= 4)
    .toSorted((a, b) => b.length - a.length)
  return (text) => secrets.reduce((clean, secret) => clean.replaceAll(secret, '•••'), text)
}
