import { applications } from './applications.ts'
import { isSplit } from './catalogue.ts'
import type { ReportedItem, ReportedUse } from './reported-use.ts'
import { isCloud } from './stated-counts.ts'
import type { Category, DeviceCounts, TenantUsage, Unit, UsageItem, UsageQuantity } from './usage.ts'

/** What a report states of one company. */
export interface Reported {
  reportId: string
  /** Of one company; of an application at most one that counts. */
  uses: ReportedUse[]
  /** Things that are named behind the uses that count. */
  items: (ReportedItem & { application: string })[]
}

/**
 * One company's use as a report states it.
 *
 * @param split whether devices are to be told apart; where the report does not tell them apart, they stay together
 */
export function reportedUsage({ reportId, uses, items }: Reported, split: boolean): TenantUsage {
  const counted = new Map(uses.filter((use) => use.leftOut === null).map((use) => [use.application, use]))
  const usage: TenantUsage = { quantities: [], items: [], applications: [], reportId }
  for (const key of [...new Set(uses.map(({ application }) => application))].sort()) {
    const use = counted.get(key)
    const [first] = uses.filter(({ application }) => application === key)
    if (first === undefined) continue
    const named = items.filter(({ application }) => application === key)
    const quantities =
      use === undefined
        ? [{ application: key, category: 'all' as const, quantity: 0 }]
        : quantitiesOf(use, named, split)
    const isToldApart = quantities.some(({ category }) => category !== 'all')
    usage.applications.push({ key, name: first.applicationName, unit: ownUnit(use ?? first) })
    usage.quantities.push(...quantities)
    usage.items.push(
      ...(use === undefined ? [] : named.map((item) => namedItem(item, isToldApart))),
      ...uses.filter((one) => one.application === key && one.leftOut !== null).map(leftOutItem),
    )
  }
  return usage
}

/**
 * Users that Endpoint Security Cloud counts: one covers a computer and up to two mobile devices.
 *
 * @see docs/vendors/kaspersky.md, "Users of Endpoint Security Cloud"
 */
export function usersOf({ workstations, servers, other }: DeviceCounts): number {
  return Math.max(workstations + servers, Math.ceil(other / 2))
}

/** Whether what is stated as devices is billed as users. */
function isCountedByUsers({ application, unit, counts }: ReportedUse): boolean {
  return unit === 'device' && counts !== null && isCloud(application)
}

function usedUnit(use: ReportedUse): Unit {
  return isCountedByUsers(use) ? 'user' : use.unit
}

/** That of the catalogue; of an application that it does not list, the one that is stated. */
function ownUnit(use: ReportedUse): Unit {
  return applications.find(({ key }) => key === use.application)?.unit ?? usedUnit(use)
}

function quantitiesOf(use: ReportedUse, named: ReportedItem[], split: boolean): UsageQuantity[] {
  const { application, counts } = use
  const unit = usedUnit(use)
  const stated = { application, ...(unit === ownUnit(use) ? {} : { unit }) }
  if (counts !== null && isCountedByUsers(use)) {
    return [{ ...stated, category: 'all', quantity: usersOf(counts), basis: counts }]
  }
  const apart = split && unit === 'device' && isSplit(application) ? toldApart(use, named) : null
  if (apart === null) return [{ ...stated, category: 'all', quantity: use.quantity }]
  return [
    { ...stated, category: 'workstation', quantity: apart.workstations },
    { ...stated, category: 'server', quantity: apart.servers },
    { ...stated, category: 'other', quantity: apart.other },
  ]
}

/** Null where neither counts nor named devices tell all of them apart. */
function toldApart({ counts, quantity }: ReportedUse, named: ReportedItem[]): DeviceCounts | null {
  if (counts !== null) return counts
  if (quantity === 0) return { workstations: 0, servers: 0, other: 0 }
  const of = (category: ReportedItem['category']) => named.filter((item) => item.category === category).length
  const found = { workstations: of('workstation'), servers: of('server'), other: of('other') }
  return found.workstations + found.servers + found.other === quantity ? found : null
}

function namedItem(
  { id, name, application, category }: Reported['items'][number],
  isToldApart: boolean,
): UsageItem {
  const placed: Category = isToldApart ? (category ?? 'workstation') : 'all'
  return { id, name, application, category: placed, leftOut: null, warning: null }
}

/** Licences that do not count have no names of devices: the licence itself stands for them. */
function leftOutItem({ application, licenceName, leftOut, quantity }: ReportedUse, index: number): UsageItem {
  return {
    id: `${index + 1}`,
    name: `${licenceName}: ${quantity}`,
    application,
    category: 'all',
    leftOut,
    warning: null,
  }
}
