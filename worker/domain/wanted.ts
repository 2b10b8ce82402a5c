import type { Category } from './usage.ts'

/** One share of what a line bills: the use of one application (and category) by one tenant. */
export interface Part {
  /** `connection/id`. */
  tenant: string
  application: string
  category: Category
  quantity: number
}

/** What one line should bill. */
export interface WantedLine {
  agreementId: string
  productId: string
  /** The sum of all parts. */
  quantity: number
  /** The share of `quantity` that comes from tenants that are gone on the Kaspersky side. */
  goneQuantity: number
  manualQuantity: ManualQuantity
  /** What new lines are priced by; null where none is chosen. */
  priceLevelId: string | null
  parts: Part[]
}

/** What happens when a person changed a quantity in the PSA. */
export type ManualQuantity = 'ask' | 'overwrite' | 'keep'

export interface TenantUse {
  tenant: string
  /** Disabled or missing on the Kaspersky side: its last quantity stays in the sum. */
  gone: boolean
  agreementId: string
  manualQuantity: ManualQuantity
  priceLevelId: string | null
  /** What its source can tell for sure, and so is billed. */
  use: { application: string; category: Category; quantity: number }[]
}

/** The product of an application, by category. Null where it is not mapped. */
export interface ApplicationProducts {
  all: string | null
  workstation: string | null
  server: string | null
  other: string | null
}

export interface ProductRules {
  billByCategory: boolean
  products: Map<string, ApplicationProducts>
  /** Whether an application is ever billed by category. */
  isSplit: (application: string) => boolean
}

/**
 * The product that one application's use is billed with, or null where it is not mapped. Use that is not told apart
 * (`all`) of an application that is billed by category has no product: it has to be read again first.
 */
export function productFor(application: string, category: Category, rules: ProductRules): string | null {
  const products = rules.products.get(application)
  if (products === undefined) return null
  return rules.billByCategory && rules.isSplit(application)
    ? category === 'all'
      ? null
      : products[category]
    : products.all
}

/** Whether the use was read without telling devices apart although the rules need it: it can't be planned with. */
export function isReadTooCoarsely(
  use: { application: string; category: Category },
  rules: ProductRules,
): boolean {
  return (
    rules.billByCategory &&
    use.category === 'all' &&
    rules.products.has(use.application) &&
    rules.isSplit(use.application)
  )
}

/** Every product that the rules bill anything with. */
export function productsInUse(rules: ProductRules): Set<string> {
  const ids = [...rules.products].flatMap(([application, products]) =>
    rules.billByCategory && rules.isSplit(application)
      ? [products.workstation, products.server, products.other]
      : [products.all],
  )
  return new Set(ids.filter((id) => id !== null))
}

/**
 * The lines one company should have: what its tenants use, summed by agreement and product.
 *
 * @param ownLines lines of ours on the company's agreements; those whose product is still mapped are wanted at 0 when
 *   nothing is used
 */
export function wantedLines(
  tenants: TenantUse[],
  rules: ProductRules,
  ownLines: { agreementId: string; productId: string }[],
): WantedLine[] {
  const wanted = new Map<string, WantedLine>()
  const lineOf = (
    productId: string,
    { agreementId, manualQuantity, priceLevelId }: Omit<TenantUse, 'tenant' | 'gone' | 'use'>,
  ) => {
    const key = lineKey({ agreementId, productId })
    const line = wanted.get(key) ?? {
      agreementId,
      productId,
      quantity: 0,
      goneQuantity: 0,
      manualQuantity,
      priceLevelId,
      parts: [],
    }
    wanted.set(key, line)
    return line
  }

  for (const billed of tenants) {
    const { tenant, gone, use } = billed
    for (const { application, category, quantity } of use) {
      const productId = productFor(application, category, rules)
      if (productId === null) continue
      const line = lineOf(productId, billed)
      line.quantity += quantity
      if (gone) line.goneQuantity += quantity
      line.parts.push({ tenant, application, category, quantity })
    }
  }

  const mapped = productsInUse(rules)
  for (const { agreementId, productId } of ownLines) {
    const tenant = tenants.find((candidate) => candidate.agreementId === agreementId)
    if (tenant && mapped.has(productId)) lineOf(productId, tenant)
  }
  return [...wanted.values()]
}

/** Names a line by what it bills, however often the PSA's own record is made anew. */
export function lineKey(line: { agreementId: string; productId: string }): string {
  return JSON.stringify([line.agreementId, line.productId])
}

/** Whether two parts speak of the same use; `all` covers each category. */
export function sameUse(a: Omit<Part, 'quantity'>, b: Omit<Part, 'quantity'>): boolean {
  return (
    a.tenant === b.tenant &&
    a.application === b.application &&
    (a.category === b.category || a.category === 'all' || b.category === 'all')
  )
}

/** Whether the line is made of just these parts. */
export function hasParts(line: { parts: Part[] }, parts: Part[]): boolean {
  return (
    line.parts.length === parts.length &&
    parts.every((part) => line.parts.some((old) => sameUse(part, old) && old.quantity === part.quantity))
  )
}
