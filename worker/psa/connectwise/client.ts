import * as z from 'zod'
import { parseReply, type VendorHttp, type VendorReply } from '../../vendor/http.ts'
import type { RootMemory } from '../../vendor/root-memory.ts'
import type { ConnectWiseConnection } from './connection.ts'
import { assertAccepted, assertListed, looksMisrouted } from './failure.ts'
import { connectWiseSite, isCloud } from './site.ts'

/** The model of the records is pinned, so that a newer one can't change what a field means. */
const mediaType = 'application/vnd.connectwise.com+json; version=2025.1'

/** A record of which only the id is known to be there. */
export type Row = z.output<typeof Row>
const Row = z.looseObject({ id: z.int() })
export const Rows = z.array(Row)

export interface ListQuery {
  /** Only what the reader of the rows uses. */
  fields: string
  /** Absent: all records. */
  conditions?: string
  /** Of the members of a list inside each record. */
  childConditions?: string
  /** 1 to 1,000. */
  pageSize: number
  /** Only records with a greater id. */
  afterId?: number
}

/** Calls of one ConnectWise; each function is one call, and one more where the site has moved. */
export interface ConnectWiseClient {
  vendor: string
  /** One page of a list that every ConnectWise has, ordered by id. */
  page(path: string, query: ListQuery): Promise<Row[]>
  /** The same for the list below one record; null where that answers 404. */
  pageBelow(path: string, query: ListQuery): Promise<Row[] | null>
  /** The reply as it came, whatever its status. */
  get(path: string): Promise<VendorReply>
  /** The record as it was stored. */
  write(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<Row>
  /** Without a slash at its end. */
  apiRoot(): Promise<string>
}

export function connectWiseClient(
  connection: ConnectWiseConnection,
  http: VendorHttp,
  memory: RootMemory,
): ConnectWiseClient {
  const vendor = connection.name
  const site = connectWiseSite(connection, http, memory)
  const { companyId, publicKey, privateKey, clientId } = connection.credentials
  const headers = {
    accept: mediaType,
    authorization: basicAuthorization(companyId, publicKey, privateKey),
    clientId,
  }

  async function get(path: string): Promise<VendorReply> {
    return send((root) =>
      http({ method: 'GET', url: root + path, headers: { ...headers, 'pagination-type': 'forward-only' } }),
    )
  }

  async function send(call: (apiRoot: string) => Promise<VendorReply>): Promise<VendorReply> {
    const root = await site.apiRoot()
    const reply = await call(root)
    if (!looksMisrouted(reply)) return reply
    const moved = await site.movedFrom(root)
    return moved === null ? reply : call(moved)
  }

  return {
    vendor,
    get,

    async page(path, query) {
      const reply = await get(listPath(path, query))
      assertListed(vendor, reply, { method: 'GET', path, cloud: isCloud(await site.apiRoot()) })
      return parseReply(vendor, reply, Rows)
    },

    async pageBelow(path, query) {
      const reply = await get(listPath(path, query))
      if (reply.status === 404) return null
      assertAccepted(vendor, reply, { method: 'GET', path })
      return parseReply(vendor, reply, Rows)
    },

    async write(method, path, body) {
      const reply = await send((root) =>
        http({
          method,
          url: root + path,
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
          ...(connection.writeTimeoutMs === undefined ? {} : { timeoutMs: connection.writeTimeoutMs }),
        }),
      )
      assertAccepted(vendor, reply, { method, path })
      return parseReply(vendor, reply, Row)
    },

    apiRoot: site.apiRoot,
  }
}

/** What follows the API root in the address of a list. */
export function listPath(path: string, query: ListQuery): string {
  const { fields, conditions, childConditions, pageSize, afterId } = query
  const parts: [string, string][] = [
    ['fields', fields],
    ['pageSize', `${pageSize}`],
  ]
  if (afterId) parts.push(['pageId', `${afterId}`])
  if (conditions !== undefined) parts.push(['conditions', conditions])
  if (childConditions !== undefined) parts.push(['childConditions', childConditions])
  return `${path}?${parts.map(([name, value]) => `${name}=${encodeFully(value)}`).join('&')}`
}

/** Like `encodeURIComponent`, and the marks too that it leaves alone. */
function encodeFully(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** For an API member with its keys, or for a member with the hash of a session. */
export function basicAuthorization(companyId: string, name: string, secret: string): string {
  const bytes = new TextEncoder().encode(`${companyId}+${name}:${secret}`)
  return `Basic ${btoa(String.fromCharCode(...bytes))}`
}
