import type { Json, Row, Rows, Values } from '../row.ts'
import { createTable, type Ids, idsFrom } from '../table.ts'
import type { AdjustmentsName, EntityName, LinesName, StoredName, UnitsName } from './entities/entity.ts'
import { entities } from './entities.ts'
import type { Timeline } from './units.ts'

/** Something on a contract that units are counted of: services and bundles are alike but for the names. */
export interface LineKind {
  lines: LinesName
  units: UnitsName
  adjustments: AdjustmentsName
  sold: 'Services' | 'ServiceBundles'
  soldID: 'serviceID' | 'serviceBundleID'
  lineID: 'contractServiceID' | 'contractServiceBundleID'
  adjustmentID: 'contractServiceAdjustmentID' | 'contractServiceBundleAdjustmentID'
  periodID: 'contractServicePeriodID' | 'contractServiceBundlePeriodID'
}

export const serviceLines: LineKind = {
  lines: 'ContractServices',
  units: 'ContractServiceUnits',
  adjustments: 'ContractServiceAdjustments',
  sold: 'Services',
  soldID: 'serviceID',
  lineID: 'contractServiceID',
  adjustmentID: 'contractServiceAdjustmentID',
  periodID: 'contractServicePeriodID',
}

export const bundleLines: LineKind = {
  lines: 'ContractServiceBundles',
  units: 'ContractServiceBundleUnits',
  adjustments: 'ContractServiceBundleAdjustments',
  sold: 'ServiceBundles',
  soldID: 'serviceBundleID',
  lineID: 'contractServiceBundleID',
  adjustmentID: 'contractServiceBundleAdjustmentID',
  periodID: 'contractServiceBundlePeriodID',
}

export const lineKinds = [serviceLines, bundleLines]

/** One adjustment of a service that came through the API and was accepted. */
export interface Accepted {
  id: number
  contractServiceID: number
  /** `YYYY-MM-DD`. */
  effectiveDate: string
  unitChange: number
}

/** Everything one database has stored. Each kind of record has its own range of ids, so that no id fits two kinds. */
export interface Store {
  tables: Record<StoredName, Rows>
  /** By the id of the contract service or contract service bundle. */
  timelines: Map<number, Timeline>
  /** Where the API shows a units row otherwise than it is, by the row's id. */
  unitsShown: Map<number, Values>
  accepted: Accepted[]
  /** Numbers on picklists that are out of use, by what `pickName` says. */
  unusedPicks: Set<string>
  unitIds: Record<UnitsName, Ids>
  adjustmentIds: Record<AdjustmentsName, Ids>
}

export function createStore(): Store {
  return {
    tables: {
      Companies: createTable(idsFrom(10_001)),
      Services: createTable(idsFrom(20_001)),
      ServiceBundles: createTable(idsFrom(25_001)),
      Contracts: createTable(idsFrom(30_001)),
      ContractServices: createTable(idsFrom(40_001)),
      ContractServiceBundles: createTable(idsFrom(45_001)),
      Tickets: createTable(idsFrom(50_001)),
      TicketNotes: createTable(idsFrom(55_001)),
      ContractNotes: createTable(idsFrom(57_001)),
      Resources: createTable(idsFrom(70_001)),
      ResourceServiceDeskRoles: createTable(idsFrom(72_001)),
      BillingCodes: createTable(idsFrom(75_001)),
      BillingItems: createTable(idsFrom(80_001)),
    },
    timelines: new Map(),
    unitsShown: new Map(),
    accepted: [],
    unusedPicks: new Set(),
    unitIds: { ContractServiceUnits: idsFrom(1_000_001), ContractServiceBundleUnits: idsFrom(9_000_001) },
    adjustmentIds: {
      ContractServiceAdjustments: idsFrom(60_001),
      ContractServiceBundleAdjustments: idsFrom(65_001),
    },
  }
}

export function pickName(entity: EntityName, field: string, number: number): string {
  return `${entity}.${field}.${number}`
}

export function isStored(name: EntityName, store: Store): name is StoredName {
  return name in store.tables
}

/** Every field of the record, null where it has no value. */
export function complete(name: EntityName, values: Values): Values {
  const entity = entities[name]
  const fields: [string, Json][] = Object.keys(entity.fields).map((field) => [field, values[field] ?? null])
  return {
    ...Object.fromEntries(fields),
    ...(entity.hasUserDefinedFields ? { userDefinedFields: values.userDefinedFields ?? [] } : {}),
  }
}

export function midnight(day: string): string {
  return `${day.slice(0, 10)}T00:00:00Z`
}

/** @throws Error where the record has no number there, which is a fault of the emulator */
export function numberOf(row: Values, field: string): number {
  const value = row[field]
  if (typeof value !== 'number') throw new Error(`${field} is no number`)
  return value
}

/** The calendar day of a date. */
export function dayOf(row: Values, field: string): string {
  return String(row[field]).slice(0, 10)
}

/** @throws Error where there is none, which is a fault of who asks */
export function existing(store: Store, name: StoredName, id: number): Row {
  const row = store.tables[name].get(id)
  if (!row) throw new Error(`There is no record ${id} in ${name}`)
  return row
}
