import type * as z from 'zod'
import { mostPages } from '../choices-by-id.ts'
import type { AgreementChoice, Choice, ChoicePage, ChoiceQuery } from '../port.ts'
import { recordId } from '../record-id.ts'
import type { Criterion, PagedList, TigerpawClient } from './client.ts'
import { cursorOf, placeOf } from './cursor.ts'
import { allRows } from './paging.ts'
import { masterTable } from './read.ts'
import {
  AccountRecord,
  AgreementRecord,
  ItemRecord,
  PriceLevelRecord,
  toAgreement,
  toProduct,
} from './records.ts'

/** How many rows are asked for at once; no limit is known. */
const largestPage = 100

export function companyChoices(client: TigerpawClient, query: ChoiceQuery): Promise<ChoicePage<Choice>> {
  const search = query.search.trim()
  return searchedChoices(client, query, {
    list: { path: '/api/accounts/search', name: 'Accounts', record: AccountRecord },
    searches: [search === '' ? [] : [containing('AccountName', search)]],
    toChoice: ({ AccountNumber, Account }) => ({
      id: `${AccountNumber}`,
      name: Account?.Name ?? `#${AccountNumber}`,
    }),
  })
}

/** Agreements are listed for one account only. */
export async function agreementChoices(
  client: TigerpawClient,
  query: ChoiceQuery & { companyId: string | null },
  today: string,
): Promise<ChoicePage<AgreementChoice>> {
  const account = query.companyId === null ? null : recordId(query.companyId)
  if (account === null) return { items: [], nextCursor: null }
  const list = {
    path: `/api/agreements/account/${account}?activeOnly=false`,
    name: 'Agreements' as const,
    record: AgreementRecord,
  }
  const records = await allRows(client.vendor, (range) => client.rows(list, range))
  return choicesAmong(
    client,
    query,
    records.map(toAgreement).map(({ id, name, startsOn, endsOn }) => ({
      id,
      name,
      startDate: startsOn,
      endDate: endsOn,
      active: endsOn === null || endsOn >= today,
    })),
  )
}

/** Items that are in use, found first by their id and then by their description. */
export function productChoices(client: TigerpawClient, query: ChoiceQuery): Promise<ChoicePage<Choice>> {
  const search = query.search.trim()
  return searchedChoices(client, query, {
    list: { path: '/api/pricebook/items/search', name: 'PriceBookItems', record: ItemRecord },
    searches:
      search === '' ? [[]] : [[containing('ItemId', search)], [containing('ItemDescription', search)]],
    toChoice: (record, index) => {
      const { id, name, active } = toProduct(record)
      const wasFoundById = index > 0 && id.toLowerCase().includes(search.toLowerCase())
      return active && !wasFoundById ? { id, name } : null
    },
    fewOffered: true,
  })
}

export async function priceLevelChoices(
  client: TigerpawClient,
  query: ChoiceQuery,
): Promise<ChoicePage<Choice>> {
  const levels = await masterTable(client, 'pricelevels', PriceLevelRecord)
  return choicesAmong(
    client,
    query,
    levels.map(({ PriceLevelId, Description }) => ({
      id: `${PriceLevelId}`,
      name: Description ?? `#${PriceLevelId}`,
    })),
  )
}

interface SearchedList<Schema extends z.ZodType> {
  list: PagedList<Schema>
  /** Gone through one after another. */
  searches: Criterion[][]
  /** Null for a record that is not offered. `search` is the index of the one that found it. */
  toChoice: (record: z.output<Schema>, search: number) => Choice | null
  /** Larger pages are read where many records may be left out. */
  fewOffered?: boolean
}

/** Choices in the order in which Tigerpaw lists them. */
async function searchedChoices<Schema extends z.ZodType>(
  client: TigerpawClient,
  query: ChoiceQuery,
  { list, searches, toChoice, fewOffered }: SearchedList<Schema>,
): Promise<ChoicePage<Choice>> {
  const pageSize = fewOffered ? largestPage : Math.min(query.limit + 1, largestPage)
  const items: Choice[] = []
  let place = placeOf(client, query.cursor)
  for (let pages = 0; pages < mostPages; pages++) {
    const criteria = searches[place.list]
    if (criteria === undefined) return { items, nextCursor: null }
    const startRow = Math.max(1, place.from)
    const page = await client.search(list, criteria, { startRow, pageSize })
    for (const [index, record] of page.rows.entries()) {
      const choice = toChoice(record, place.list)
      if (choice === null) continue
      if (items.length === query.limit) {
        return { items, nextCursor: cursorOf({ list: place.list, from: startRow + index }) }
      }
      items.push(choice)
    }
    place =
      page.nextRow === null ? { list: place.list + 1, from: 1 } : { list: place.list, from: page.nextRow }
  }
  return { items, nextCursor: place.list < searches.length ? cursorOf(place) : null }
}

/** The page of `all` that is asked for, ordered by id. */
function choicesAmong<T extends Choice>(
  client: TigerpawClient,
  { search, cursor, limit }: ChoiceQuery,
  all: T[],
): ChoicePage<T> {
  const { from } = placeOf(client, cursor)
  const wanted = search.trim().toLowerCase()
  const found = all
    .filter(({ id, name }) => Number(id) >= from && name.toLowerCase().includes(wanted))
    .toSorted((a, b) => Number(a.id) - Number(b.id))
  const next = found[limit]
  return {
    items: found.slice(0, limit),
    nextCursor: next === undefined ? null : cursorOf({ list: 0, from: Number(next.id) }),
  }
}

function containing(SearchType: Criterion['SearchType'], text: string): Criterion {
  return { SearchType, MatchType: 'Contains', Criteria: text }
}
