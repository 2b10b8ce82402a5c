import type { Json, Values } from '../../row.ts'
import type { Options } from '../account.ts'
import { ApiError } from '../errors.ts'
import type { RestCall } from './rest-call.ts'

/** How many rows a page has unless asked, and at most, is the emulator's choice. */
const defaultPageSize = 25
const largestPageSize = 100

export interface PageRequest {
  size: number
  /** The first row has the number 1. */
  start: number
}

/** Both spellings of the parameters count. */
export function pageAskedFor({ query }: RestCall): PageRequest {
  return pageRequest(numberIn(query, 'pagesize'), numberIn(query, 'startrow'))
}

export function pageRequest(size: number | null | undefined, start: number | null | undefined): PageRequest {
  return {
    size: size && size > 0 ? Math.min(size, largestPageSize) : defaultPageSize,
    start: Math.max(1, start ?? 1),
  }
}

/** Part of a list, under `name` in the envelope that all lists found by a search come in. */
export function pageOf<Row>(
  name: string,
  rows: Row[],
  shown: (row: Row) => Json,
  { size, start }: PageRequest,
  lastPage: Options['lastPage'],
): Values {
  const next = start + size
  const none = { without: null, zero: 0, beyond: rows.length + 1 }
  return {
    [name]: rows.slice(start - 1, next - 1).map(shown),
    PageSize: size,
    NextRow: next <= rows.length ? next : none[lastPage],
    TotalCount: rows.length,
    Success: true,
    Message: null,
  }
}

function numberIn(query: RestCall['query'], name: string): number | undefined {
  const text = query.get(`pagerequest.${name}`) ?? query.get(name)
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text)) throw new ApiError(400, `The request is invalid: ${name} is no number.`)
  return Number(text)
}
