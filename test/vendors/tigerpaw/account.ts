import { randomUUID } from 'node:crypto'
import { type Call, createTraffic, type Traffic } from '../traffic.ts'
import { type Builders, createBuilders } from './builders.ts'
import { createCoin, type Nulls } from './nulls.ts'
import { createOrderBuilders, type OrderBuilders } from './order-builders.ts'
import { createStore, type Store } from './store.ts'

/** What a caller proves to be the MSP with; made up where absent. */
export interface Credentials {
  publicKey: string
  privateKey: string
  soapUser: string
  soapPassword: string
}

/** Where the vendor's answers are unknown or differ from place to place. */
export interface Options {
  nulls: Nulls
  /** How the last page says that there is no `NextRow`: without one, with 0, or with one beyond the last. */
  lastPage: 'without' | 'zero' | 'beyond'
  /** `other`: the SOAP service understands another document than the provisional one only. */
  dialect: 'provisional' | 'other'
  zeroQuantity: 'allowed' | 'refused'
  /** Says that it deleted a charge and keeps it. */
  forgetsDeletes: boolean
  /** Says that it updated a charge and leaves it as it was. */
  forgetsUpdates: boolean
  hasValidLicence: boolean
}

export type { Call }

export interface Account extends Builders, OrderBuilders, Traffic, Readonly<Credentials> {
  readonly baseUrl: string
  /** That of the API user. */
  readonly externalProduct: { id: number; name: string }
  readonly store: Store
  readonly options: Options
  /** The next write, of charges or to a service order, is answered with `Success` false and `message`; nothing is stored. */
  refuseNextWrite(message: string): void
  /** What the next write is to be refused with, once; null where it is not. */
  takeRefusal(): string | null
  keepsNull(): boolean
}

export function createAccount(
  baseUrl: string,
  now: () => Date,
  credentials: Partial<Credentials> = {},
): Account {
  const store = createStore()
  const externalProduct = store.externalProducts.insert({ name: 'Kaspersky', systemEntry: false })
  const options: Options = {
    nulls: 'null',
    lastPage: 'without',
    dialect: 'provisional',
    zeroQuantity: 'allowed',
    forgetsDeletes: false,
    forgetsUpdates: false,
    hasValidLicence: true,
  }
  const coin = createCoin()
  const refusals: string[] = []
  return {
    ...createBuilders(store, externalProduct, now),
    ...createOrderBuilders(store, now),
    ...createTraffic(),
    publicKey: credentials.publicKey ?? randomUUID().toUpperCase(),
    privateKey: credentials.privateKey ?? randomUUID().toUpperCase(),
    soapUser: credentials.soapUser ?? `kaspersky_${randomUUID().slice(0, 8)}`,
    soapPassword: credentials.soapPassword ?? randomUUID().slice(0, 12),
    baseUrl,
    externalProduct: { id: externalProduct.id, name: externalProduct.name },
    store,
    options,
    refuseNextWrite(message) {
      refusals.push(message)
    },
    takeRefusal: () => refusals.shift() ?? null,
    keepsNull: () => options.nulls === 'null' || (options.nulls === 'random' && coin()),
  }
}
