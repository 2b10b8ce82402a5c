import * as z from 'zod'
import { minorUnits } from '../../domain/money.ts'
import type { Agreement, Line, Product } from '../port.ts'
import { Day, dayOf, present } from '../record-fields.ts'

const Id = present(z.int())

export const CompanyRecord = z.object({ id: Id, name: z.string().nullish() })
export const companyFields = fieldsOf(CompanyRecord)

export const AgreementRecord = z.object({
  id: Id,
  name: z.string().nullish(),
  company: present(z.object({ id: Id })),
  startDate: Day,
  endDate: Day,
  noEndingDateFlag: z.boolean().nullish(),
  cancelledFlag: z.boolean().nullish(),
  agreementStatus: z.string().nullish(),
  nextInvoiceDate: z.string().nullish(),
})
export const agreementFields = fieldsOf(AgreementRecord)

export const CatalogRecord = z.object({
  id: Id,
  identifier: z.string().nullish(),
  description: z.string().nullish(),
  inactiveFlag: z.boolean().nullish(),
  productClass: z.string().nullish(),
  price: z.number().nullish(),
})
export const catalogFields = fieldsOf(CatalogRecord)

export const AdditionRecord = z.object({
  id: Id,
  product: present(z.object({ id: Id })),
  quantity: present(z.number()),
  effectiveDate: Day,
  cancelledDate: Day,
})
export const additionFields = fieldsOf(AdditionRecord)

/** Exactly what the schema reads, as the query asks for it; of a reference only its id. */
function fieldsOf(record: z.ZodObject): string {
  const references = ['company', 'product']
  return Object.keys(record.shape)
    .map((field) => (references.includes(field) ? `${field}/id` : field))
    .join(',')
}

/** What a new addition is sent with. Prices are left out: the product's own apply. */
export interface NewAddition {
  product: { id: number }
  quantity: number
  billCustomer: 'Billable'
  effectiveDate: string
}

/** One replaced field; its name is case-sensitive and bare. */
export interface QuantityPatch {
  op: 'replace'
  path: 'quantity'
  value: number
}

export const SystemInfo = z.object({ version: z.string().nullish() })

/** @see docs/vendors/connectwise.md, "Agreements" */
export function toAgreement(record: z.output<typeof AgreementRecord>): Agreement {
  return {
    id: `${record.id}`,
    companyId: `${record.company.id}`,
    name: record.name ?? `#${record.id}`,
    startsOn: record.startDate,
    endsOn: record.noEndingDateFlag ? null : record.endDate,
    state: stateOf(record),
    nextInvoiceOn: dayOf(record.nextInvoiceDate ?? ''),
    bundled: false,
  }
}

/** A state we do not know counts as inactive, so that nothing is billed on a guess. */
function stateOf(record: z.output<typeof AgreementRecord>): Agreement['state'] {
  if (record.cancelledFlag) return 'inactive'
  switch (record.agreementStatus ?? 'Active') {
    case 'Active':
      return 'active'
    case 'Expired':
      return 'ended'
    default:
      return 'inactive'
  }
}

export function toProduct(record: z.output<typeof CatalogRecord>): Product {
  return {
    id: `${record.id}`,
    name: productName(record),
    active: !record.inactiveFlag,
    priceMinor: record.price == null ? null : minorUnits(`${record.price}`),
  }
}

/** An addition can't be made of a bundle. */
export function isBillable(record: z.output<typeof CatalogRecord>): boolean {
  return !record.inactiveFlag && record.productClass !== 'Bundle'
}

function productName(record: z.output<typeof CatalogRecord>): string {
  return [record.identifier, record.description].filter(Boolean).join(' – ') || `#${record.id}`
}

export function toLine(agreementId: string, record: z.output<typeof AdditionRecord>): Line {
  return {
    id: `${record.id}`,
    agreementId,
    productId: `${record.product.id}`,
    quantity: record.quantity,
    startsOn: record.effectiveDate,
    endsOn: record.cancelledDate,
    priceLevelId: null,
    bookableOn: null,
  }
}

/** Midnight UTC of `day`, the only shape of a date that every endpoint takes. */
export function midnight(day: string): string {
  return `${day}T00:00:00Z`
}
