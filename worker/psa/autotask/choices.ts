import type * as z from 'zod'
import { choicesById } from '../choices-by-id.ts'
import type { AgreementChoice, Choice, ChoicePage, ChoiceQuery } from '../port.ts'
import { type AutotaskClient, type Condition, type List, largestPage } from './client.ts'
import { autotaskId } from './ids.ts'
import { companies, contractName, contracts, isActive, recurringService, services } from './records.ts'

/** No name that is searched holds more characters. */
const longestName = 150

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
  const isOffered = isLoose(search) ? holding(search) : () => true
  const pageSize = Math.min(query.limit + 1, largestPage)

  return choicesById(client.vendor, query, {
    pageSize,
    async page(afterId) {
      const isBehind: Condition[] = afterId === null ? [] : [{ op: 'gt', field: 'id', value: afterId }]
      const records = await client.first(list, [...filter, ...isBehind], pageSize)
      const found = records.map(toChoice)
      const last = found.at(-1)
      return {
        choices: found.map((choice) => (isOffered(choice) ? choice : null)),
        lastId: last === undefined ? afterId : Number(last.id),
      }
    },
  })
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
