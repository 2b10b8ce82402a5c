import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Dates further off are refused; how far is the emulator's choice. */
const tolerance = 5 * 60 * 1000

export interface Signed {
  method: string
  /** Absolute and without its query. */
  path: string
  /** As in the header, e.g. `Thu, 18 Jun 2015 07:25:43 GMT`. */
  date: string
}

/** Who a request says it is from. */
export interface Claim {
  publicKey: string
  signature: string
}

/** @see docs/vendors/tigerpaw.md */
export function signatureOf({ method, path, date }: Signed, privateKey: string): string {
  const signed = [method, path, date].join('|').toLowerCase()
  return createHmac('sha256', privateKey).update(signed).digest('base64')
}

export function tokenOf(signed: Signed, publicKey: string, privateKey: string): string {
  return Buffer.from(`${publicKey}:${signatureOf(signed, privateKey)}`).toString('base64')
}

/** What the request's header claims, unproven; null where it claims nothing readable. */
export function claimOf({ authorization = '' }: IncomingHttpHeaders): Claim | null {
  const token = /^TSI ([A-Za-z0-9+/]+=*)$/.exec(authorization)?.[1]
  if (token === undefined) return null
  const [publicKey, signature, ...more] = Buffer.from(token, 'base64').toString('utf8').split(':')
  if (publicKey === undefined || signature === undefined || more.length > 0) return null
  return { publicKey, signature }
}

/** The date that counts: a client that cannot set `Date` sends the other, which then wins. */
export function dateOf(headers: IncomingHttpHeaders): string {
  const other = headers['x-tsi-date']
  return (typeof other === 'string' ? other : headers.date) ?? ''
}

export function isFresh(date: string, now: Date): boolean {
  const at = new Date(date)
  return at.toUTCString() === date && Math.abs(at.getTime() - now.getTime()) <= tolerance
}
