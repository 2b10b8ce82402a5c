import * as z from 'zod'
import type { Deps } from '../deps.ts'
import type { Connection } from '../domain/configuration.ts'
import type { MemberClaim } from '../psa/port.ts'

/** The connection that signs in to this ConnectWise company; letter case means nothing there. */
export async function connectionOfCompany(deps: Deps, companyId: string): Promise<Connection | null> {
  for (const connection of await deps.configuration.connections()) {
    if (connection.kind !== 'connectwise') continue
    const opened = await deps.configuration.withSecrets(connection.id)
    const own = z.object({ companyId: z.string() }).safeParse(opened?.credentials)
    if (own.success && own.data.companyId.toLowerCase() === companyId.toLowerCase()) return connection
  }
  return null
}

/** Asks the PSA, unless it confirmed the very same proof lately. */
export async function isProven(
  deps: Deps,
  connection: Connection,
  companyId: string,
  claim: MemberClaim,
): Promise<boolean> {
  const nowMs = deps.now().getTime()
  const proof = await proofDigest(deps.settings.sessionKey, [connection.id, companyId.toLowerCase()], claim)
  if (await deps.signIns.isProven(proof, nowMs)) return true
  const { adapter } = await deps.psa(connection.id)
  if (!(await adapter.isMember(claim))) return false
  await deps.signIns.remember(proof, nowMs)
  return true
}

/** Keyed, so that nobody who reads the database can try hashes against it. */
async function proofDigest(key: string, where: string[], claim: MemberClaim): Promise<string> {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const hmac = await crypto.subtle.importKey(
    'raw',
    bytes(`proof ${key}`),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const text = JSON.stringify([...where, claim.member.toLowerCase(), claim.hash, claim.context])
  const digest = new Uint8Array(await crypto.subtle.sign('HMAC', hmac, bytes(text)))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
