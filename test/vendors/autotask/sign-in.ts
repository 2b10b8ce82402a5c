import type { IncomingHttpHeaders } from 'node:http'
import type { Account } from './account.ts'
import { notAuthorized, refused } from './errors.ts'

/** The user that a request says it is from, unproven; empty where it says nothing. */
export function claimedUser(headers: IncomingHttpHeaders): string {
  return String(headers.username ?? '')
}

/**
 * The account that the request is from.
 *
 * @param zone in which it came in
 * @throws ApiError 401 for a wrong or missing part and for a zone that is not the account's, 500 for a wrong
 * integration code of a right user
 */
export function signedIn(account: Account | null, headers: IncomingHttpHeaders, zone: number): Account {
  const { secret, apiintegrationcode: code } = headers
  if (!account || !code || secret !== account.secret || zone !== account.zone) throw notAuthorized()
  if (code !== account.integrationCode) throw refused('IntegrationCode is invalid.')
  return account
}
