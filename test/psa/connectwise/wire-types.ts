/**
 * Checked by the compiler alone: what we read and send fits the types that `connectwise-rest` makes from the vendor's
 * specification. A field that is renamed or retyped on either side stops the build here.
 */
import type { components } from 'connectwise-rest/dist/ManageTypes'
import type * as z from 'zod'
import type {
  AdditionRecord,
  AgreementRecord,
  CatalogRecord,
  CompanyRecord,
  NewAddition,
  QuantityPatch,
  SystemInfo,
} from '../../../worker/psa/connectwise/records.ts'

type Vendor = components['schemas']

/** Each field of `Ours` with `true`, or with what is wrong with it. */
type Compared<Ours, Theirs> = {
  [Field in keyof Ours]-?: Field extends keyof Theirs
    ? Theirs[Field] extends Ours[Field]
      ? true
      : 'retyped'
    : 'renamed'
}

/** Compiles only where every field of `Ours` can hold whatever the vendor's may hold. */
type Reads<Ours, Theirs extends { [Field in keyof Ours]?: unknown } & Fits<Ours, Theirs>> = Theirs
type Fits<Ours, Theirs> = Compared<Ours, Theirs> extends Record<keyof Ours, true> ? unknown : never

/** Compiles only where the vendor takes `Ours`, and knows each of its fields. */
type Sends<Ours extends Theirs & { [Field in Exclude<keyof Ours, keyof Theirs>]: never }, Theirs> = Ours

export type Fitting = [
  Reads<z.input<typeof CompanyRecord>, Vendor['Company']>,
  Reads<z.input<typeof AgreementRecord>, Vendor['Agreement']>,
  Reads<NonNullable<z.input<typeof AgreementRecord>['company']>, Vendor['CompanyReference']>,
  Reads<z.input<typeof CatalogRecord>, Vendor['CatalogItem']>,
  Reads<z.input<typeof AdditionRecord>, Vendor['Addition']>,
  Reads<NonNullable<z.input<typeof AdditionRecord>['product']>, Vendor['IvItemReference']>,
  Reads<z.input<typeof SystemInfo>, Vendor['Info']>,
  Sends<NewAddition, Vendor['Addition']>,
  Sends<NewAddition['product'], Vendor['IvItemReference']>,
  Sends<Record<QuantityPatch['path'], QuantityPatch['value']>, Pick<Vendor['Addition'], 'quantity'>>,
]

export type NotFitting = [
  // @ts-expect-error a field the vendor does not have
  Reads<{ amount?: number | null }, Vendor['Addition']>,
  // @ts-expect-error a number where the vendor has text
  Reads<{ nextInvoiceDate?: number | null }, Vendor['Agreement']>,
  // @ts-expect-error a field that the vendor may leave null
  Reads<{ quantity: number }, Vendor['Addition']>,
  // @ts-expect-error a value the vendor does not know
  Sends<{ billCustomer: 'Always' }, Vendor['Addition']>,
  // @ts-expect-error a field the vendor would ignore
  Sends<NewAddition & { billableOption: 'Billable' }, Vendor['Addition']>,
]
