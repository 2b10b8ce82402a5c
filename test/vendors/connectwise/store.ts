import { isObject, type Json, type Row, type Rows, type Values } from '../row.ts'
import { createTable, idsFrom } from '../table.ts'
import type { ReferenceKind } from './fields.ts'

/** The kinds of records that are only named by others. */
export type LookupKind = Exclude<
  ReferenceKind,
  'company' | 'product' | 'agreement' | 'member' | 'board' | 'boardStatus' | 'boardType' | 'priority'
>

/** Everything one login company has stored. Each kind of record has its own range of ids, so that no id fits two kinds. */
export interface Store {
  companies: Rows
  agreements: Rows
  products: Rows
  members: Rows
  hostedScreens: Rows
  hostedSetups: Rows
  boards: Rows
  /** Of all boards. */
  boardStatuses: Rows
  /** Of all boards. */
  boardTypes: Rows
  priorities: Rows
  tickets: Rows
  /** Of all tickets. */
  ticketNotes: Rows
  additionsOf(agreementId: number): Rows
  allAdditions(): Row[]
  lookup(kind: LookupKind): Rows
  /** Additions that stand on an invoice. */
  invoiced: Set<number>
}

const names: Record<LookupKind, string[]> = {
  companyStatus: ['Active', 'Inactive'],
  companyType: ['Customer', 'Vendor', 'Owner'],
  contact: ['Jo Doe'],
  agreementType: ['Managed Services'],
  billingCycle: ['Monthly', 'Annual'],
  subcategory: ['Security'],
  productType: ['Licence'],
  productCategory: ['Software'],
  unitOfMeasure: ['Each'],
  other: [],
}

export function createStore(): Store {
  const additionIds = idsFrom(9001)
  const additions = new Map<number, Rows>()
  const lookups = new Map<LookupKind, Rows>()
  return {
    companies: createTable(idsFrom(2001)),
    agreements: createTable(idsFrom(30001)),
    products: createTable(idsFrom(501)),
    members: createTable(idsFrom(101)),
    hostedScreens: hostedScreens(),
    hostedSetups: createTable(idsFrom(41)),
    boards: createTable(idsFrom(61)),
    boardStatuses: createTable(idsFrom(1001)),
    boardTypes: createTable(idsFrom(1501)),
    priorities: createTable(idsFrom(11)),
    tickets: createTable(idsFrom(70001)),
    ticketNotes: createTable(idsFrom(80001)),
    additionsOf(agreementId) {
      const table = additions.get(agreementId) ?? createTable(additionIds)
      additions.set(agreementId, table)
      return table
    },
    allAdditions: () => [...additions.values()].flatMap((table) => table.all()),
    lookup(kind) {
      const existing = lookups.get(kind)
      if (existing) return existing
      const table = createTable<Values>(idsFrom(1))
      for (const name of names[kind]) table.insert({ name })
      lookups.set(kind, table)
      return table
    },
    invoiced: new Set(),
  }
}

/** Which screens there are differs from version to version. */
function hostedScreens(): Rows {
  const table = createTable<Values>(idsFrom(1))
  for (const [screenId, name] of [
    ['ticket', 'Service Ticket'],
    ['contact', 'Contact'],
    ['company', 'Company'],
    ['salesorder', 'Sales Order'],
    ['agreement', 'Agreement'],
  ]) {
    table.insert({ screenId: screenId ?? '', name: name ?? '' })
  }
  return table
}

function tableOf(store: Store, kind: ReferenceKind): Rows {
  switch (kind) {
    case 'company':
      return store.companies
    case 'agreement':
      return store.agreements
    case 'product':
      return store.products
    case 'member':
      return store.members
    case 'board':
      return store.boards
    case 'boardStatus':
      return store.boardStatuses
    case 'boardType':
      return store.boardTypes
    case 'priority':
      return store.priorities
    default:
      return store.lookup(kind)
  }
}

/** The record that `given` names by `id`, `identifier` or `name`, the first of these it has. */
export function referred(store: Store, kind: ReferenceKind, given: Json): Row | undefined {
  if (!isObject(given)) return undefined
  const table = tableOf(store, kind)
  if (typeof given.id === 'number') return table.get(given.id)
  for (const key of ['identifier', 'name']) {
    const text = given[key]
    if (typeof text !== 'string') continue
    return table.all().find((row) => String(row[key] ?? '').toLowerCase() === text.toLowerCase())
  }
  return undefined
}

/** How other records show `row`. */
export function referenceTo(kind: ReferenceKind, row: Row): Json {
  const identifier = row.identifier ?? ''
  switch (kind) {
    case 'company':
    case 'member':
      return { id: row.id, identifier, name: row.name ?? identifier }
    case 'product':
      return { id: row.id, identifier, serializedFlag: row.serializedFlag ?? false }
    default:
      return { id: row.id, name: row.name ?? identifier }
  }
}
