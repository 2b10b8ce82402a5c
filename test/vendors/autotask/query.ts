import { isObject, type Json, type Row, type Values } from '../row.ts'
import { filterOf, type Matches } from './conditions.ts'
import type { Entity } from './entities/entity.ts'
import { refused, unknownField, wrongVerb } from './errors.ts'
import { spelledField } from './fields.ts'

const largestPage = 500
/** Older pages are forgotten. */
const keptPages = 50

export interface Search {
  matches: Matches
  pageSize: number
  /** As the record spells them; null for all. */
  includeFields: string[] | null
}

/** @throws ApiError where `json` is no search of this kind of record */
export function searchIn(entity: Entity, json: Json | undefined): Search {
  if (!isObject(json)) throw refused('The query must be a JSON object.')
  const given: Values = Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return {
    matches: filterOf(entity, given.filter),
    pageSize: pageSizeIn(given.maxrecords),
    includeFields: includedIn(entity, given.includefields),
  }
}

function pageSizeIn(json: Json | undefined): number {
  if (json === undefined || json === null) return largestPage
  if (typeof json === 'number' && Number.isInteger(json) && json >= 1 && json <= largestPage) return json
  throw refused(`maxCountOfRecordsToReturn must be between 1 and ${largestPage}`)
}

function includedIn(entity: Entity, json: Json | undefined): string[] | null {
  if (json === undefined || json === null) return null
  if (!Array.isArray(json)) throw refused('IncludeFields must be a list of names.')
  return json.map((name) => {
    const spelled = spelledField(entity.fields, String(name))
    if (spelled === undefined) throw unknownField(String(name), entity.singular)
    return spelled
  })
}

/** One page of a query, as it was asked for. */
export interface PageRequest {
  entity: Entity
  verb: 'GET' | 'POST'
  /** As sent. */
  search: Json | undefined
  /** The largest id of the page before; less than any id on the first. */
  after: number
  /** The same of the pages before, the first page's first. */
  previous: number[]
}

export function firstPage(entity: Entity, verb: 'GET' | 'POST', search: Json | undefined): PageRequest {
  return { entity, verb, search, after: -1, previous: [] }
}

/** The links that were given out. */
export interface Pages {
  /** @returns the value of the link's `paging` */
  link(page: PageRequest, pageSize: number): string
  /** @throws ApiError where the link is not of this kind of record, too old, or to be followed by another verb */
  linked(
    paging: string | undefined,
    entity: Entity,
    verb: 'GET' | 'POST',
    search: Json | undefined,
  ): PageRequest
}

export function createPages(): Pages {
  const kept = new Map<string, PageRequest>()
  let count = 0
  return {
    link(page, pageSize) {
      const paging = JSON.stringify({
        pageSize,
        previousIds: page.previous.slice(-1),
        nextIds: [page.after],
        number: ++count,
      })
      kept.set(paging, page)
      for (const oldest of kept.keys()) {
        if (kept.size <= keptPages) break
        kept.delete(oldest)
      }
      return paging
    },
    linked(paging, entity, verb, search) {
      const page = paging === undefined ? undefined : kept.get(paging)
      if (page && page.verb !== verb) throw wrongVerb(verb)
      if (!page || page.entity.name !== entity.name) throw refused('The page is no longer available.')
      if (JSON.stringify(page.search) !== JSON.stringify(search)) {
        throw refused('The query must be the one that the page belongs to.')
      }
      return page
    },
  }
}

/**
 * @param rows ordered by id
 * @param addressOf the address that leads to another page
 */
export function pageOf(
  rows: Row[],
  page: PageRequest,
  addressOf: (page: PageRequest, pageSize: number) => string,
): Values {
  const { matches, pageSize, includeFields } = searchIn(page.entity, page.search)
  const left = rows.filter((row) => row.id > page.after && matches(row))
  const items = left.slice(0, pageSize)
  const { after, previous } = page
  const next = { ...page, after: items.at(-1)?.id ?? after, previous: [...previous, after] }
  const before = { ...page, after: previous.at(-1) ?? -1, previous: previous.slice(0, -1) }
  return {
    items: items.map((row) => shownFields(row, includeFields)),
    pageDetails: {
      count: items.length,
      requestCount: pageSize,
      prevPageUrl: previous.length > 0 ? addressOf(before, pageSize) : null,
      nextPageUrl: left.length > items.length ? addressOf(next, pageSize) : null,
    },
  }
}

function shownFields(row: Row, names: string[] | null): Values {
  if (!names) return row
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]))
}
