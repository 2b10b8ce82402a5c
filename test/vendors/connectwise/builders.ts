import * as z from 'zod'
import type { Row, Values } from '../row.ts'
import { addition } from './entities/addition.ts'
import { agreement } from './entities/agreement.ts'
import { company } from './entities/company.ts'
import { type Entity, midnight, type Surroundings, shown } from './entities/entity.ts'
import { product } from './entities/product.ts'
import { info } from './records.ts'
import { referenceTo, referred, type Store } from './store.ts'

type Named = number | { id: number }

export interface Builders {
  addCompany(company: {
    id?: number
    name: string
    identifier?: string
    deleted?: boolean
    type?: string
  }): Row
  addProduct(product: {
    id?: number
    identifier: string
    /** The identifier where absent. */
    description?: string
    price?: number
    cost?: number
    inactive?: boolean
    productClass?: 'Agreement' | 'Bundle' | 'Inventory' | 'NonInventory' | 'Service'
  }): Row
  /** Dates are `YYYY-MM-DD`; without `endDate` it has no end. */
  addAgreement(agreement: {
    id?: number
    company: Named
    name: string
    startDate?: string
    endDate?: string
    noEndingDate?: boolean
    cancelled?: boolean
    nextInvoiceDate?: string
  }): Row
  /** As made by hand in the vendor's own screens, whatever the agreement's status. Dates are `YYYY-MM-DD`. */
  addAddition(addition: {
    id?: number
    agreement: Named
    product: Named
    quantity: number
    effectiveDate?: string
    cancelledDate?: string
    unitPrice?: number
    lessIncluded?: number
    /** True where it stands on an invoice and cannot be deleted. */
    invoiced?: boolean
  }): Row
  /** As the API shows them, ordered by id. */
  additionsOf(agreement: Named): AdditionRecord[]
  /** Changes a record's fields as someone at the vendor's own screens does, unchecked. */
  editByHand(kind: 'company' | 'product' | 'agreement', id: Named, values: Values): void
  editAdditionByHand(agreement: Named, id: Named, values: Values): void
  removeByHand(kind: 'company' | 'product' | 'agreement', id: Named): void
  removeAdditionByHand(agreement: Named, id: Named): void
}

const AdditionRecord = z.looseObject({
  id: z.number(),
  product: z.looseObject({ id: z.number(), identifier: z.string() }),
  quantity: z.number(),
  lessIncluded: z.number(),
  unitPrice: z.number(),
  unitCost: z.number(),
  billedQuantity: z.number(),
  extPrice: z.number(),
  billCustomer: z.string(),
  effectiveDate: z.string(),
  cancelledDate: z.string().optional(),
  agreementId: z.number(),
})
export type AdditionRecord = z.output<typeof AdditionRecord>

/** Records as people make them in the vendor's own screens. */
export function createBuilders(
  store: Store,
  surroundings: (agreement?: Row) => Surroundings,
  now: () => Date,
): Builders {
  const byHand = 'Admin1'
  const tables = { company: store.companies, product: store.products, agreement: store.agreements }

  function record(entity: Entity, values: Values, around: Surroundings): Values {
    return { ...entity.defaults(values, around), ...values, _info: info(now(), byHand) }
  }

  return {
    addCompany: ({ id, name, identifier, deleted = false, type = 'Customer' }) =>
      store.companies.insert(
        record(
          company,
          {
            name,
            city: 'Berlin',
            deletedFlag: deleted,
            identifier: identifier ?? name.replace(/[^\p{L}\p{N}]+/gu, '').slice(0, 25),
            types: [
              referenceTo('companyType', existing(referred(store, 'companyType', { name: type }), type)),
            ],
          },
          surroundings(),
        ),
        id,
      ),
    addProduct: ({ id, identifier, description, price, cost, inactive, productClass }) =>
      store.products.insert(
        record(
          product,
          {
            identifier,
            description: description ?? identifier,
            customerDescription: description ?? identifier,
            price: price ?? 0,
            cost: cost ?? 0,
            inactiveFlag: inactive ?? false,
            productClass: productClass ?? 'Agreement',
            taxableFlag: true,
            subcategory: { id: 1, name: 'Security' },
            type: { id: 1, name: 'Licence' },
            category: { id: 1, name: 'Software' },
          },
          surroundings(),
        ),
        id,
      ),
    addAgreement({ id, company: owner, name, startDate, endDate, noEndingDate, cancelled, nextInvoiceDate }) {
      const owned = existing(store.companies.get(idOf(owner)), `company ${idOf(owner)}`)
      return store.agreements.insert(
        record(
          agreement,
          {
            name,
            company: referenceTo('company', owned),
            cancelledFlag: cancelled ?? false,
            type: { id: 1, name: 'Managed Services' },
            contact: { id: 1, name: 'Jo Doe' },
            startDate: midnight(startDate ?? '2020-01-01'),
            noEndingDateFlag: noEndingDate ?? endDate === undefined,
            ...(endDate === undefined ? {} : { endDate: midnight(endDate) }),
            ...(nextInvoiceDate === undefined ? {} : { nextInvoiceDate: midnight(nextInvoiceDate) }),
          },
          surroundings(),
        ),
        id,
      )
    },
    addAddition({
      id,
      agreement: owner,
      product: sold,
      quantity,
      unitPrice,
      lessIncluded,
      invoiced,
      ...dates
    }) {
      const on = existing(store.agreements.get(idOf(owner)), `agreement ${idOf(owner)}`)
      const of = existing(store.products.get(idOf(sold)), `product ${idOf(sold)}`)
      const row = store.additionsOf(on.id).insert(
        record(
          addition,
          {
            product: referenceTo('product', of),
            quantity,
            billCustomer: 'Billable',
            ...(unitPrice === undefined ? {} : { unitPrice }),
            ...(lessIncluded === undefined ? {} : { lessIncluded }),
            ...(dates.effectiveDate === undefined ? {} : { effectiveDate: midnight(dates.effectiveDate) }),
            ...(dates.cancelledDate === undefined ? {} : { cancelledDate: midnight(dates.cancelledDate) }),
          },
          surroundings(on),
        ),
        id,
      )
      if (invoiced) store.invoiced.add(row.id)
      return row
    },
    additionsOf(owner) {
      const on = existing(store.agreements.get(idOf(owner)), `agreement ${idOf(owner)}`)
      const around = surroundings(on)
      return store
        .additionsOf(on.id)
        .all()
        .map((row) => AdditionRecord.parse(shown(addition, row, around)))
    },
    editByHand(kind, id, values) {
      const row = existing(referred(store, kind, { id: idOf(id) }), `${kind} ${idOf(id)}`)
      tables[kind].put({ ...row, ...values, id: row.id })
    },
    editAdditionByHand(owner, id, values) {
      const table = store.additionsOf(idOf(owner))
      const row = existing(table.get(idOf(id)), `addition ${idOf(id)}`)
      table.put({ ...row, ...values, id: row.id })
    },
    removeByHand(kind, id) {
      tables[kind].remove(idOf(id))
    },
    removeAdditionByHand(owner, id) {
      store.additionsOf(idOf(owner)).remove(idOf(id))
    },
  }
}

function idOf(named: Named): number {
  return typeof named === 'number' ? named : named.id
}

function existing(row: Row | undefined, what: string): Row {
  if (!row) throw new Error(`There is no ${what}`)
  return row
}
