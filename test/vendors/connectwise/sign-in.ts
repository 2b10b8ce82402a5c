import type { IncomingHttpHeaders } from 'node:http'
import type { Row } from '../row.ts'
import type { Account } from './account.ts'
import { ApiError } from './errors.ts'
import type { Rights } from './rights.ts'

/** Who a request says it is from. */
export interface Claim {
  companyId: string
  name: string
  secret: string
  /** Cookies prove a member's session only and say what it is used for. */
  cookieContext?: string
}

export interface Caller {
  account: Account
  member: Row
  rights: Rights
}

/** What the request's headers claim, unproven; null where they claim nothing readable. */
export function claimOf(headers: IncomingHttpHeaders): Claim | null {
  const basic = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? '')?.[1]
  if (basic !== undefined) {
    const parts = /^([^+:]*)\+([^:]*):(.*)$/s.exec(Buffer.from(basic, 'base64').toString('utf8'))
    if (!parts) return null
    const [, companyId = '', name = '', secret = ''] = parts
    return { companyId, name, secret }
  }
  const cookies = new Map(
    (headers.cookie ?? '').split(';').map((cookie): [string, string] => {
      const [name = '', ...value] = cookie.trim().split('=')
      return [name.toLowerCase(), value.join('=')]
    }),
  )
  const [companyId, name, secret] = ['companyname', 'memberid', 'memberhash'].map((key) => cookies.get(key))
  if (companyId === undefined || name === undefined || secret === undefined) return null
  return { companyId, name, secret, cookieContext: cookies.get('membercontext') ?? '' }
}

/**
 * Who the request is from, by an API member's keys or a member's session.
 *
 * @throws ApiError as `account.answers` says for a wrong claim and for a missing or foreign client id
 */
export function signedIn(account: Account | null, claim: Claim | null, headers: IncomingHttpHeaders): Caller {
  const caller = account && claim ? callerOf(account, claim) : null
  if (!account || !caller) throw wrongCredentials(account?.answers.wrongCredentials ?? 401)
  if (String(headers.clientid ?? '').toLowerCase() !== account.clientId.toLowerCase()) {
    throw new ApiError(
      account.answers.missingClientId,
      'InvalidClientId',
      'A valid clientId header is required.',
    )
  }
  return caller
}

function callerOf(account: Account, claim: Claim): Caller | null {
  const isApiMember =
    claim.cookieContext === undefined &&
    claim.name === account.publicKey &&
    claim.secret === account.privateKey
  if (isApiMember) return { account, member: account.apiMember, rights: account.rights }
  const session = account.sessions.find(
    ({ memberid, memberHash }) =>
      memberid.toLowerCase() === claim.name.toLowerCase() && memberHash === claim.secret,
  )
  if (!session || (claim.cookieContext !== undefined && claim.cookieContext !== session.memberContext))
    return null
  return { account, member: session.member, rights: session.rights }
}

function wrongCredentials(status: 401 | 404): ApiError {
  return status === 404
    ? new ApiError(404, 'NotFound', 'The resource was not found.')
    : new ApiError(401, 'Unauthorized', 'The credentials are wrong or have expired.')
}
