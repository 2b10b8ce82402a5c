import type * as z from 'zod'
import type { Agreement, Product } from '../port.ts'
import type { AutotaskClient, Condition, List } from './client.ts'
import { autotaskIds } from './ids.ts'
import { contractServiceBundles, contracts, services, toAgreement, toProduct } from './records.ts'

/** Values in one filter; Autotask refuses more than 500. */
export const mostValues = 450

/** Calls about one kind of record that are under way together; Autotask refuses the fourth. */
const atOnce = 2

/** @param day on which they are looked at, `YYYY-MM-DD` */
export async function agreements(client: AutotaskClient, ids: string[], day: string): Promise<Agreement[]> {
  const numbers = autotaskIds(ids)
  const [found, bundles] = await Promise.all([
    withIds(client, contracts, 'id', numbers),
    withIds(client, contractServiceBundles, 'contractID', numbers),
  ])
  const bundled = new Set(bundles.map(({ contractID }) => contractID))
  return found.map((record) => toAgreement(record, day, bundled.has(record.id)))
}

export async function products(client: AutotaskClient, ids: string[]): Promise<Product[]> {
  return (await withIds(client, services, 'id', autotaskIds(ids))).map(toProduct)
}

/** Every record whose `field` is one of `ids` and that fits `conditions` too; no call where there are no ids. */
export function withIds<Schema extends z.ZodObject>(
  client: AutotaskClient,
  list: List<Schema>,
  field: string,
  ids: number[],
  conditions: Condition[] = [],
): Promise<z.output<Schema>[]> {
  return inChunks(ids, mostValues, (value) => client.all(list, [{ op: 'in', field, value }, ...conditions]))
}

/** A failure ends it with the chunks that are under way. */
export async function inChunks<Item, Found>(
  items: Item[],
  size: number,
  read: (chunk: Item[]) => Promise<Found[]>,
): Promise<Found[]> {
  const found: Found[] = []
  for (let at = 0; at < items.length; at += size * atOnce) {
    const chunks = Array.from({ length: atOnce }, (_, n) => items.slice(at + n * size, at + (n + 1) * size))
    found.push(...(await Promise.all(chunks.filter(({ length }) => length > 0).map(read))).flat())
  }
  return found
}
