import type { Row, Values } from '../row.ts'
import type { EntityName, StoredName, UnitsName } from './entities/entity.ts'
import { entities } from './entities.ts'
import { spelledField } from './fields.ts'
import { postThrough } from './posting.ts'
import { type Database, insert, put, stamp } from './records.ts'
import {
  bundleLines,
  existing,
  isStored,
  lineKinds,
  midnight,
  numberOf,
  pickName,
  serviceLines,
} from './store.ts'
import { priceOf } from './units.ts'

type Named = number | { id: number }

export interface Builders {
  addCompany(company: { id?: number; name: string; isActive?: boolean; companyNumber?: string }): Row
  addService(service: {
    id?: number
    name: string
    unitPrice?: number
    /** 2 monthly where absent, 3 quarterly, 4 half-yearly, 5 yearly. */
    periodType?: number
    isActive?: boolean
  }): Row
  /** Dates are `YYYY-MM-DD`, the last one inclusive. */
  addContract(contract: {
    id?: number
    company: Named
    name: string
    startDate: string
    endDate: string
    /** 7, recurring service, where absent. */
    contractType?: number
    /** 1, active, where absent. */
    status?: number
    contractPeriodType?: number
    renewedContractID?: number
  }): Row
  /** Its units hold from the contract's first day on. */
  addContractService(line: {
    id?: number
    contract: Named
    service: Named
    units?: number
    /** The service's own where absent. */
    unitPrice?: number
  }): Row
  /** A person who may be assigned tickets as each of `roles`. */
  addResource(resource: {
    firstName: string
    lastName: string
    isActive?: boolean
    /** 1 where absent; 7 is a user that programs sign in as. */
    licenseType?: number
    roles?: { roleID: number; isDefault?: boolean; isActive?: boolean }[]
  }): Row
  /** Takes a number of a picklist out of use, or back into it. */
  setPickInUse(entity: EntityName, field: string, number: number, isInUse: boolean): void
  addBundle(bundle: { id?: number; name: string; unitPrice?: number }): Row
  addContractBundle(line: { id?: number; contract: Named; bundle: Named; units?: number }): Row
  /** Adjusts units as a person does in the vendor's own screens, as often a day as they like. */
  adjustByHand(contractServiceID: Named, change: { on: string; unitChange: number }): void
  /** Changes a record's fields as a person does in the vendor's own screens, unchecked. Dates are `YYYY-MM-DD`. */
  editByHand(name: StoredName | UnitsName, id: Named, values: Values): void
  /** Takes its lines and units with it. */
  removeByHand(name: StoredName, id: Named): void
  /** Approves and posts everything that starts until `throughDate`, and makes the billing items. */
  post(throughDate: string): void
  /** What the contract's services bill on a day, today where absent, ordered by id. */
  unitsOf(contract: Named, on?: string): BilledUnits[]
  /** Ordered by day. */
  timeline(contractServiceID: Named): Stretch[]
}

export interface BilledUnits {
  contractServiceID: number
  serviceID: number
  units: number
}

export interface Stretch {
  startDate: string
  endDate: string
  units: number
  /** Of all units in all its days. */
  price: number
  posted: boolean
}

/** Records as people make them in the vendor's own screens. */
export function createBuilders(database: Database): Builders {
  const { store, lines, now } = database

  return {
    addCompany: ({ id, name, isActive, companyNumber }) =>
      insert(
        database,
        'Companies',
        {
          ...entities.Companies.defaults,
          companyName: name,
          companyType: 1,
          ownerResourceID: 70_001,
          phone: '555-0100',
          isActive: isActive ?? true,
          companyNumber: companyNumber ?? null,
        },
        id,
      ),
    addService: ({ id, name, unitPrice, periodType, isActive }) =>
      insert(
        database,
        'Services',
        {
          name,
          unitPrice: unitPrice ?? 0,
          unitCost: 0,
          periodType: periodType ?? 2,
          billingCodeID: 75_001,
          isActive: isActive ?? true,
        },
        id,
      ),
    addContract({ id, company, name, startDate, endDate, ...terms }) {
      const owner = existing(store, 'Companies', idOf(company))
      return insert(
        database,
        'Contracts',
        {
          ...entities.Contracts.defaults,
          companyID: owner.id,
          contractName: name,
          startDate: midnight(startDate),
          endDate: midnight(endDate),
          contractType: terms.contractType ?? 7,
          status: terms.status ?? 1,
          contractPeriodType: terms.contractPeriodType ?? 2,
          renewedContractID: terms.renewedContractID ?? null,
          timeReportingRequiresStartAndStopTimes: 0,
        },
        id,
      )
    },
    addContractService({ id, contract, service, units, unitPrice }) {
      const values: Values = {
        contractID: idOf(contract),
        serviceID: idOf(service),
        ...(unitPrice === undefined ? {} : { unitPrice }),
      }
      return lines.add(serviceLines, values, units, id)
    },
    addResource({ roles = [], isActive, licenseType, ...names }) {
      const defaultServiceDeskRoleID = roles.find(({ isDefault }) => isDefault)?.roleID ?? null
      const person = { ...names, isActive: isActive ?? true, licenseType: licenseType ?? 1 }
      const resource = insert(database, 'Resources', { ...person, defaultServiceDeskRoleID })
      for (const role of roles) {
        insert(database, 'ResourceServiceDeskRoles', {
          ...entities.ResourceServiceDeskRoles.defaults,
          ...role,
          resourceID: resource.id,
        })
      }
      return resource
    },
    setPickInUse(entity, field, number, isInUse) {
      const pick = pickName(entity, field, number)
      if (isInUse) store.unusedPicks.delete(pick)
      else store.unusedPicks.add(pick)
    },
    addBundle: ({ id, name, unitPrice }) =>
      insert(
        database,
        'ServiceBundles',
        { name, unitPrice: unitPrice ?? 0, periodType: 2, billingCodeID: 75_001, isActive: true },
        id,
      ),
    addContractBundle: ({ id, contract, bundle, units }) =>
      lines.add(bundleLines, { contractID: idOf(contract), serviceBundleID: idOf(bundle) }, units, id),
    adjustByHand(line, { on, unitChange }) {
      const contractServiceID = existing(store, 'ContractServices', idOf(line)).id
      lines.adjust(serviceLines, { contractServiceID, effectiveDate: midnight(on), unitChange }, 'person')
    },
    editByHand(name, id, values) {
      const edited = dated(name, values)
      if (isStored(name, store)) {
        put(database, name, { ...existing(store, name, idOf(id)), ...edited, id: idOf(id) })
        return
      }
      const derived = ['startDate', 'endDate', 'units', 'price', 'cost'].filter((field) => field in edited)
      if (derived.length > 0) throw new Error(`${derived.join(', ')} follow from adjustments`)
      store.unitsShown.set(idOf(id), { ...store.unitsShown.get(idOf(id)), ...edited })
    },
    removeByHand(name, id) {
      const removed = existing(store, name, idOf(id)).id
      for (const kind of lineKinds) {
        const isGone = (line: Row) =>
          name === 'Contracts' ? line.contractID === removed : name === kind.lines && line.id === removed
        for (const line of store.tables[kind.lines].all().filter(isGone)) lines.remove(kind, line.id)
      }
      store.tables[name].remove(removed)
    },
    post: (throughDate) => postThrough(store, lines, throughDate, stamp(now())),
    unitsOf(contract, on = now().toISOString().slice(0, 10)) {
      const { id } = existing(store, 'Contracts', idOf(contract))
      return store.tables.ContractServices.all()
        .filter((line) => line.contractID === id)
        .flatMap((line) =>
          lines
            .foreseen(serviceLines, line, on)
            .filter(({ startDate, endDate }) => startDate <= on && on <= endDate)
            .map(({ units }) => ({
              contractServiceID: line.id,
              serviceID: numberOf(line, 'serviceID'),
              units,
            })),
        )
    },
    timeline: (line) =>
      lines.timelineOf(serviceLines, existing(store, 'ContractServices', idOf(line))).rows.map((row) => ({
        startDate: row.startDate,
        endDate: row.endDate,
        units: row.units,
        price: priceOf(row),
        posted: row.postedAt !== null,
      })),
  }
}

function dated(name: StoredName | UnitsName, values: Values): Values {
  const { fields } = entities[name]
  return Object.fromEntries(
    Object.entries(values).map(([given, value]) => {
      const field = spelledField(fields, given)
      if (field === undefined) throw new Error(`${name} have no ${given}`)
      const isDay = fields[field]?.kind === 'date' && typeof value === 'string'
      return [field, isDay ? midnight(value) : value]
    }),
  )
}

function idOf(named: Named): number {
  return typeof named === 'number' ? named : named.id
}
