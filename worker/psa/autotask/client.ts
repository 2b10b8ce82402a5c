import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import { parseReply, parseShape, type VendorHttp } from '../../vendor/http.ts'
import type { RootMemory } from '../../vendor/root-memory.ts'
import type { AutotaskConnection } from './connection.ts'
import { assertAnswered } from './failure.ts'
import { signedSender } from './sender.ts'

/** The most that Autotask gives at once. */
export const largestPage = 500

/** A list that is longer than this many pages is not believed. */
const mostPages = 1000

export type Entity =
  | 'Companies'
  | 'Contracts'
  | 'Services'
  | 'ContractServices'
  | 'ContractServiceUnits'
  | 'ContractServiceBundles'
  | 'Tickets'
  | 'Resources'
  | 'ResourceServiceDeskRoles'

type Values = Record<string, string | number>

/** A kind of record, and the fields of it that are asked for; `id` must be among them. */
export interface List<Schema extends z.ZodObject> {
  entity: Entity
  record: Schema
}

/** A part of a filter. All parts of a filter have to be true. */
export type Condition =
  | { op: 'eq' | 'gt' | 'gte' | 'lte' | 'contains'; field: string; value: string | number | boolean }
  | { op: 'in'; field: string; value: number[] }
  | { op: 'notExist'; field: string }
  | { op: 'and' | 'or'; items: Condition[] }

const Row = z.looseObject({ id: z.int() })

const Page = z.object({
  items: z.array(Row),
  pageDetails: z.object({ nextPageUrl: z.string().nullish() }),
})

const Stored = z.object({ itemId: z.int() })

/** Calls of one Autotask; each one is sent once more where the zone has moved. */
export interface AutotaskClient {
  vendor: string
  /**
   * Every record that fits, ordered by id; all pages are read.
   *
   * @param filter at least one condition
   */
  all<Schema extends z.ZodObject>(list: List<Schema>, filter: Condition[]): Promise<z.output<Schema>[]>
  /**
   * The first of them.
   *
   * @param most 1 to 500
   */
  first<Schema extends z.ZodObject>(
    list: List<Schema>,
    filter: Condition[],
    most: number,
  ): Promise<z.output<Schema>[]>
  /** @param path behind the version of the API, or from `/` on behind `/ATServicesRest` */
  get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>>
  /** The id of the new record. */
  create(path: string, body: Values): Promise<number>
  /** Changes what `body` names; its `id` says of which record. Safe to repeat. */
  update(path: string, body: Values & { id: number }): Promise<void>
}

export function autotaskClient(
  connection: AutotaskConnection,
  http: VendorHttp,
  memory: RootMemory,
): AutotaskClient {
  const vendor = connection.name
  const send = signedSender(connection, http, memory)

  /** @param pageUrl where the page before says that this one is; null for the first */
  async function page(
    list: List<z.ZodObject>,
    filter: Condition[],
    most: number,
    pageUrl: string | null,
  ): Promise<{ items: z.output<typeof Row>[]; next: string | null }> {
    const reply = await send((apiRoot) => ({
      method: 'POST',
      url: pageUrl === null ? `${apiRoot}/${list.entity}/query` : nextPage(vendor, apiRoot, pageUrl),
      body: JSON.stringify({
        MaxRecords: most,
        IncludeFields: Object.keys(list.record.shape),
        filter,
      }),
    }))
    if (reply.status === 404) {
      throw new VendorError(vendor, { kind: 'unexpected_reply', issues: `it knows no ${list.entity}` })
    }
    assertAnswered(vendor, reply)
    const { items, pageDetails } = parseReply(vendor, reply, Page)
    return { items, next: pageDetails.nextPageUrl ?? null }
  }

  async function stored(method: 'POST' | 'PATCH', path: string, body: Values): Promise<number> {
    const reply = await send((apiRoot) => ({
      method,
      url: `${apiRoot}/${path}`,
      body: JSON.stringify(body),
      ...(connection.writeTimeoutMs === undefined ? {} : { timeoutMs: connection.writeTimeoutMs }),
    }))
    assertAnswered(vendor, reply)
    return parseReply(vendor, reply, Stored).itemId
  }

  return {
    vendor,

    async all(list, filter) {
      const rows = new Map<number, unknown>()
      let pageUrl: string | null = null
      for (let pages = 0; pages < mostPages; pages++) {
        const { items, next } = await page(list, filter, largestPage, pageUrl)
        const known = rows.size
        for (const item of items) rows.set(item.id, item)
        const isMovingOn = rows.size === known + items.length && (next === null || items.length > 0)
        if (!isMovingOn) break
        if (next === null) return [...rows.values()].map((row) => parseShape(vendor, row, list.record))
        pageUrl = next
      }
      throw new VendorError(vendor, {
        kind: 'unexpected_reply',
        issues: `the pages of ${list.entity} repeat themselves or do not end`,
      })
    },

    async first(list, filter, most) {
      const { items } = await page(list, filter, most, null)
      return items.map((row) => parseShape(vendor, row, list.record))
    },

    async get(path, schema) {
      const reply = await send((apiRoot) => ({
        method: 'GET',
        url: path.startsWith('/') ? apiRoot.replace(/\/V1\.0$/, path) : `${apiRoot}/${path}`,
      }))
      assertAnswered(vendor, reply)
      return parseReply(vendor, reply, schema)
    },

    create: (path, body) => stored('POST', path, body),

    async update(path, body) {
      await stored('PATCH', path, body)
    },
  }
}

/** Of the link only path and query are taken, and only where it leads to where the API is. */
function nextPage(vendor: string, apiRoot: string, link: string): string {
  const { origin } = new URL(apiRoot)
  const url = URL.parse(link)
  if (url?.origin === origin) return `${origin}${url.pathname}${url.search}`
  throw new VendorError(vendor, { kind: 'unexpected_reply', issues: 'the next page is at another address' })
}
