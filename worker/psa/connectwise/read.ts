import { VendorError } from '../../vendor/error.ts'
import { type ConnectWiseClient, type ListQuery, listPath, type Row } from './client.ts'
import { idIn } from './conditions.ts'

/** The most that ConnectWise gives at once. */
export const largestPage = 1000

/** The vendor's advice is not to ask with longer addresses. */
const longestAddress = 2000

/** Up to this many calls by id are made without trying whether pages come cheaper. */
const fewCalls = 3

/** A list that is longer than this many pages is not believed. */
const mostPages = 1000

export interface List {
  path: string
  fields: string
}

/** Every record of a list that every ConnectWise has. Throws as `rowsBelow`. */
export async function allRows(
  client: ConnectWiseClient,
  list: List & Pick<ListQuery, 'conditions' | 'childConditions'>,
): Promise<Row[]> {
  return (await allPages(client, list, client.page)) ?? []
}

/**
 * Every record below one, or null where that record is gone.
 *
 * @throws VendorError `unexpected_reply` where pages do not move on
 */
export async function rowsBelow(client: ConnectWiseClient, list: List): Promise<Row[] | null> {
  return allPages(client, list, client.pageBelow)
}

async function allPages(
  { vendor }: ConnectWiseClient,
  { path, ...query }: List,
  read: (path: string, query: ListQuery) => Promise<Row[] | null>,
): Promise<Row[] | null> {
  const rows: Row[] = []
  let afterId = 0
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await read(path, { ...query, pageSize: largestPage, afterId })
    if (page === null) return null
    afterId = lastIdOf(vendor, page, afterId)
    rows.push(...page)
    if (page.length < largestPage) return rows
  }
  throw new VendorError(vendor, {
    kind: 'unexpected_reply',
    issues: `${path} has more than ${mostPages} pages`,
  })
}

/**
 * Those of `ids` that exist, ordered by id, with few calls.
 *
 * A page holds the next thousand records, so it settles at least the next thousand ids: where that promises fewer
 * calls than asking by id, pages are read. Where asking by id takes many calls, pages are tried too, for as long as
 * each settles as many ids as one call by id would.
 */
export async function rowsWithIds(client: ConnectWiseClient, list: List, ids: number[]): Promise<Row[]> {
  const wanted = new Set(ids)
  const found: Row[] = []
  let left = [...wanted].sort((a, b) => a - b)
  let pagesPay = true

  while (left.length > 0) {
    const chunks = await chunksById(client, list, left)
    const worthTrying = pagesPay && chunks.length > fewCalls
    if (!worthTrying && chunks.length <= pagesThatSuffice(left)) {
      for (const chunk of chunks) found.push(...(await client.page(list.path, byId(list, chunk))))
      break
    }
    const afterId = (left[0] ?? 1) - 1
    const page = await client.page(list.path, { fields: list.fields, pageSize: largestPage, afterId })
    const lastId = lastIdOf(client.vendor, page, afterId)
    found.push(...page)
    const after = page.length < largestPage ? [] : left.filter((id) => id > lastId)
    pagesPay = left.length - after.length >= (chunks[0] ?? []).length
    left = after
  }
  return found.filter((row) => wanted.has(row.id))
}

/** The last id of a page whose ids must all be greater than `afterId` and rise, else the pages would never end. */
export function lastIdOf(vendor: string, page: Row[], afterId: number): number {
  return page.reduce((last, { id }) => {
    if (id > last) return id
    throw new VendorError(vendor, {
      kind: 'unexpected_reply',
      issues: `id ${id} came after ${last} in a list ordered by id`,
    })
  }, afterId)
}

function byId({ fields }: List, ids: number[]): ListQuery {
  return { fields, conditions: idIn(ids), pageSize: largestPage }
}

/** `ids` in parts that fit into an address each. */
async function chunksById(client: ConnectWiseClient, list: List, ids: number[]): Promise<number[][]> {
  const space = longestAddress - ((await client.apiRoot()) + listPath(list.path, byId(list, []))).length
  const commaLength = encodeURIComponent(',').length
  const chunks: number[][] = []
  let free = 0
  for (const id of ids) {
    const length = `${id}`.length + commaLength
    const chunk = chunks.at(-1)
    if (chunk === undefined || length > free) {
      chunks.push([id])
      free = space - length
    } else {
      chunk.push(id)
      free -= length
    }
  }
  return chunks
}

/** How many pages hold all of the rising `ids`, even if every id between them is in use. */
function pagesThatSuffice(ids: number[]): number {
  let pages = 0
  let settledTo = 0
  for (const id of ids) {
    if (id <= settledTo) continue
    pages++
    settledTo = id + largestPage - 1
  }
  return pages
}
