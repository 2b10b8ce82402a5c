import type { Agreement, Line, Product } from '../../worker/domain/agreement.ts'
import { defaultGuardRails } from '../../worker/domain/guard-rails.ts'
import { type CompanyFacts, type OwnLine, planCompany } from '../../worker/domain/plan.ts'
import type { Category } from '../../worker/domain/usage.ts'
import {
  type ApplicationProducts,
  lineKey,
  type Part,
  type ProductRules,
  type TenantUse,
  type WantedLine,
  wantedLines,
} from '../../worker/domain/wanted.ts'

export const today = '2026-03-10'
export const company = '250'
export const otherCompany = '260'

interface Place {
  agreement?: string
  product?: string
}

/** Use of one application by one tenant, of devices that are not told apart unless a category is named. */
export function part(quantity: number, named: Partial<Omit<Part, 'quantity'>> = {}): Part {
  return { tenant: 'ksc/anna', application: 'kes', category: 'all', ...named, quantity }
}

/** A line that should bill `parts`, on agreement 31 with product 501 unless said otherwise. */
export function wants(
  parts: number | Part[],
  more: Place & {
    gone?: number
    manualQuantity?: WantedLine['manualQuantity']
    priceLevel?: string
  } = {},
): WantedLine {
  const all = typeof parts === 'number' ? (parts === 0 ? [] : [part(parts)]) : parts
  return {
    agreementId: more.agreement ?? '31',
    productId: more.product ?? '501',
    quantity: all.reduce((sum, one) => sum + one.quantity, 0),
    goneQuantity: more.gone ?? 0,
    manualQuantity: more.manualQuantity ?? 'ask',
    priceLevelId: more.priceLevel ?? null,
    parts: all,
  }
}

/** A line as the PSA shows it. */
export function line(
  id: string,
  quantity: number,
  more: Place & { startsOn?: string; endsOn?: string; priceLevel?: string; bookableOn?: string } = {},
): Line {
  return {
    id,
    agreementId: more.agreement ?? '31',
    productId: more.product ?? '501',
    quantity,
    startsOn: more.startsOn ?? '2026-01-01',
    endsOn: more.endsOn ?? null,
    priceLevelId: more.priceLevel ?? null,
    bookableOn: more.bookableOn ?? null,
  }
}

/** What we remember of a line of ours. */
export function ours(
  lineId: string,
  parts: number | Part[],
  more: Place & { written?: number; priceLevel?: string } = {},
): OwnLine {
  const all = typeof parts === 'number' ? [part(parts)] : parts
  return {
    agreementId: more.agreement ?? '31',
    productId: more.product ?? '501',
    lineId,
    written: more.written ?? all.reduce((sum, one) => sum + one.quantity, 0),
    priceLevelId: more.priceLevel ?? null,
    parts: all,
  }
}

export function agreement(id: string, more: Partial<Agreement> = {}): Agreement {
  return {
    id,
    companyId: company,
    name: `Agreement ${id}`,
    startsOn: '2025-01-01',
    endsOn: null,
    state: 'active',
    nextInvoiceOn: null,
    bundled: false,
    ...more,
  }
}

export interface Situation {
  wanted: WantedLine[]
  lines?: Line[]
  own?: OwnLine[]
  /** Those that are not plain: all that lines name are there and run. */
  agreements?: Agreement[]
  missingAgreements?: string[]
  inactiveProducts?: string[]
  missingProducts?: string[]
  /** Quantity that was dismissed for a line. */
  dismissed?: [WantedLine, number][]
  chosen?: [WantedLine, string][]
  changedToday?: string[]
  makesLines?: boolean
  obstacle?: CompanyFacts['obstacle']
  guardRails?: Partial<CompanyFacts['guardRails']>
  approval?: CompanyFacts['approval']
}

export function factsOf(situation: Situation): CompanyFacts {
  const { wanted, lines = [], own = [] } = situation
  const named = [...wanted, ...lines, ...own]
  const agreements = new Map<string, Agreement>()
  for (const { agreementId } of named) agreements.set(agreementId, agreement(agreementId))
  for (const one of situation.agreements ?? []) agreements.set(one.id, one)
  for (const id of situation.missingAgreements ?? []) agreements.delete(id)

  const products = new Map<string, Product>()
  for (const { productId: id } of named) {
    const active = !situation.inactiveProducts?.includes(id)
    if (!situation.missingProducts?.includes(id)) {
      products.set(id, { id, name: `Product ${id}`, active, priceMinor: null })
    }
  }
  return {
    day: today,
    companyId: company,
    wanted,
    agreements,
    products,
    lines: Map.groupBy(lines, (one) => one.agreementId),
    own,
    dismissed: new Map(situation.dismissed?.map(([key, quantity]) => [lineKey(key), quantity])),
    chosen: new Map(situation.chosen?.map(([key, lineId]) => [lineKey(key), lineId])),
    changedToday: new Set(situation.changedToday),
    makesLines: situation.makesLines ?? true,
    obstacle: situation.obstacle ?? null,
    guardRails: { ...defaultGuardRails, ...situation.guardRails },
    approval: situation.approval ?? 'automatic',
  }
}

export function planOf(situation: Situation) {
  return planCompany(factsOf(situation))
}

/** The plan in the few words that most stories are about. */
export function outcomeOf(situation: Situation) {
  const { changes, kept } = planOf(situation)
  return [
    ...changes.map(({ productId, kind, from, to, reason, replaces }) => ({
      product: productId,
      do: kind,
      from,
      to,
      reason,
      ...(replaces.length === 0
        ? {}
        : { first: replaces.map((old) => ({ line: old.lineId, from: old.from, to: old.to })) }),
    })),
    ...kept.map(({ productId, quantity, agrees }) => ({
      product: productId,
      do: 'keep',
      at: quantity,
      agrees,
    })),
  ]
}

export function productRules(
  products: Record<string, Partial<ApplicationProducts>>,
  billByCategory = false,
): ProductRules {
  const none = { all: null, workstation: null, server: null, other: null }
  return {
    billByCategory,
    isSplit: (application) => application !== 'mail-server',
    products: new Map(Object.entries(products).map(([key, some]) => [key, { ...none, ...some }])),
  }
}

/** One tenant on agreement 31 unless said otherwise. */
export function tenantUse(
  tenant: string,
  use: [application: string, quantity: number, category?: Category][],
  more: Partial<TenantUse> = {},
): TenantUse {
  return {
    tenant,
    gone: false,
    agreementId: '31',
    manualQuantity: 'ask',
    priceLevelId: null,
    use: use.map(([application, quantity, category = 'all']) => ({ application, category, quantity })),
    ...more,
  }
}

/** Wanted lines by agreement and product, as `31/501`. */
export function quantitiesOf(
  tenants: TenantUse[],
  rules: ProductRules,
  own: { agreementId: string; productId: string }[] = [],
): Record<string, number> {
  return Object.fromEntries(
    wantedLines(tenants, rules, own).map(({ agreementId, productId, quantity }) => [
      `${agreementId}/${productId}`,
      quantity,
    ]),
  )
}
