import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import type { Agreement, CompanyProblem, Product } from '../port.ts'
import { recordId } from '../record-id.ts'
import type { TigerpawClient } from './client.ts'
import { isConfiguredProduct, type TigerpawConnection } from './connection.ts'
import {
  AccountExternalProductRecord,
  AgreementRecord,
  ChargeRecord,
  ItemDetailRecord,
  toAgreement,
  toProduct,
} from './records.ts'

/** Tigerpaw tells one record a call; so many calls are made side by side. */
const mostAtOnce = 4

export type ItemDetail = z.output<typeof ItemDetailRecord>

export async function agreements(client: TigerpawClient, ids: string[]): Promise<Agreement[]> {
  const found = await eachOf(ids, (id) => agreement(client, id))
  return found.filter((one) => one !== null)
}

export async function products(client: TigerpawClient, ids: string[]): Promise<Product[]> {
  const found = await eachOf(ids, (id) => itemDetail(client, id))
  return found.filter((one) => one !== null).map(toProduct)
}

/** Null where there is none. */
export async function agreement(client: TigerpawClient, id: string): Promise<Agreement | null> {
  const number = recordId(id)
  if (number === null) return null
  const record = await client.record(`/api/agreements/${number}`, AgreementRecord)
  return record === null ? null : toAgreement(record)
}

/**
 * Null where there is none that is spelled exactly so: charges name their item as the price book does, and one that is
 * found by another spelling would not be found among them.
 */
export async function itemDetail(client: TigerpawClient, itemId: string): Promise<ItemDetail | null> {
  if (itemId === '') return null
  const item = await client.record(
    `/api/pricebook/items/details?itemId=${encodeURIComponent(itemId)}`,
    ItemDetailRecord.nullable(),
    { refusedMeansAbsent: true },
  )
  return item?.ItemId === itemId ? item : null
}

/**
 * All charges of an agreement; none where it is gone. A 404 is believed only when the agreement itself is not found
 * either: charges that seem gone for another reason would be made a second time.
 */
export async function charges(client: TigerpawClient, agreementId: string): Promise<ChargeRecord[]> {
  const number = recordId(agreementId)
  if (number === null) return []
  const found = await client.record(`/api/agreements/${number}/additionalcharges`, z.array(ChargeRecord))
  if (found !== null) return found
  if ((await agreement(client, agreementId)) === null) return []
  throw new VendorError(client.vendor, {
    kind: 'unavailable',
    detail: `it has agreement ${number} but does not find its additional charges`,
    status: 404,
  })
}

/** An account that is gone counts as not linked. */
export async function companyProblem(
  client: TigerpawClient,
  connection: TigerpawConnection,
  companyId: string,
): Promise<CompanyProblem | null> {
  const number = recordId(companyId)
  const linked =
    number === null
      ? null
      : await client.record(
          `/api/accounts/${number}/service/externalproducts`,
          z.array(AccountExternalProductRecord),
        )
  const isLinked = linked?.some(({ ExternalProductId, ExternalProduct }) =>
    isConfiguredProduct(connection, { id: ExternalProductId, name: ExternalProduct }),
  )
  return isLinked ? null : 'external_product_not_linked'
}

export type MasterTable =
  | 'externalproducts'
  | 'pricelevels'
  | 'dispatchboards'
  | 'priorities'
  | 'serviceorders/statuses'
  | 'serviceOrders/types'
  | 'reps/true'

/** A list that every Tigerpaw has. */
export async function masterTable<Schema extends z.ZodType>(
  client: TigerpawClient,
  name: MasterTable,
  record: Schema,
): Promise<z.output<Schema>[]> {
  const rows = await client.record(`/api/mastertables/${name}`, z.array(record))
  if (rows !== null) return rows
  throw new VendorError(client.vendor, {
    kind: 'unavailable',
    detail: `it does not find its own master table "${name}"`,
    status: 404,
  })
}

/** `read` of each different id, in their order. */
export async function eachOf<Id, T>(ids: Id[], read: (id: Id) => Promise<T>): Promise<T[]> {
  const wanted = [...new Set(ids)]
  const results: T[] = []
  for (let first = 0; first < wanted.length; first += mostAtOnce) {
    results.push(...(await Promise.all(wanted.slice(first, first + mostAtOnce).map(read))))
  }
  return results
}
