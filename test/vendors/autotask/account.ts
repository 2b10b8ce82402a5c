import { randomUUID } from 'node:crypto'
import { type Call, createTraffic, type Traffic } from '../traffic.ts'
import { type Builders, createBuilders } from './builders.ts'
import { apiUserLicense } from './entities/resources.ts'
import { type Budget, createBudget, createThreads, type Threads } from './limits.ts'
import { createLines, type UnitsPolicy } from './lines.ts'
import { createPages, type Pages } from './query.ts'
import { type Database, insert } from './records.ts'
import { type Seed, seeded } from './seed.ts'
import { type Accepted, createStore } from './store.ts'

export type { Call }

export interface AccountOptions {
  /** The API user; a unique one is made where absent. */
  userName?: string
}

/** The role in which the MSP's people are assigned tickets. */
export const serviceDeskRole = 29_683_461

/** Where the vendor's behaviour differs from place to place, or is not known for sure. */
export interface Options extends UnitsPolicy {
  /** What comes for an id that does not exist: status 200 and null, or status 404. */
  missing: 'null' | '404'
  /** Whether requests take longer once half of the hour's budget is used. */
  slowdown: boolean
}

export interface Account extends Builders, Traffic {
  /** Where the zone is looked up; stays when the account moves. */
  readonly baseUrl: string
  readonly userName: string
  readonly secret: string
  readonly integrationCode: string
  readonly databaseNumber: number
  /** Counted from 0. */
  readonly zone: number
  /** Where the API answers now, without a slash at its end. */
  readonly zoneUrl: string
  /** Puts the account into another zone: the one before answers 401 from then on. */
  moveZone(): void
  readonly budget: Budget
  readonly threads: Threads
  readonly options: Options
  /** Of services, through the API, in the order they were accepted; those a shortened contract erased too. */
  readonly adjustments: readonly Accepted[]
  readonly database: Database
  readonly pages: Pages
  /** Loads what customers' databases hold in every variety that matters. To be called once. */
  seed(): Seed
}

/** @param zoneUrls without slashes at their ends; the account begins in the first */
export function createAccount(
  zoneUrls: readonly [string, ...string[]],
  now: () => Date,
  accountOptions: AccountOptions = {},
): Account {
  let zone = 0
  const options: Options = { missing: 'null', duplicates: 'error', ahead: 'two_periods', slowdown: false }
  const store = createStore()
  const database: Database = { store, lines: createLines(store, options, now), now }
  insert(database, 'BillingCodes', { name: 'Managed Services', isActive: true, useType: 1 })
  const builders = createBuilders(database)
  const ada = builders.addResource({
    firstName: 'Ada',
    lastName: 'Admin',
    roles: [{ roleID: serviceDeskRole, isDefault: true }],
  })
  builders.editByHand('Resources', ada, { email: 'ada@msp.example', userName: 'aadmin' })
  builders.addResource({ firstName: 'Billing', lastName: 'API', licenseType: apiUserLicense })
  builders.addCompany({ id: 0, name: 'Our own company' })

  return {
    ...builders,
    ...createTraffic(),
    baseUrl: zoneUrls[0],
    userName: accountOptions.userName ?? `${randomUUID().slice(0, 8)}@msp.example`,
    secret: randomUUID().replaceAll('-', '').slice(0, 24),
    integrationCode: randomUUID().replaceAll('-', '').slice(0, 27).toUpperCase(),
    databaseNumber: 12_345,
    get zone() {
      return zone
    },
    get zoneUrl() {
      return zoneUrls[zone] ?? zoneUrls[0]
    },
    moveZone() {
      zone = (zone + 1) % zoneUrls.length
    },
    budget: createBudget(now),
    threads: createThreads(),
    options,
    adjustments: store.accepted,
    database,
    pages: createPages(),
    seed: () => seeded(builders, database),
  }
}
