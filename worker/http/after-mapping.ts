import type { Deps } from '../deps.ts'
import type { ProductMapping } from '../domain/configuration.ts'
import { localDay } from '../domain/day.ts'
import { productsInForce } from '../domain/product-rules.ts'

/**
 * For the transaction that saves a mapping: takes back proposals for lines that it no longer wants, and notes which
 * lines it leaves behind.
 *
 * @param products of every connection, as they are to be
 */
export async function afterMapping(deps: Deps, products: ProductMapping[], timeZone: string, now: Date) {
  const inForce = productsInForce(products, await deps.usage.unsplit())
  return [
    deps.leftBehind.supersedeUnwanted(inForce, now.toISOString()),
    deps.leftBehind.refresh(inForce, localDay(now, timeZone)),
  ]
}

/** The same where only the mapping of companies changes. */
export async function afterMappingOfCompanies(deps: Deps, now: Date) {
  const { configuration } = deps
  const { timeZone } = await configuration.settings()
  return afterMapping(deps, await configuration.allProducts(), timeZone, now)
}
