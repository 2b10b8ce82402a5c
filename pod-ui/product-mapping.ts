import type { InferResponseType } from 'hono/client'
import { api, answerOf } from './api.ts'
import { createDrafts, type Drafts } from './drafts.ts'
import { words } from './words/words.ts'

export type Body = InferResponseType<(typeof api)['product-mappings']['$get'], 200>
export type Application = Body['applications'][number]
type Products = Application['products']
export type Category = keyof Products

/** Of applications by their key, and of the switch by `billByCategory`. */
type ProductDrafts = Drafts<Products | boolean>
export const modeKey = 'billByCategory'
export const categories = ['workstation', 'server', 'other'] as const

/** By connection: two PSAs bill the same applications. */
const everyDrafts = new Map<string, ProductDrafts>()

export function draftsOf(connection: string): ProductDrafts {
  const drafts = everyDrafts.get(connection) ?? createDrafts<Products | boolean>()
  everyDrafts.set(connection, drafts)
  return drafts
}

/** What products are called that were chosen here and that the Worker did not name yet; by connection and id. */
const chosenNames = new Map<string, string>()

export function rememberProduct(connection: string, { id, name }: { id: string; name: string }): void {
  chosenNames.set(`${connection}/${id}`, name)
}

/** @param names of what is stored, by id */
export function productName(connection: string, names: Record<string, string>, id: string): string {
  return names[id] ?? chosenNames.get(`${connection}/${id}`) ?? `#${id}`
}

/** The products of an application as changed here, or as stored. */
export function productsNow(connection: string, { key, products: stored }: Application): Products {
  const now = draftsOf(connection).of(key, stored)
  return typeof now === 'boolean' ? stored : now
}

/** Saves everything that is changed for one PSA; settles with how many changes that were. */
export async function saveProductDrafts(connection: string): Promise<number> {
  const drafts = draftsOf(connection)
  const all = [...drafts.all.value]
  const mode = drafts.all.value.get(modeKey)
  const rows = all.flatMap(([application, { before, after }]) =>
    typeof before === 'boolean' || typeof after === 'boolean' ? [] : [{ application, before, after }],
  )
  const billByCategory =
    mode === undefined ? {} : { billByCategory: { before: mode.before === true, after: mode.after === true } }
  return (await answerOf(api['product-mappings'].$put({ json: { connection, rows, ...billByCategory } })))
    .changes
}

/** A value in words, for the two sides of a conflict. */
export function productsText(value: Products | boolean, { connection, applications }: Body): string {
  if (typeof value === 'boolean') return value ? words.products.on : words.products.off
  const names = Object.fromEntries(applications.flatMap((one) => Object.entries(one.names)))
  const text = (['all', ...categories] as const).flatMap((category) => {
    const id = value[category]
    return id === null ? [] : [`${words.categories[category]}: ${productName(connection, names, id)}`]
  })
  return text.length === 0 ? words.products.notMapped : text.join(' · ')
}
