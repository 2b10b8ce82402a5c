import * as z from 'zod'
import { minorUnits } from '../../domain/money.ts'
import type { Agreement, Product } from '../port.ts'
import type { List } from './client.ts'

/** Days come as midnight of the day that is meant, and are never moved to another time zone. */
const Day = z
  .string()
  .transform((text) => text.slice(0, 10))
  .pipe(z.iso.date())

export type ContractRecord = z.output<typeof contracts.record>
export const contracts = {
  entity: 'Contracts',
  record: z.object({
    id: z.int(),
    companyID: z.int(),
    contractName: z.string().nullish(),
    contractType: z.int(),
    status: z.int(),
    startDate: Day,
    endDate: Day,
  }),
} satisfies List<z.ZodObject>

export type ServiceRecord = z.output<typeof services.record>
export const services = {
  entity: 'Services',
  record: z.object({
    id: z.int(),
    name: z.string().nullish(),
    isActive: z.boolean().nullish(),
    unitPrice: z.number().nullish(),
    periodType: z.int().nullish(),
  }),
} satisfies List<z.ZodObject>

/** A service on a contract. One contract may have several of the same service. */
export type ContractServiceRecord = z.output<typeof contractServices.record>
export const contractServices = {
  entity: 'ContractServices',
  record: z.object({ id: z.int(), contractID: z.int(), serviceID: z.int() }),
} satisfies List<z.ZodObject>

/** How many units a service on a contract has on some days, first and last one included. */
export type UnitsRecord = z.output<typeof contractServiceUnits.record>
export const contractServiceUnits = {
  entity: 'ContractServiceUnits',
  record: z.object({
    id: z.int(),
    contractID: z.int(),
    serviceID: z.int(),
    contractServiceID: z.int().nullish(),
    startDate: Day,
    endDate: Day,
    units: z.int(),
  }),
} satisfies List<z.ZodObject>

export const contractServiceBundles = {
  entity: 'ContractServiceBundles',
  record: z.object({ id: z.int(), contractID: z.int() }),
} satisfies List<z.ZodObject>

export const companies = {
  entity: 'Companies',
  record: z.object({ id: z.int(), companyName: z.string().nullish() }),
} satisfies List<z.ZodObject>

/** The only type of contract that bills services by their units. */
export const recurringService = 7

const activeStatus = 1

/** @see docs/vendors/autotask.md, "Contracts" */
export function toAgreement(record: ContractRecord, day: string, bundled: boolean): Agreement {
  const runs = isActive(record) && record.contractType === recurringService && record.startDate <= day
  return {
    id: `${record.id}`,
    companyId: `${record.companyID}`,
    name: contractName(record),
    startsOn: record.startDate,
    endsOn: record.endDate,
    state: runs ? 'active' : 'inactive',
    nextInvoiceOn: null,
    bundled,
  }
}

export function isActive({ status }: ContractRecord): boolean {
  return status === activeStatus
}

export function contractName({ id, contractName: name }: ContractRecord): string {
  return name || `#${id}`
}

export function toProduct(record: ServiceRecord): Product {
  return {
    id: `${record.id}`,
    name: record.name || `#${record.id}`,
    active: record.isActive === true,
    priceMinor: record.unitPrice == null ? null : minorUnits(`${record.unitPrice}`),
  }
}

export interface Days {
  startDate: string
  endDate: string
}

/** Both ends of `days` belong to them. */
export function covers({ startDate, endDate }: Days, day: string): boolean {
  return startDate <= day && day <= endDate
}
