import { isSplit } from './catalogue.ts'
import type { ProductMapping } from './configuration.ts'
import type { Category } from './usage.ts'
import { type ProductRules, productsInUse } from './wanted.ts'

/**
 * How one PSA connection's applications are billed, in the mode that is on.
 *
 * @param unsplit applications that were found licensed by something else than devices, whatever the catalogue knows
 */
export function productRules(
  { billByCategory, map }: ProductMapping,
  unsplit: ReadonlySet<string>,
): ProductRules {
  return {
    billByCategory,
    isSplit: (application) => isSplit(application) && !unsplit.has(application),
    products: new Map(map.map((row) => [row.application, row])),
  }
}

/** One kind of use. */
export interface BilledUse {
  application: string
  category: Category
}

/** Every kind of use that the rules bill with the product; empty where it is not in use. */
export function usesBilledWith(productId: string, rules: ProductRules): BilledUse[] {
  return [...rules.products].flatMap(([application, products]) => {
    const categories: Category[] =
      rules.billByCategory && rules.isSplit(application) ? ['workstation', 'server', 'other'] : ['all']
    return categories
      .filter((category) => products[category] === productId)
      .map((category) => ({ application, category }))
  })
}

/** Every product that bills anything, of all connections. */
export function productsInForce(
  mappings: ProductMapping[],
  unsplit: ReadonlySet<string>,
): { connection: string; productId: string }[] {
  return mappings.flatMap((mapping) =>
    [...productsInUse(productRules(mapping, unsplit))].map((productId) => ({
      connection: mapping.connection,
      productId,
    })),
  )
}
