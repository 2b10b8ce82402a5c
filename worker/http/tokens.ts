import { sign, verify } from 'hono/jwt'
import * as z from 'zod'

/** A member's token is had anew from the PSA before it ends. */
const memberSeconds = 15 * 60
const administratorSeconds = 30 * 60
/** Of one working day: whoever signed in by a link has nobody around to prove them anew. */
const pageSeconds = 12 * 60 * 60

const algorithm = 'HS256'

export interface Keys {
  sessionKey: string
  adminToken: string
}

/** Who a token of ours was given to, and until when, ISO 8601 in UTC. */
export type Bearer =
  | { kind: 'member' | 'page'; connection: string; member: string; expiresAt: string }
  | { kind: 'administrator'; expiresAt: string }

export interface Token {
  token: string
  /** ISO 8601 in UTC. */
  expiresAt: string
}

const MemberClaims = z.object({
  aud: z.enum(['pod', 'page']),
  sub: z.string(),
  connection: z.string(),
  exp: z.number(),
})
const AdministratorClaims = z.object({ aud: z.literal('setup'), exp: z.number() })

export function memberToken(keys: Keys, connection: string, member: string, now: Date): Promise<Token> {
  return issued({ aud: 'pod', sub: member, connection }, keys.sessionKey, memberSeconds, now)
}

/** For a page of our own, whose cookie keeps it. */
export function pageToken(keys: Keys, connection: string, member: string, now: Date): Promise<Token> {
  return issued({ aud: 'page', sub: member, connection }, keys.sessionKey, pageSeconds, now)
}

export function administratorToken(keys: Keys, now: Date): Promise<Token> {
  return issued({ aud: 'setup' }, administratorKey(keys), administratorSeconds, now)
}

/** Whose token this is; `expired` where it was ours and good once, null where it is none of ours. */
export async function bearerOf(token: string, keys: Keys, now: Date): Promise<Bearer | 'expired' | null> {
  const member = MemberClaims.safeParse(await signedClaims(token, keys.sessionKey))
  if (member.success) {
    const { aud, connection, sub, exp } = member.data
    const kind = aud === 'page' ? 'page' : 'member'
    return unlessEnded(exp, now, { kind, connection, member: sub, expiresAt: isoTime(exp) })
  }
  const administrator = AdministratorClaims.safeParse(await signedClaims(token, administratorKey(keys)))
  if (!administrator.success) return null
  const { exp } = administrator.data
  return unlessEnded(exp, now, { kind: 'administrator', expiresAt: isoTime(exp) })
}

/** A new ADMIN_TOKEN ends what the old one opened. */
function administratorKey({ sessionKey, adminToken }: Keys): string {
  return `${sessionKey}\n${adminToken}`
}

async function issued(
  claims: Record<string, string>,
  key: string,
  seconds: number,
  now: Date,
): Promise<Token> {
  const iat = Math.floor(now.getTime() / 1000)
  const exp = iat + seconds
  return { token: await sign({ ...claims, iat, exp }, key, algorithm), expiresAt: isoTime(exp) }
}

/** What a token signed with `key` says; null for any other. Its end is looked at once the signature is known to be ours. */
async function signedClaims(token: string, key: string): Promise<unknown> {
  try {
    return await verify(token, key, { alg: algorithm, exp: false, iat: false })
  } catch {
    return null
  }
}

function unlessEnded(exp: number, now: Date, bearer: Bearer): Bearer | 'expired' {
  return exp * 1000 > now.getTime() ? bearer : 'expired'
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
