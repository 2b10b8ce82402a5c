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
}

export function createStore(): Store {
  const externalProducts = createTable<Values<ExternalProduct>>(idsFrom(71))
  externalProducts.insert({ name: 'Remote Monitoring', systemEntry: true })
  return {
    accounts: createTable(idsFrom(1052001)),
    crossReferences: createTable(idsFrom(801)),
    externalProducts,
    priceLevels: createTable(idsFrom(11)),
    items: createTable(idsFrom(501)),
    agreements: createTable(idsFrom(30001)),
    charges: createTable(idsFrom(9001)),
  }
}

export function crossReferencesOf({ crossReferences }: Store, account: number): CrossReference[] {
  return crossReferences.all().filter((row) => row.account === account)
}

/** Ordered by id. */
export function chargesOf({ charges }: Store, agreement: number): Charge[] {
  return charges.all().filter((row) => row.agreement === agreement)
}

/** Item ids are compared without regard to case. */
export function itemOf({ items }: Store, itemId: string): Item | undefined {
  return items.all().find((row) => row.itemId.toLowerCase() === itemId.toLowerCase())
}

/** @param today `YYYY-MM-DD` */
export function hasEnded({ endDate }: Agreement, today: string): boolean {
  return endDate !== null && endDate < today
}
