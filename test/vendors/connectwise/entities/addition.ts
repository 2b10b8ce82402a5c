import { isObject, type Json, type Row, type Values } from '../../row.ts'
import {
  commonFields,
  date,
  each,
  type Fields,
  flag,
  number,
  oneOf,
  readOnly,
  reference,
  required,
  text,
  whole,
} from '../fields.ts'
import { referenceTo, type Store } from '../store.ts'
import { agreementStatus, agreementStatuses } from './agreement.ts'
import { type Entity, midnight, type Problem, type Surroundings } from './entity.ts'

const fields: Fields = {
  product: required(reference('product')),
  ...each('quantity lessIncluded unitPrice unitCost sequenceNumber', number),
  billCustomer: required(oneOf('Billable', 'DoNotBill', 'NoCharge')),
  ...each('effectiveDate cancelledDate', date),
  ...each('taxableFlag purchaseItemFlag specialOrderFlag prorateCurrentPeriodFlag', flag),
  serialNumber: text(50),
  invoiceDescription: text(6000),
  ...each('opportunity invoiceGrouping', reference('other')),
  agreementId: readOnly(whole),
  ...each('description uom', readOnly(text())),
  ...each('billedQuantity extPrice extCost margin', readOnly(number)),
  ...each('prorateCost proratePrice extendedProrateCost extendedProratePrice', readOnly(number)),
  agreementStatus: readOnly(oneOf(...agreementStatuses)),
  ...commonFields,
}

export const addition: Entity = {
  name: 'addition',
  fields,
  defaults(values, { store, today, agreement }) {
    const product = productOf(values, store)
    const siblings = agreement ? store.additionsOf(agreement.id).all() : []
    const lastOnInvoice = Math.max(0, ...siblings.map((row) => amount(row.sequenceNumber)))
    return {
      quantity: 1,
      lessIncluded: 0,
      unitPrice: amount(product?.price),
      unitCost: amount(product?.cost),
      effectiveDate: midnight(today),
      taxableFlag: product?.taxableFlag ?? false,
      invoiceDescription: product?.customerDescription ?? '',
      purchaseItemFlag: false,
      specialOrderFlag: false,
      prorateCurrentPeriodFlag: false,
      sequenceNumber: lastOnInvoice + 1,
    }
  },
  computed(row, { store, today, agreement }) {
    const product = productOf(row, store)
    const quantity = amount(row.quantity)
    const extPrice = cents(quantity * amount(row.unitPrice))
    const extCost = cents(quantity * amount(row.unitCost))
    return {
      ...(product
        ? {
            product: referenceTo('product', product),
            description: product.description ?? '',
            ...(isObject(product.unitOfMeasure) ? { uom: product.unitOfMeasure.name ?? '' } : {}),
          }
        : {}),
      billedQuantity: quantity - amount(row.lessIncluded),
      extPrice,
      extCost,
      margin: cents(extPrice - extCost),
      prorateCost: 0,
      proratePrice: 0,
      extendedProrateCost: 0,
      extendedProratePrice: 0,
      ...(agreement ? { agreementId: agreement.id, agreementStatus: agreementStatus(agreement, today) } : {}),
    }
  },
  problems: (values, around, id) => [...bundleProblems(values, around), ...closedProblems(around, id)],
  isInUse: (id, store) => store.invoiced.has(id),
}

function bundleProblems(values: Values, { store }: Surroundings): Problem[] {
  if (productOf(values, store)?.productClass !== 'Bundle') return []
  return [{ code: 'InvalidProduct', message: 'A bundle cannot be an addition.', field: 'product' }]
}

function closedProblems({ agreement, today, policy }: Surroundings, id: number | null): Problem[] {
  if (id !== null || !agreement || policy.closedAgreements === 'accept') return []
  const status = agreementStatus(agreement, today)
  if (status !== 'Cancelled' && status !== 'Expired') return []
  const message = `The agreement is ${status.toLowerCase()}.`
  return [{ code: 'InvalidAgreement', message, field: 'agreementId' }]
}

function productOf(values: Values, store: Store): Row | undefined {
  return isObject(values.product) ? store.products.get(Number(values.product.id)) : undefined
}

function amount(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0
}

function cents(value: number): number {
  return Math.round(value * 100) / 100
}
