import { createTable, idsFrom, type Stored, type Table } from '../table.ts'

export type AccountRecord = Stored<{ name: string; accountId: string; type: string; status: string }>

/** That an account is known to an external product, and under which id there. */
export type CrossReference = Stored<{
  account: number
  externalProduct: number
  externalId: string
  externalSystemId: string | null
  comment: string | null
}>

export type ExternalProduct = Stored<{ name: string; systemEntry: boolean }>

export type PriceLevel = Stored<{ description: string }>

/** Prices by the ids of price levels; a level without one has no price. */
export type Item = Stored<{
  itemId: string
  description: string
  inactive: boolean
  prices: Map<number, number>
}>

/** Days are `YYYY-MM-DD`; without `endDate` it runs on, with one it runs until that day is over. */
export type Agreement = Stored<{
  account: number
  type: string
  externalProduct: string
  startDate: string
  endDate: string | null
  nextBillingPeriod: string | null
  /** Who has it open in the vendor's own screens. */
  lockedBy: string | null
}>

export type Charge = Stored<{
  agreement: number
  itemId: string
  description: string
  quantity: number
  priceLevel: number
  price: number
  useFlatPrice: boolean
  printWhenQuantityZero: boolean
  deleteAfterInvoicing: boolean
  /** True where a program made it. */
  submitted: boolean
  /** As `2026-11-17T09:30:00`. */
  addedAt: string
}>

/** Not `inUse`: still on its orders, but chosen no more. */
export type DispatchBoard = Stored<{ description: string; inUse: boolean }>

export type Rep = Stored<{ firstName: string; lastName: string; inactive: boolean }>

/** Priorities, types and statuses are known by their names; an order that names none gets the default one. */
export type NamedEntry = Stored<{ name: string; isDefault: boolean }>

export type OrderStatus = Stored<{ name: string; isDefault: boolean; isSystem: boolean; closes: boolean }>

/** Instants are as `2026-11-17T09:30:00`. */
export type ServiceOrder = Stored<{
  account: number
  briefDescription: string
  workRequested: string | null
  status: string
  board: number | null
  priority: string | null
  type: string | null
  technician: number | null
  takenBy: number
  reference: string | null
  openedAt: string
  closedAt: string | null
  voidedAt: string | null
  /** Who has it open in the vendor's own screens. */
  lockedBy: { repNumber: number; repName: string } | null
}>

export type OrderNote = Stored<{
  order: number
  topic: string | null
  note: string
  rep: number
  createdAt: string
}>

type Values<R> = Omit<R, 'id'>

/** Everything one MSP has stored. Each kind of record has its own range of ids, so that no id fits two kinds. */
export interface Store {
  accounts: Table<Values<AccountRecord>>
  crossReferences: Table<Values<CrossReference>>
  externalProducts: Table<Values<ExternalProduct>>
  priceLevels: Table<Values<PriceLevel>>
  items: Table<Values<Item>>
  agreements: Table<Values<Agreement>>
  charges: Table<Values<Charge>>
  boards: Table<Values<DispatchBoard>>
  reps: Table<Values<Rep>>
  priorities: Table<Values<NamedEntry>>
  orderTypes: Table<Values<NamedEntry>>
  orderStatuses: Table<Values<OrderStatus>>
  serviceOrders: Table<Values<ServiceOrder>>
  orderNotes: Table<Values<OrderNote>>
}

export function createStore(): Store {
  const externalProducts = createTable<Values<ExternalProduct>>(idsFrom(71))
  externalProducts.insert({ name: 'Remote Monitoring', systemEntry: true })
  const orderStatuses = createTable<Values<OrderStatus>>(idsFrom(101))
  orderStatuses.insert({ name: 'Open', isDefault: true, isSystem: true, closes: false })
  orderStatuses.insert({ name: 'Closed', isDefault: false, isSystem: true, closes: true })
  orderStatuses.insert({ name: 'Void', isDefault: false, isSystem: true, closes: true })
  return {
    accounts: createTable(idsFrom(1052001)),
    crossReferences: createTable(idsFrom(801)),
    externalProducts,
    priceLevels: createTable(idsFrom(11)),
    items: createTable(idsFrom(501)),
    agreements: createTable(idsFrom(30001)),
    charges: createTable(idsFrom(9001)),
    boards: createTable(idsFrom(21)),
    reps: createTable(idsFrom(201)),
    priorities: createTable(idsFrom(301)),
    orderTypes: createTable(idsFrom(401)),
    orderStatuses,
    serviceOrders: createTable(idsFrom(70001)),
    orderNotes: createTable(idsFrom(80001)),
  }
}

export function crossReferencesOf({ crossReferences }: Store, account: number): CrossReference[] {
  return crossReferences.all().filter((row) => row.account === account)
}

/** Ordered by id. */
export function chargesOf({ charges }: Store, agreement: number): Charge[] {
  return charges.all().filter((row) => row.agreement === agreement)
}

/** In the order in which they were added. */
export function notesOf({ orderNotes }: Store, order: number): OrderNote[] {
  return orderNotes.all().filter((row) => row.order === order)
}

/** Names are compared without regard to case. */
export function named<Row extends { name: string }>(rows: Row[], name: string): Row | undefined {
  return rows.find((row) => row.name.toLowerCase() === name.toLowerCase())
}

/** The order in another status; the day of its closing comes and goes with that. */
export function inStatus(order: ServiceOrder, status: OrderStatus, at: string): ServiceOrder {
  return { ...order, status: status.name, closedAt: status.closes ? (order.closedAt ?? at) : null }
}

/** Item ids are compared without regard to case. */
export function itemOf({ items }: Store, itemId: string): Item | undefined {
  return items.all().find((row) => row.itemId.toLowerCase() === itemId.toLowerCase())
}

/** @param today `YYYY-MM-DD` */
export function hasEnded({ endDate }: Agreement, today: string): boolean {
  return endDate !== null && endDate < today
}
