import { JSONParser } from '@streamparser/json'
import { day } from '../../domain/day.ts'
import { VendorError } from '../../vendor/error.ts'
import { assertOk, type VendorHttp } from '../../vendor/http.ts'
import { companyOf, type FeedCompany } from './feed-company.ts'
import { chunksOf } from './file/chunks.ts'

export type { FeedCompany } from './feed-company.ts'

export interface FeedConnection {
  name: string
  baseUrl: string
  /** Sent as a bearer token; null for none. */
  token: string | null
}

/** Of a feed as it answered. */
export interface FeedEnd {
  /** `YYYY-MM-DD` */
  asOf: string
  etag: string | null
}

/**
 * What the feed states, company by company as it arrives, so that memory stays flat. What was taken counts only once all
 * of it has come.
 *
 * @param etag of what is known already; null where nothing is
 * @returns `unchanged` where the server says that it still is as `etag`
 * @throws VendorError
 */
export async function readFeed(
  { name, baseUrl, token }: FeedConnection,
  http: VendorHttp,
  etag: string | null,
  take: (companies: FeedCompany[]) => Promise<void>,
): Promise<'unchanged' | FeedEnd> {
  const found: { asOf: string | null } = { asOf: null }
  const reply = await http({
    method: 'GET',
    url: baseUrl,
    headers: {
      Accept: 'application/json',
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(etag === null ? {} : { 'If-None-Match': etag }),
    },
    consume: async (body) => {
      found.asOf = await readBody(name, body, take)
    },
  })
  if (reply.status === 304) {
    if (etag !== null) return 'unchanged'
    throw unexpected(name, 'status 304, though nothing is known of it yet')
  }
  assertOk(name, reply)
  if (found.asOf === null) {
    throw unexpected(name, `status ${reply.status} where 200 with the use was expected`)
  }
  return { asOf: found.asOf, etag: reply.headers.get('etag') }
}

/** Reads to the end; answers the day. */
async function readBody(
  vendor: string,
  body: ReadableStream<Uint8Array>,
  take: (companies: FeedCompany[]) => Promise<void>,
): Promise<string> {
  const seen: Seen = { root: {}, companies: [], fault: null, isWhole: false }
  const parser = parserInto(seen)
  let place = 0
  for await (const chunk of chunksOf(body)) {
    parser.write(chunk)
    if (seen.fault !== null) throw unexpected(vendor, seen.fault)
    const complete = seen.companies.splice(0).map((company) => companyOf(vendor, company, ++place))
    if (complete.length > 0) await take(complete)
  }
  if (!seen.isWhole) {
    throw new VendorError(vendor, { kind: 'unavailable', detail: 'the feed was cut off before its end' })
  }
  if (!Array.isArray(seen.root.companies)) throw unexpected(vendor, noList)
  const asOf = day.safeParse(seen.root.asOf)
  if (!asOf.success) throw unexpected(vendor, 'asOf: a day as YYYY-MM-DD is missing')
  return asOf.data
}

/** What has come of a feed so far. */
interface Seen {
  /** The list of companies is empty here. */
  root: { asOf?: unknown; companies?: unknown }
  /** Whole ones that nobody has taken yet. */
  companies: unknown[]
  fault: string | null
  isWhole: boolean
}

const noList = 'companies: a list is missing'

function parserInto(seen: Seen): JSONParser {
  const parser = new JSONParser({ paths: ['$.asOf', '$.companies', '$.companies.*'], keepStack: false })
  parser.onValue = ({ value, key, parent, stack }) => {
    if (stack.length === 1) {
      seen.root = { ...seen.root, ...(key === 'asOf' ? { asOf: value } : { companies: value }) }
    } else if (Array.isArray(parent)) {
      seen.companies.push(value)
      // The parser keeps whatever lies in a value that it is to hand over, which here would be the whole feed.
      parent.length = 0
    } else {
      seen.fault ??= noList
    }
  }
  parser.onError = () => {
    seen.fault ??= 'it is no JSON'
  }
  parser.onEnd = () => {
    seen.isWhole = true
  }
  return parser
}

function unexpected(vendor: string, issues: string): VendorError {
  return new VendorError(vendor, { kind: 'unexpected_reply', issues })
}
