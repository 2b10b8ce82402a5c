import type { Agreement, Line, Product } from '../../worker/domain/agreement.ts'
import { isStructural } from '../../worker/domain/change.ts'
import { defaultGuardRails } from '../../worker/domain/guard-rails.ts'
import {
  type ChangeDraft,
  type CompanyFacts,
  type CompanyPlan,
  type OwnLine,
  planCompany,
} from '../../worker/domain/plan.ts'
import {
  lineKey,
  type Part,
  type ProductRules,
  type TenantUse,
  wantedLines,
} from '../../worker/domain/wanted.ts'
import { agreement, company, today } from './planning.ts'

/** A PSA in memory, and what tallypod remembers of one company there. */
export interface World {
  tenants: TenantUse[]
  rules: ProductRules
  agreements: Map<string, Agreement>
  products: Map<string, Product>
  lines: Line[]
  own: OwnLine[]
  dismissed: Map<string, number>
  approval: CompanyFacts['approval']
  /** Sees the world after each single write. */
  afterWrite: (world: World) => void
}

export function emptyWorld(agreementIds: string[], productIds: string[]): World {
  return {
    tenants: [],
    rules: { billByCategory: false, isSplit: () => true, products: new Map() },
    agreements: new Map(agreementIds.map((id) => [id, agreement(id)])),
    products: new Map(productIds.map((id) => [id, { id, name: id, active: true, priceMinor: null }])),
    lines: [],
    own: [],
    dismissed: new Map(),
    approval: 'automatic',
    afterWrite: () => {},
  }
}

export function factsFrom(world: World, chosen = new Map<string, string>()): CompanyFacts {
  return {
    day: today,
    companyId: company,
    wanted: wantedLines(world.tenants, world.rules, world.own),
    agreements: world.agreements,
    products: world.products,
    lines: Map.groupBy(world.lines, (line) => line.agreementId),
    own: world.own,
    dismissed: world.dismissed,
    chosen,
    changedToday: new Set(),
    makesLines: true,
    obstacle: null,
    guardRails: defaultGuardRails,
    approval: world.approval,
  }
}

export function planFor(world: World): CompanyPlan {
  return planCompany(factsFrom(world))
}

/** What a run does: notes what agrees and writes what is not held, in the order that `pick` gives. */
export function run(world: World, pick: (most: number) => number): void {
  const plan = planFor(world)
  for (const kept of plan.kept) if (kept.agrees) remember(world, kept, kept.quantity)
  const waiting = plan.changes.filter((change) => change.reason === null)
  while (waiting.length > 0) {
    for (const change of waiting.splice(pick(waiting.length - 1), 1)) write(world, change)
  }
}

/**
 * What a person does who approves all that can be approved, one after the other in the order that `pick` gives; each is
 * planned afresh before it is written. Runs happen in between.
 *
 * @returns how many approvals that took
 */
export function approveAll(world: World, pick: (most: number) => number): number {
  for (let approvals = 0; approvals < 100; approvals++) {
    run(world, pick)
    const held = planFor(world).changes.filter(({ reason }) => reason !== null && !isStructural(reason))
    if (held.length === 0) return approvals
    approve(world, held[pick(held.length - 1)] ?? held[0], pick)
  }
  throw new Error('Approving never comes to an end.')
}

function approve(world: World, change: ChangeDraft | undefined, pick: (most: number) => number): void {
  if (change === undefined) return
  if (change.reason !== 'duplicate_lines') {
    write(world, change)
    return
  }

  const several = world.lines.filter((line) => lineKey(line) === lineKey(change))
  const chosen = several[pick(several.length - 1)]
  const afresh = planCompany(factsFrom(world, new Map([[lineKey(change), chosen?.id ?? '']])))
  for (const kept of afresh.kept) if (kept.agrees) remember(world, kept, kept.quantity)
  const fresh = afresh.changes.find((draft) => lineKey(draft) === lineKey(change))
  if (fresh) write(world, fresh)
}

function write(world: World, change: ChangeDraft): void {
  for (const old of change.replaces) {
    setQuantity(world, old.lineId, old.to)
    remember(world, old, old.to)
    world.afterWrite(world)
  }
  const lineId = change.lineId ?? `${world.lines.length + 1}`
  if (change.lineId === null) {
    const { agreementId, productId, to: quantity } = change
    const days = { startsOn: today, endsOn: null, bookableOn: null }
    world.lines.push({ id: lineId, agreementId, productId, quantity, priceLevelId: null, ...days })
  } else setQuantity(world, lineId, change.to)
  remember(world, { ...change, lineId }, change.to)
  if (change.reason === 'tenant_gone') takeOutGone(world, change.parts)
  world.afterWrite(world)
}

function setQuantity(world: World, lineId: string, quantity: number): void {
  world.lines = world.lines.map((line) => (line.id === lineId ? { ...line, quantity } : line))
}

function remember(
  world: World,
  line: { agreementId: string; productId: string; lineId: string; parts: Part[] },
  written: number,
): void {
  const { agreementId, productId, lineId, parts } = line
  world.own = [
    ...world.own.filter((own) => lineKey(own) !== lineKey(line)),
    { agreementId, productId, lineId, written, priceLevelId: null, parts },
  ]
}

function takeOutGone(world: World, parts: Part[]): void {
  world.tenants = world.tenants.filter(
    (tenant) => !tenant.gone || !parts.some((part) => part.tenant === tenant.tenant),
  )
}
