import * as z from 'zod'
import { parseReply, type VendorHttp, type VendorReply } from '../../vendor/http.ts'
import type { RootMemory } from '../../vendor/root-memory.ts'
import type { MemberClaim } from '../port.ts'
import { basicAuthorization } from './client.ts'
import type { ConnectWiseConnection } from './connection.ts'
import { assertAccepted, looksMisrouted } from './failure.ts'
import { connectWiseSite } from './site.ts'

const MyInfo = z.object({ identifier: z.string() })

/** What would end a value in a cookie, or a name in Basic credentials, was never handed out. */
const endsValue = /[^\x20-\x7e]|[;,\\"]/
const endsName = /[:+]/

/**
 * Whether ConnectWise itself says that the session is that member's. It is asked with the session, never with the
 * API keys; address and company are our own, never the claim's.
 *
 * @throws VendorError where it gave no answer that says yes or no
 * @see docs/decisions/sessions.md
 */
export async function isMember(
  connection: ConnectWiseConnection,
  http: VendorHttp,
  memory: RootMemory,
  claim: MemberClaim,
): Promise<boolean> {
  if (!isWellFormed(claim)) return false
  const site = connectWiseSite(connection, http, memory)
  const root = await site.apiRoot()
  let reply = await infoOfMember(connection, http, root, claim)
  if (looksMisrouted(reply)) {
    const moved = await site.movedFrom(root)
    if (moved !== null) reply = await infoOfMember(connection, http, moved, claim)
  }
  if (isRefused(reply)) return false
  assertAccepted(connection.name, reply)
  const { identifier } = parseReply(connection.name, reply, MyInfo)
  return identifier.toLowerCase() === claim.member.toLowerCase()
}

/** Some sites take the session as cookies only, others as Basic credentials only. */
async function infoOfMember(
  { credentials: { companyId, clientId } }: ConnectWiseConnection,
  http: VendorHttp,
  apiRoot: string,
  { member, hash, context }: MemberClaim,
): Promise<VendorReply> {
  const ask = (proof: Record<string, string>): Promise<VendorReply> =>
    http({
      method: 'GET',
      url: `${apiRoot}/system/myMembers/info`,
      headers: { accept: 'application/json', clientId, ...proof },
      secrets: [hash],
    })
  const cookie = `companyName=${companyId}; memberId=${member}; memberHash=${hash}; memberContext=${context}`
  const reply = await ask({ cookie })
  return isRefused(reply) ? ask({ authorization: basicAuthorization(companyId, member, hash) }) : reply
}

/** The cloud answers 404 where others answer 401. */
function isRefused({ status }: VendorReply): boolean {
  return status === 401 || status === 403 || status === 404
}

function isWellFormed({ member, hash, context }: MemberClaim): boolean {
  return (
    ![member, hash, context].some((text) => endsValue.test(text)) &&
    !endsName.test(member) &&
    hash.length >= 8 &&
    hash.length <= 2048
  )
}
