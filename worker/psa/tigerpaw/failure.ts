import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import { assertOk, type VendorReply } from '../../vendor/http.ts'
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

/** @param status the one of the answer; 0 where nothing was sent, and then `reply` is in our own words */
export function rejected(vendor: string, status: number, reply: string): VendorError {
  return new VendorError(vendor, { kind: 'rejected', status, reply: reply.slice(0, 500) })
}

/** What a refusal says, in one line: from JSON, a web page's title, or plain text. */
export function readableText(text: string): string {
  if (isWebPage(text)) {
    const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1]?.trim()
    return title ? `a web page came instead of data: ${title}` : 'a web page came instead of data'
  }
  const message = Refusal.safeParse(jsonOrNull(text)).data?.Message
  return (message || text).replace(/\s+/g, ' ').trim()
}

export function isWebPage(text: string): boolean {
  return /^\s*(<!doctype html|<html)/i.test(text)
}

export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A function that cuts the credentials out of what Tigerpaw says. */
export function withoutSecrets(credentials: Record<string, string>): (text: string) => string {
  const secrets = Object.values(credentials)
    .filter((secret) => secret.length >= 4)
    .toSorted((a, b) => b.length - a.length)
  return (text) => secrets.reduce((clean, secret) => clean.replaceAll(secret, '•••'), text)
}
