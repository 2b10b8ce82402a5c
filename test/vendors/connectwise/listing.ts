import type { Row, Values } from '../row.ts'
import {
  childConditionsOn,
  comparable,
  conditionsOn,
  customFieldConditionsOn,
  type Matches,
  named,
} from './condition-match.ts'
import { ApiError } from './errors.ts'
import { selectFields } from './field-selection.ts'
import type { Fields } from './fields.ts'

const defaultPageSize = 25
const largestPageSize = 1000

/** Query parameters by their names in lower case. */
export type Query = ReadonlyMap<string, string>

export interface Listed {
  items: Values[]
  /** For the `Link` header, RFC 8288; empty where there is nothing to link to. */
  link: string
}

export interface ListRequest {
  query: Query
  /** True where the header `pagination-type` says `forward-only`. */
  forwardOnly: boolean
  /** The list's own address, without its query. */
  address: string
}

/** @param rows ordered by id */
export function countOf(rows: Row[], fields: Fields, query: Query): number {
  return matching(rows, fields, query).length
}

/** @param rows ordered by id */
export function listed(rows: Row[], fields: Fields, request: ListRequest): Listed {
  const { query } = request
  const found = matching(rows, fields, query)
  const page = request.forwardOnly
    ? nextRows(found, request)
    : numberedPage(ordered(found, fields, query), request)
  const wanted = query.get('fields')
  return { items: page.rows.map((row) => selectFields(row, wanted)), link: page.link }
}

function matching(rows: Row[], fields: Fields, query: Query): Row[] {
  const tests: Matches[] = []
  const conditions = query.get('conditions')
  if (conditions?.trim()) tests.push(conditionsOn(fields, conditions))
  const childConditions = query.get('childconditions')
  if (childConditions?.trim()) tests.push(childConditionsOn(fields, childConditions))
  const customFieldConditions = query.get('customfieldconditions')
  if (customFieldConditions?.trim()) tests.push(customFieldConditionsOn(customFieldConditions))
  return tests.length === 0 ? rows : rows.filter((row) => tests.every((matches) => matches(row)))
}

function ordered(rows: Row[], fields: Fields, query: Query): Row[] {
  const orderBy = query.get('orderby')
  if (!orderBy?.trim()) return rows
  const keys = orderBy.split(',').map((part) => {
    const [path = '', direction = 'asc', ...more] = part.trim().split(/\s+/)
    if (!/^(asc|desc)$/i.test(direction) || more.length > 0) {
      throw new ApiError(400, 'ApiFindCondition', `${part.trim()} is not an order.`)
    }
    return { name: named(fields, path), sign: direction.toLowerCase() === 'desc' ? -1 : 1 }
  })
  return rows.toSorted((a, b) => {
    for (const { name, sign } of keys) {
      const order = compared(comparable(name, a), comparable(name, b))
      if (order !== 0) return order * sign
    }
    return a.id - b.id
  })
}

type Comparable = ReturnType<typeof comparable>

function compared(a: Comparable, b: Comparable): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  return a < b ? -1 : 1
}

/** The rows after the last id that the caller has seen; there is always a link to go on. */
function nextRows(rows: Row[], { query, address }: ListRequest): { rows: Row[]; link: string } {
  if (query.get('orderby')?.trim()) {
    throw new ApiError(400, 'InvalidParameter', 'orderBy cannot be used with forward-only pagination.')
  }
  const seen = wholeNumber(query, 'pageid', 0, 0)
  const page = rows.filter((row) => row.id > seen).slice(0, pageSizeOf(query))
  const last = page.at(-1)?.id ?? seen
  return { rows: page, link: linkTo(address, query, { pageId: last }, 'next') }
}

function numberedPage(rows: Row[], { query, address }: ListRequest): { rows: Row[]; link: string } {
  const size = pageSizeOf(query)
  const page = wholeNumber(query, 'page', 1, 1)
  const last = Math.max(1, Math.ceil(rows.length / size))
  const links = [linkTo(address, query, { page: 1 }, 'first')]
  if (page > 1) links.push(linkTo(address, query, { page: page - 1 }, 'prev'))
  if (page < last) links.push(linkTo(address, query, { page: page + 1 }, 'next'))
  links.push(linkTo(address, query, { page: last }, 'last'))
  return { rows: rows.slice((page - 1) * size, page * size), link: links.join(', ') }
}

function pageSizeOf(query: Query): number {
  return Math.min(wholeNumber(query, 'pagesize', defaultPageSize, 1), largestPageSize)
}

function wholeNumber(query: Query, name: string, absent: number, least: number): number {
  const text = query.get(name)
  if (text === undefined || text === '') return absent
  if (!/^\d+$/.test(text) || Number(text) < least) {
    throw new ApiError(400, 'InvalidParameter', `${name} must be a whole number of at least ${least}.`)
  }
  return Number(text)
}

function linkTo(address: string, query: Query, position: Record<string, number>, rel: string): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of query) {
    if (name !== 'page' && name !== 'pageid') parameters.append(spelling.get(name) ?? name, value)
  }
  for (const [name, value] of Object.entries(position)) parameters.append(name, String(value))
  return `<${address}?${parameters}>; rel="${rel}"`
}

const spelling = new Map(
  ['pageSize', 'orderBy', 'childConditions', 'customFieldConditions'].map((name) => [
    name.toLowerCase(),
    name,
  ]),
)
