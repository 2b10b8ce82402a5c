import * as z from 'zod'
import type { Json } from '../../row.ts'
import { ApiError, Refused } from '../errors.ts'
import { type PageRequest, pageRequest } from './paging.ts'

export interface SearchType<Row> {
  /** What the row is searched by; a type whose data the emulator does not keep finds nothing. */
  values: (row: Row) => (string | number)[]
  /** The criteria it takes; they have to be equal then. */
  oneOf?: readonly string[]
}

export type SearchTypes<Row> = Readonly<Record<string, SearchType<Row>>>

export interface Found<Row> {
  rows: Row[]
  page: PageRequest
}

const Criterion = z.object({
  SearchType: z.string(),
  MatchType: z.string().nullish(),
  Criteria: z.union([z.string(), z.number()]).nullish(),
  CategoryName: z.string().nullish(),
  CustomFieldName: z.string().nullish(),
})
type Criterion = z.output<typeof Criterion>

const AdvancedSearch = z.object({
  Criteria: z.array(Criterion).nullish(),
  PageSize: z.int().nullish(),
  StartRow: z.int().nullish(),
})

/** Both sides in lower case. */
const matchTypes: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  StartsWith: (value, wanted) => value.startsWith(wanted),
  EndsWith: (value, wanted) => value.endsWith(wanted),
  Contains: (value, wanted) => value.includes(wanted),
  Equal: (value, wanted) => value === wanted,
  GreaterThan: (value, wanted) => compared(value, wanted) > 0,
  GreaterThanEqual: (value, wanted) => compared(value, wanted) >= 0,
  LessThan: (value, wanted) => compared(value, wanted) < 0,
  LessThanEqual: (value, wanted) => compared(value, wanted) <= 0,
}

/**
 * The rows that match one of the criteria of each search type in `body`; all where it has no criteria.
 *
 * @throws Refused where a criterion cannot be understood
 * @throws ApiError 400 where `body` is no search
 */
export function advancedSearch<Row>(
  rows: Row[],
  types: SearchTypes<Row>,
  body: Json | undefined,
): Found<Row> {
  const parsed = AdvancedSearch.safeParse(body)
  if (!parsed.success) throw new ApiError(400, 'The request is invalid.')
  const { Criteria, PageSize, StartRow } = parsed.data
  const criteria = (Criteria ?? []).map((criterion) => ({
    type: criterion.SearchType,
    matches: matcher(types, criterion),
  }))
  const byType = [...Map.groupBy(criteria, ({ type }) => type).values()]
  return {
    rows: rows.filter((row) => byType.every((group) => group.some(({ matches }) => matches(row)))),
    page: pageRequest(PageSize, StartRow),
  }
}

/** The rows that start with the text that is the whole of `body`. */
export function simpleSearch<Row>(rows: Row[], type: SearchType<Row>, body: Json | undefined): Row[] {
  if (typeof body !== 'string') throw new ApiError(400, 'The request is invalid: the criteria are missing.')
  return rows.filter(matcher({ Simple: type }, { SearchType: 'Simple', Criteria: body }))
}

function matcher<Row>(types: SearchTypes<Row>, criterion: Criterion): (row: Row) => boolean {
  const { SearchType, CategoryName, CustomFieldName } = criterion
  const type = types[SearchType]
  if (!type) throw new Refused(`${SearchType} is not a valid SearchType.`)
  const wanted = String(criterion.Criteria ?? '')
  if (type.oneOf && !type.oneOf.includes(wanted.toUpperCase())) {
    throw new Refused(`${SearchType} must be one of ${type.oneOf.join(', ')}.`)
  }
  if (SearchType === 'CustomField' && (!CategoryName || !CustomFieldName)) {
    throw new Refused('CustomField needs a CategoryName and a CustomFieldName.')
  }
  const matchType = type.oneOf ? 'Equal' : (criterion.MatchType ?? 'StartsWith')
  const fits = matchTypes[matchType]
  if (!fits) throw new Refused(`${matchType} is not a valid MatchType.`)
  return (row) => type.values(row).some((value) => fits(String(value).toLowerCase(), wanted.toLowerCase()))
}

function compared(value: string, wanted: string): number {
  const difference = Number(value) - Number(wanted)
  return Number.isNaN(difference) ? value.localeCompare(wanted) : difference
}
