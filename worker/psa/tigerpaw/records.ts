import * as z from 'zod'
import type { Agreement, Line, Product } from '../port.ts'
import { Day, dayOf, present } from '../record-fields.ts'

export const Id = present(z.int())

export const AccountRecord = z.object({
  AccountNumber: Id,
  Account: z.object({ Name: z.string().nullish() }).nullish(),
})

export const AgreementRecord = z.object({
  AgreementNumber: Id,
  Agreement: present(
    z.object({
      AccountNumber: Id,
      StartDate: Day,
      EndDate: Day,
      Type: z.string().nullish(),
      NextBillingPeriod: z.string().nullish(),
    }),
  ),
})

export const ChargeRecord = z.object({
  DetailId: Id,
  SpecialItemId: present(z.string()),
  Quantity: present(z.number()),
  PriceLevel: z.int().nullish().default(null),
  Price: z.number().nullish().default(null),
})
export type ChargeRecord = z.output<typeof ChargeRecord>

const Item = present(z.object({ ItemDescription: z.string().nullish(), Inactive: z.boolean().nullish() }))

export const ItemRecord = z.object({ ItemId: present(z.string()), Item })

export const ItemDetailRecord = z.object({
  ItemId: present(z.string()),
  Item,
  Pricing: z.array(z.object({ PriceLevel: z.int().nullish(), SellingPrice: z.number().nullish() })).nullish(),
})

export const PriceLevelRecord = z.object({ PriceLevelId: Id, Description: z.string().nullish() })

/** An External Product as the master tables list it. */
export const ExternalProductRecord = z.object({
  ExternalProductId: z.int().nullish(),
  Product: z.string().nullish(),
})

/** An External Product as an account is cross-referenced to it. */
export const AccountExternalProductRecord = z.object({
  ExternalProductId: z.int().nullish(),
  ExternalProduct: z.string().nullish(),
})

/** @see docs/vendors/tigerpaw.md, "Agreements" */
export function toAgreement(record: z.output<typeof AgreementRecord>): Agreement {
  const { AccountNumber, StartDate, EndDate, Type, NextBillingPeriod } = record.Agreement
  return {
    id: `${record.AgreementNumber}`,
    companyId: `${AccountNumber}`,
    name: [`#${record.AgreementNumber}`, Type].filter(Boolean).join(' '),
    startsOn: StartDate,
    endsOn: EndDate,
    state: 'active',
    nextInvoiceOn: dayOf(NextBillingPeriod ?? ''),
    bundled: false,
  }
}

/** Has no price: that depends on the price level. */
export function toProduct({ ItemId, Item }: z.output<typeof ItemRecord>): Product {
  return {
    id: ItemId,
    name: [ItemId, Item.ItemDescription].filter(Boolean).join(' – '),
    active: !Item.Inactive,
    priceMinor: null,
  }
}

/** Charges have no days of their own: they are billed for as long as they are there. */
export function toLine(agreementId: string, charge: ChargeRecord): Line {
  return {
    id: `${charge.DetailId}`,
    agreementId,
    productId: charge.SpecialItemId,
    quantity: charge.Quantity,
    startsOn: null,
    endsOn: null,
    priceLevelId: charge.PriceLevel == null ? null : `${charge.PriceLevel}`,
    bookableOn: null,
  }
}
