import type { Category } from './usage.ts'
import { productFor, type ProductRules } from './wanted.ts'

/** Something that costs the MSP money, or bills a customer for nothing. */
export interface Leak {
  quantity: number
  /** For a month, in whole minor units; null where the price can't be told. */
  monthlyMinor: number | null
}

/** Most money first; what has no price behind all that has one, most licences first. */
export function byMoney(one: Leak, other: Leak): number {
  return (other.monthlyMinor ?? -1) - (one.monthlyMinor ?? -1) || other.quantity - one.quantity
}

/**
 * What use of an application would be billed with, and bring in a month. The product is null where there is none or one
 * for each category; the money where a part of the use has no product, or that has no price.
 *
 * @param priceMinorOf of one licence of a product
 */
export function worthOf(
  application: string,
  parts: { category: Category; quantity: number }[],
  rules: ProductRules,
  priceMinorOf: (productId: string) => number | null,
): { productId: string | null; monthlyMinor: number | null } {
  const priced = parts.map(({ category, quantity }) => {
    const productId = productFor(application, category, rules)
    const price = productId === null ? null : priceMinorOf(productId)
    return { productId, money: price === null ? null : price * quantity }
  })
  const products = new Set(priced.map(({ productId }) => productId))
  const [product = null] = products
  return {
    productId: products.size === 1 ? product : null,
    monthlyMinor: priced.reduce<number | null>(
      (sum, { money }) => (sum === null || money === null ? null : sum + money),
      0,
    ),
  }
}
