import type * as z from 'zod'
import { parseShape } from '../../vendor/http.ts'
import { choicesById } from '../choices-by-id.ts'
import type { AgreementChoice, Choice, ChoicePage, ChoiceQuery } from '../port.ts'
import { recordId } from '../record-id.ts'
import type { ConnectWiseClient } from './client.ts'
import { allOf, anyOf, containing, equalTo, foundLoosely } from './conditions.ts'
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
  const isOffered = (record: z.output<Schema>) =>
    list.accepts(record) && (!loose || holds(record, list.searched, search))

  return choicesById(client.vendor, query, {
    pageSize,
    async page(afterId) {
      const rows = await client.page(list.path, {
        fields: list.fields,
        pageSize,
        afterId: afterId ?? 0,
        ...(conditions.length === 0 ? {} : { conditions: allOf(conditions) }),
      })
      const records = rows.map((row) => parseShape(client.vendor, row, list.record))
      return {
        choices: records.map((record) => (isOffered(record) ? list.toChoice(record) : null)),
        lastId: lastIdOf(client.vendor, rows, afterId ?? 0),
      }
    },
  })
}

function holds<T>(record: T, fields: (keyof T)[], search: string): boolean {
  return fields.some((field) => `${record[field] ?? ''}`.toLowerCase().includes(search.toLowerCase()))
}
