import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { applications as catalogue } from '../domain/applications.ts'
import { applicationOf, isSplit } from '../domain/catalogue.ts'
import type { ProductMapping } from '../domain/configuration.ts'
import { text } from '../domain/configuration-text.ts'
import { connectionKinds, referenceProblems } from '../domain/reference-rules.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { invalid } from './errors.ts'
import { noProducts, ProductEdits, Products } from './product-edits.ts'
import { saveProductMappings } from './save-product-mappings.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const unit = z.enum(['device', 'user', 'mailbox', 'core'])

const ApplicationBody = z.object({
  key: z.string(),
  name: z.string(),
  unit,
  /** What the licences in use count; several where old device licences and users are added up. */
  units: z.array(unit),
  /** Whether it can have a product for each category. */
  split: z.boolean(),
  /** Licences that tenants use now. */
  inUse: z.int().min(0),
  /** It is in use, and no product, or not every one, is chosen for it in the mode that is on. */
  unbilled: z.boolean(),
  products: Products,
  /** Of the products, by id; those that nobody named yet are absent. */
  names: z.record(z.string(), z.string()),
})

const ProductMappingsBody = z.object({
  connection: z.string(),
  billByCategory: z.boolean(),
  applications: z.array(ApplicationBody),
})

export const productMappings = new Hono<AppEnv>()
  .get(
    '/',
    describe({
      summary: 'Every application, and the products that bill it',
      answer: ProductMappingsBody,
      refusals: [422],
    }),
    validate('query', z.strictObject({ connection: text })),
    async (c) => {
      const { deps } = c.var
      const { connection } = c.req.valid('query')
      const kinds = connectionKinds(await deps.configuration.connections())
      const problems = referenceProblems(['connection'], connection, kinds, 'psa')
      if (problems.length > 0) throw invalid(problems)
      return c.json(await productMappingsOf(deps, connection))
    },
  )
  .put(
    '/',
    describe({
      summary: 'Saves which products bill which applications, all or nothing',
      description: 'A row that somebody else changed since `before` is refused with what is stored now.',
      answer: z.object({ changes: z.int().min(0) }),
      refusals: [400, 409, 422],
    }),
    atLeast('technician'),
    validate('json', ProductEdits),
    async (c) => {
      const { deps, principal } = c.var
      return c.json({ changes: await saveProductMappings(deps, principal.who, c.req.valid('json')) })
    },
  )

async function productMappingsOf(
  deps: Deps,
  connection: string,
): Promise<z.output<typeof ProductMappingsBody>> {
  const mapping = await deps.configuration.products(connection)
  const found = await deps.mappings.inUse()
  const known = new Map(
    [...mapping.map.map(({ application }) => unnamed(application)), ...found, ...catalogue].map((one) => [
      one.key,
      { key: one.key, name: one.name, unit: one.unit },
    ]),
  )
  const inUse = new Map(found.map((one) => [one.key, one]))
  const ids = mapping.map.flatMap((row) => [row.all, row.workstation, row.server, row.other])
  const names = await deps.names.products(
    connection,
    ids.filter((id) => id !== null),
  )

  const applications = [...known.values()].map(({ key, name, unit }) => {
    const { application: _, ...products } = mapping.map.find((row) => row.application === key) ?? {
      application: key,
      ...noProducts,
    }
    const { quantity: used, units } = inUse.get(key) ?? { quantity: 0, units: [] }
    const split = isSplit(key) && unit === 'device'
    return {
      key,
      name,
      unit,
      units,
      split,
      inUse: used,
      unbilled: used > 0 && !isWhole(mapping, split, products),
      products,
      names: Object.fromEntries(
        Object.values(products).flatMap((id) => {
          const named = id === null ? undefined : names.get(id)
          return id === null || named === undefined ? [] : [[id, named]]
        }),
      ),
    }
  })
  return {
    connection,
    billByCategory: mapping.billByCategory,
    applications: applications.sort((a, b) => b.inUse - a.inUse || a.name.localeCompare(b.name)),
  }
}

/** An application that is mapped and was never found. */
function unnamed(key: string) {
  return { key, name: key, unit: applicationOf(key).unit }
}

function isWhole(
  { billByCategory }: ProductMapping,
  split: boolean,
  products: z.output<typeof Products>,
): boolean {
  if (!billByCategory || !split) return products.all !== null
  return products.workstation !== null && products.server !== null && products.other !== null
}
