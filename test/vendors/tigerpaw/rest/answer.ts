import type { IncomingHttpHeaders } from 'node:http'
import { type Answer, jsonAnswer } from '../../faults.ts'
import type { Json } from '../../row.ts'
import type { Account } from '../account.ts'
import { ApiError, notFound, Refused } from '../errors.ts'
import { withNulls } from '../nulls.ts'
import { type Claim, dateOf, isFresh, signatureOf } from '../signature.ts'
import { accountsAnswer } from './accounts.ts'
import { agreementsAnswer } from './agreements.ts'
import { diagnosticsAnswer } from './diagnostics.ts'
import { masterTablesAnswer } from './master-tables.ts'
import { priceBookAnswer } from './price-book.ts'
import type { RestCall } from './rest-call.ts'
import { serviceOrdersAnswer } from './service-orders.ts'

export interface RestRequest {
  method: string
  url: URL
  headers: IncomingHttpHeaders
  /** Undefined where there was none or it was no JSON. */
  body: Json | undefined
  at: Date
}

/** Answers a request at any address but the SOAP service's. */
export function restAnswer(account: Account | null, claim: Claim | null, request: RestRequest): Answer {
  try {
    const proven = signedIn(account, claim, request)
    return jsonAnswer(withNulls(answerOf(callOf(proven, request)), proven.keepsNull))
  } catch (error) {
    if (error instanceof Refused) return jsonAnswer({ Success: false, Message: error.message })
    if (error instanceof ApiError) return jsonAnswer({ Message: error.message }, error.status)
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return jsonAnswer({ Message: `The emulator failed: ${message}` }, 500)
  }
}

function signedIn(
  account: Account | null,
  claim: Claim | null,
  { method, url, headers, at }: RestRequest,
): Account {
  const date = dateOf(headers)
  const isProven =
    account &&
    claim?.signature === signatureOf({ method, path: url.pathname, date }, account.privateKey) &&
    isFresh(date, at)
  if (!isProven) throw new ApiError(401, 'Authorization has been denied for this request.')
  return account
}

function callOf(account: Account, { method, url, body, at }: RestRequest): RestCall {
  return {
    account,
    method,
    segments: url.pathname.toLowerCase().split('/').filter(Boolean),
    query: new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value])),
    body,
    today: at.toISOString().slice(0, 10),
    now: at.toISOString().slice(0, 19),
  }
}

function answerOf(call: RestCall): Json {
  const [api, area, ...segments] = call.segments
  const within = { ...call, segments }
  if (api !== 'api') throw notFound('The resource')
  switch (area) {
    case 'diagnostics':
      return diagnosticsAnswer(within)
    case 'accounts':
      return accountsAnswer(within)
    case 'agreements':
      return agreementsAnswer(within)
    case 'pricebook':
      return priceBookAnswer(within)
    case 'mastertables':
      return masterTablesAnswer(within)
    case 'serviceorders':
      return serviceOrdersAnswer(within)
  }
  throw notFound('The resource')
}
