import type * as z from 'zod'
import type { AgreementChoice, Choice, ChoicePage, ChoiceQuery } from '../port.ts'
import { type AutotaskClient, type Condition, type List, largestPage } from './client.ts'
import { cursorAt, placeIn } from '../cursor.ts'
import { autotaskId } from './ids.ts'
import { companies, contractName, contracts, isActive, recurringService, services } from './records.ts'

/** No name that is searched holds more characters. */
const longestName = 150

/** So many pages are looked through for one page of choices; a further cursor goes on from there. */
const mostPages = 20

const nothing = { items: [], nextCursor: null }

export function companyChoices(client: AutotaskClient, query: ChoiceQuery): Promise<ChoicePage<Choice>> {
  return choices(client, query, {
    list: companies,
    conditions: [{ op: 'eq', field: 'isActive', value: true }],
    searched: 'companyName',
    toChoice: ({ id, companyName }) => ({ id: `${id}`, name: companyName || `#${id}` }),
  })
}

/** Only contracts that bill services by their units. */
export async function agreementChoices(
  client: AutotaskClient,
  query: ChoiceQuery & { companyId: string | null },
): Promise<ChoicePage<AgreementChoice>> {
  const company = query.companyId === null ? null : autotaskId(query.companyId)
  if (query.companyId !== null && company === null) return nothing
  const conditions: Condition[] = [{ op: 'eq', field: 'contractType', value: recurringService }]
  if (company !== null) conditions.push({ op: 'eq', field: 'companyID', value: company })
  return choices(client, query, {
    list: contracts,
    conditions,
    searched: 'contractName',
    toChoice: (contract) => ({
      id: `${contract.id}`,
      name: contractName(contract),
      startDate: contract.startDate,
      endDate: contract.endDate,
      active: isActive(contract),
    }),
  })
}

export function productChoices(client: AutotaskClient, query: ChoiceQuery): Promise<ChoicePage<Choice>> {
  return choices(client, query, {
    list: services,
    conditions: [{ op: 'eq', field: 'isActive', value: true }],
    searched: 'name',
    toChoice: ({ id, name }) => ({ id: `${id}`, name: name || `#${id}` }),
  })
}

interface ChoiceList<Schema extends z.ZodObject, T extends Choice> {
  list: List<Schema>
  conditions: Condition[]
  /** The field that must hold the searched text. */
  searched: string
  toChoice: (record: z.output<Schema>) => T
}

async function choices<Schema extends z.ZodObject, T extends Choice>(
  client: AutotaskClient,
  query: ChoiceQuery,
  { list, conditions, searched, toChoice }: ChoiceList<Schema, T>,
): Promise<ChoicePage<T>> {
  const search = query.search.trim()
  if (search.length > longestName) return nothing
  const filter = [...conditions]
  if (search !== '') filter.push({ op: 'contains', field: searched, value: search })
  const fits = isLoose(search) ? holding(search) : () => true
  const pageSize = Math.min(query.limit + 1, largestPage)

  const items: T[] = []
  let after = query.cursor === null ? null : idOfCursor(client, query.cursor)
  for (let pages = 0; pages < mostPages; pages++) {
    const isBehind: Condition[] = after === null ? [] : [{ op: 'gt', field: 'id', value: after }]
    const page: T[] = (await client.first(list, [...filter, ...isBehind], pageSize)).map(toChoice)
    for (const choice of page.filter(fits)) {
      const last = items.at(-1)
      if (items.length === query.limit && last) return { items, nextCursor: cursorAt(`after ${last.id}`) }
      items.push(choice)
    }
    const last = page.at(-1)
    if (page.length < pageSize || last === undefined) return { items, nextCursor: null }
    after = Number(last.id)
  }
  return { items, nextCursor: after === null ? null : cursorAt(`after ${after}`) }
}

/**
 * Whether the text has characters to which Autotask may give a meaning, so that it finds more than was asked for.
 *
 * @see docs/vendors/autotask.md, "Asking for records"
 */
function isLoose(search: string): boolean {
  return /[%_[\]]/.test(search)
}

function holding(search: string): (choice: Choice) => boolean {
  const wanted = search.toLowerCase()
  return ({ name }) => name.toLowerCase().includes(wanted)
}

function idOfCursor(client: AutotaskClient, cursor: string): number {
  return Number(placeIn(client.vendor, cursor, /^after (\d{1,10})$/)[1])
}
