import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import { parseReply, parseShape, type VendorHttp, type VendorReply } from '../../vendor/http.ts'
import { rejected } from '../rejected.ts'
import { isWebPage } from '../reply-text.ts'
import { apiRoot, type TigerpawConnection } from './connection.ts'
import { assertAccepted, refusalIn, withoutSecrets } from './failure.ts'
import { nextRow, type RowPage, type RowRange } from './paging.ts'
import { signedHeaders } from './signature.ts'

export interface Criterion {
  SearchType:
    | 'AccountName'
    | 'ItemId'
    | 'ItemDescription'
    | 'ServiceOrderNumber'
    | 'Reference'
    | 'AccountNumber'
  MatchType: 'Contains' | 'Equal'
  Criteria: string
}

/** A list that comes in an envelope with its paging. */
export interface PagedList<Schema extends z.ZodType> {
  path: string
  /** The name of the list in the envelope. */
  name: 'Accounts' | 'Agreements' | 'PriceBookItems' | 'ServiceOrders'
  record: Schema
}

/** Speaks with one Tigerpaw by REST; each function is one call. */
export interface TigerpawClient {
  vendor: string
  /** The reply as it came, whatever its status. */
  get(path: string): Promise<VendorReply>
  /**
   * What answers at `path`; null where Tigerpaw has no such record.
   *
   * @param options.refusedMeansAbsent for a path where Tigerpaw may refuse, with status 200, what it does not have
   */
  record<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    options?: { refusedMeansAbsent: boolean },
  ): Promise<z.output<Schema> | null>
  /** Rows that meet the criteria: one of those of each type. Without any, all rows. */
  search<Schema extends z.ZodType>(
    list: PagedList<Schema>,
    criteria: Criterion[],
    range: RowRange,
  ): Promise<RowPage<z.output<Schema>>>
  /** Rows of a list that takes no criteria. `path` may have a query. */
  rows<Schema extends z.ZodType>(list: PagedList<Schema>, range: RowRange): Promise<RowPage<z.output<Schema>>>
  /**
   * Makes or changes something, and answers what came of it.
   *
   * @throws VendorError `rejected` also where Tigerpaw refuses with status 200
   */
  write<Schema extends z.ZodType>(
    method: 'POST' | 'PUT',
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<z.output<Schema>>
}

const Paging = z.looseObject({ NextRow: z.int().nullish(), TotalCount: z.int().nullish() })

export function tigerpawClient(
  connection: TigerpawConnection,
  http: VendorHttp,
  now: () => Date,
): TigerpawClient {
  const vendor = connection.name
  const root = apiRoot(connection.baseUrl)
  const clean = withoutSecrets(connection.credentials)

  async function send(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    timeoutMs?: number,
  ): Promise<VendorReply> {
    const url = root + path
    const signed = await signedHeaders(connection.credentials, { method, url }, now())
    const headers = { accept: 'application/json', ...signed }
    if (body === undefined) return http({ method, url, headers })
    return http({
      method,
      url,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    })
  }

  function pageOf<Schema extends z.ZodType>(
    list: PagedList<Schema>,
    reply: VendorReply,
    { startRow }: RowRange,
  ): RowPage<z.output<Schema>> {
    assertAccepted(vendor, reply, list.path)
    const json = parseReply(vendor, reply, z.unknown())
    const refusal = refusalIn(json)
    if (refusal !== null) throw rejected(vendor, reply.status, clean(refusal))
    const envelope = parseShape(vendor, json, Paging)
    const rows = parseShape(vendor, envelope[list.name] ?? [], z.array(list.record))
    return { rows, nextRow: nextRow(vendor, { ...envelope, startRow, count: rows.length }) }
  }

  return {
    vendor,
    get: (path) => send('GET', path),

    async record(path, schema, options) {
      const reply = await send('GET', path)
      if (reply.status === 404) return absent(vendor, reply)
      assertAccepted(vendor, reply, path)
      const json = parseReply(vendor, reply, z.unknown())
      const refusal = refusalIn(json)
      if (refusal === null) return parseShape(vendor, json, schema)
      if (options?.refusedMeansAbsent) return null
      throw rejected(vendor, reply.status, clean(refusal))
    },

    async search(list, criteria, range) {
      const { startRow, pageSize } = range
      const body = { Criteria: criteria, PageSize: pageSize, StartRow: startRow }
      return pageOf(list, await send('POST', list.path, body), range)
    },

    async rows(list, range) {
      const mark = list.path.includes('?') ? '&' : '?'
      const { startRow, pageSize } = range
      const query = `pageRequest.pageSize=${pageSize}&pageRequest.startRow=${startRow}`
      return pageOf(list, await send('GET', list.path + mark + query), range)
    },

    async write(method, path, body, schema) {
      const reply = await send(method, path, body, connection.writeTimeoutMs)
      assertAccepted(vendor, reply, path)
      const json = parseReply(vendor, reply, z.unknown())
      const refusal = refusalIn(json)
      if (refusal !== null) throw rejected(vendor, reply.status, clean(refusal))
      return parseShape(vendor, json, schema)
    },
  }
}

/** A web page with status 404 comes from something before Tigerpaw, and says nothing about the record. */
function absent(vendor: string, reply: VendorReply): null {
  if (!isWebPage(reply.text)) return null
  throw new VendorError(vendor, {
    kind: 'unavailable',
    detail: 'a web page that says "not found" came instead of data',
    status: reply.status,
  })
}
