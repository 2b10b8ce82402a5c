import type * as z from 'zod'
import { parseShape } from '../../vendor/http.ts'
import type { AgreementChoice, Choice, ChoicePage, ChoiceQuery } from '../port.ts'
import type { ConnectWiseClient } from './client.ts'
import { allOf, anyOf, containing, equalTo, foundLoosely } from './conditions.ts'
import { cursorAt, placeIn } from '../cursor.ts'
import { recordId } from '../record-id.ts'
import { largestPage, lastIdOf } from './read.ts'
import {
  AgreementRecord,
  agreementFields,
  CatalogRecord,
  CompanyRecord,
  catalogFields,
  companyFields,
  isBillable,
  toAgreement,
  toProduct,
} from './records.ts'

/** No field that is searched holds more characters. */
const longestName = 120

/** So many pages are looked through for one page of choices; a further cursor goes on from there. */
const mostPages = 20

const nothing = { items: [], nextCursor: null }

export function companyChoices(client: ConnectWiseClient, query: ChoiceQuery): Promise<ChoicePage<Choice>> {
  return choices(client, query, {
    path: '/company/companies',
    fields: companyFields,
    conditions: ['deletedFlag = false'],
    searched: ['name'],
    record: CompanyRecord,
    accepts: () => true,
    toChoice: (company) => ({ id: `${company.id}`, name: company.name ?? `#${company.id}` }),
  })
}

export async function agreementChoices(
  client: ConnectWiseClient,
  query: ChoiceQuery & { companyId: string | null },
): Promise<ChoicePage<AgreementChoice>> {
  const company = query.companyId === null ? null : recordId(query.companyId)
  if (query.companyId !== null && company === null) return nothing
  return choices(client, query, {
    path: '/finance/agreements',
    fields: agreementFields,
    conditions: company === null ? [] : [equalTo('company/id', company)],
    searched: ['name'],
    record: AgreementRecord,
    accepts: () => true,
    toChoice: (record) => {
      const { id, name, startsOn, endsOn, state } = toAgreement(record)
      return { id, name, startDate: startsOn, endDate: endsOn, active: state === 'active' }
    },
  })
}

/** Products that can be billed. Which are inactive is not asked for, because not every server can filter by it. */
export function productChoices(client: ConnectWiseClient, query: ChoiceQuery): Promise<ChoicePage<Choice>> {
  return choices(client, query, {
    path: '/procurement/catalog',
    fields: catalogFields,
    conditions: [],
    searched: ['identifier', 'description'],
    record: CatalogRecord,
    accepts: isBillable,
    toChoice: (record) => {
      const { id, name } = toProduct(record)
      return { id, name }
    },
    fewAccepted: true,
  })
}

interface ChoiceList<Schema extends z.ZodType, T extends Choice> {
  path: string
  fields: string
  conditions: string[]
  /** Fields of which one must hold the searched text. */
  searched: (string & keyof z.output<Schema>)[]
  record: Schema
  accepts: (record: z.output<Schema>) => boolean
  toChoice: (record: z.output<Schema>) => T
  /** Larger pages are read where many records may be left out. */
  fewAccepted?: boolean
}

async function choices<Schema extends z.ZodType, T extends Choice>(
  client: ConnectWiseClient,
  query: ChoiceQuery,
  list: ChoiceList<Schema, T>,
): Promise<ChoicePage<T>> {
  const search = query.search.trim()
  if (search.length > longestName) return nothing
  const loose = foundLoosely(search)
  const conditions = [...list.conditions]
  if (search !== '') conditions.push(anyOf(list.searched.map((field) => containing(field, search))))
  const pageSize = loose || list.fewAccepted ? largestPage : Math.min(query.limit + 1, largestPage)

  const items: T[] = []
  let afterId = query.cursor === null ? 0 : idOfCursor(client.vendor, query.cursor)
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await client.page(list.path, {
      fields: list.fields,
      pageSize,
      afterId,
      ...(conditions.length === 0 ? {} : { conditions: allOf(conditions) }),
    })
    for (const row of page) {
      const record = parseShape(client.vendor, row, list.record)
      if (!list.accepts(record) || (loose && !holds(record, list.searched, search))) continue
      const last = items.at(-1)
      if (items.length === query.limit && last) return { items, nextCursor: cursorAt(`after ${last.id}`) }
      items.push(list.toChoice(record))
    }
    afterId = lastIdOf(client.vendor, page, afterId)
    if (page.length < pageSize) return { items, nextCursor: null }
  }
  return { items, nextCursor: cursorAt(`after ${afterId}`) }
}

function holds<T>(record: T, fields: (keyof T)[], search: string): boolean {
  return fields.some((field) => `${record[field] ?? ''}`.toLowerCase().includes(search.toLowerCase()))
}

function idOfCursor(vendor: string, cursor: string): number {
  return Number(placeIn(vendor, cursor, /^after (\d{1,10})$/)[1])
}
