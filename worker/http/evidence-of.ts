import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { productRules, usesBilledWith } from '../domain/product-rules.ts'
import type { Part } from '../domain/wanted.ts'
import type { Report } from '../sources/hub/report.ts'
import type { Billed, DayRead, TenantKey } from '../storage/evidence.ts'
import type { LineKey } from '../storage/left-behind.ts'
import { tenantName, tenantParts } from '../storage/tenant-name.ts'
import { Refusal } from './errors.ts'

const item = { id: z.string(), name: z.string(), application: z.string(), tenant: z.string() }
const category = z.enum(['all', 'workstation', 'server', 'other'])
const unit = z.enum(['device', 'user', 'mailbox', 'core'])

const origin = z.enum(['upload', 'feed'])

/** What counted. A report that names nothing behind a number stands for it, with that number and what is known of it. */
export const Counted = z.object({
  ...item,
  category,
  since: z.iso.date(),
  quantity: z.int().optional(),
  stated: z.object({ asOf: z.iso.date(), origin, unit }).optional(),
})

export const EvidenceBody = z.object({
  day: z.iso.date(),
  /** When the newest of the reads was complete; null where there is none. */
  readAt: z.string().nullable(),
  /** False where a tenant had no complete read that day, and the one before it answers. */
  complete: z.boolean(),
  quantity: z.int().min(0),
  /** What the line billed; null before it was billed. */
  billed: z.number().nullable(),
  counted: z.array(Counted),
  leftOut: z.array(z.object({ ...item, category, reason: z.string() })),
  /** What counted at the end of the day before, or later, and no longer does. */
  left: z.array(z.object({ ...item, category, since: z.iso.date(), until: z.iso.date() })),
  /** What the quantity counts; several where different things are added up. */
  units: z.array(unit),
  /** What reports and feeds state; empty where the vendor itself was asked. */
  sources: z.array(
    z.object({
      tenant: z.string(),
      application: z.string(),
      category,
      quantity: z.int().min(0),
      unit,
      report: z.object({
        id: z.string(),
        asOf: z.iso.date(),
        origin,
        fileName: z.string().nullable(),
      }),
      /** The devices that users were computed from; null where the number itself is stated. */
      basis: z.object({ workstations: z.int(), servers: z.int(), other: z.int() }).nullable(),
    }),
  ),
})
export type Evidence = z.output<typeof EvidenceBody>

interface Moment {
  day: string
  /** Counts as of now by the mapping that is in force, whatever is billed. */
  isNow: boolean
}

/** Evidence, and what it was found by. */
export interface Found {
  evidence: Evidence
  billed: Billed[]
  reads: DayRead[]
}

/**
 * What a line was made of: as of now, or at the end of a day. The day on which its number was written answers with the
 * reads that the number came from, even where more was read later that day.
 *
 * @param since another moment, from which on `left` is told
 * @throws Refusal 404 where nothing is known of such a line
 */
export async function evidenceOf(
  deps: Deps,
  line: LineKey,
  { day, isNow }: Moment,
  since: Found | null = null,
): Promise<Found> {
  const history = await deps.evidence.lineOn(line, day)
  const billed = await useBehind(deps, line, history?.parts ?? null, isNow)
  const before = since?.billed ?? toBilled(history?.partsBefore ?? [])

  const chosen =
    history?.day === day && !isNow
      ? await deps.evidence.readsBehind(line, day, history.billed)
      : new Map<string, number>()
  const reads = await deps.evidence.readsOn(distinctTenants([...billed, ...before]), day, chosen)
  const tenants = distinctTenants(billed.length > 0 ? billed : before)
  const reports = await deps.reports.byId(reads.flatMap(({ reportId }) => reportId ?? []))
  const found = await Promise.all(
    reads.map((read) => {
      const earlier = since?.reads.find((one) =>
        isOfTenant(one, { connection: read.connection, id: read.tenantId }),
      )
      const report = read.reportId === null ? undefined : reports.get(read.reportId)
      return evidenceOfTenant(deps, read, earlier?.id ?? read.baseline, billed, before, report)
    }),
  )
  const all = <Item>(of: (one: (typeof found)[number]) => Item[]) => found.flatMap(of)
  const evidence = {
    day,
    readAt:
      reads
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? null,
    complete:
      tenants.length > 0 &&
      tenants.every((tenant) => reads.some((read) => isOfTenant(read, tenant) && read.day === day)),
    quantity: found.reduce((sum, { quantity }) => sum + quantity, 0),
    billed: history?.billed ?? null,
    counted: all(({ counted }) => counted),
    leftOut: all(({ leftOut }) => leftOut),
    left: all(({ left }) => left),
    units: [...new Set(all(({ units }) => units))].sort(),
    sources: all(({ sources }) => sources),
  }
  return { evidence, billed, reads }
}

function isOfTenant(read: DayRead, tenant: TenantKey): boolean {
  return read.connection === tenant.connection && read.tenantId === tenant.id
}

async function evidenceOfTenant(
  deps: Deps,
  read: DayRead,
  baseline: number,
  billed: Billed[],
  before: Billed[],
  report: Report | undefined,
) {
  const tenant = tenantName(read.connection, read.tenantId)
  const quantity = await deps.evidence.quantityAt(read, billed)
  const items = await deps.evidence.itemsAt(read, billed)
  const left = await deps.evidence.leftSince(read, baseline, [...billed, ...before])
  const stated = report === undefined ? [] : await deps.evidence.statedAt(read, billed)
  const counted = items
    .filter(({ left_out }) => left_out === '')
    .map(({ left_out: _, ...one }) => ({ ...one, tenant }))
  return {
    quantity,
    counted: [
      ...counted,
      ...stated
        .filter((use) => use.quantity > 0 && isUnnamed(use, stated, counted))
        .flatMap((use) => (report === undefined ? [] : [standIn(report, use, tenant)])),
    ],
    // Of what is read itself, devices alone are billed.
    units: report === undefined ? ['device' as const] : stated.map((use) => use.unit),
    sources: stated.flatMap(({ since: _, ...use }) =>
      report === undefined ? [] : [{ tenant, ...use, report: reportNamed(report) }],
    ),
    leftOut: items
      .filter(({ left_out }) => left_out !== '')
      .map(({ left_out: reason, since: _, ...one }) => ({ ...one, tenant, reason })),
    left: left.map((one) => ({ ...one, tenant })),
  }
}

type Stated = Awaited<ReturnType<Deps['evidence']['statedAt']>>[number]

/** Whether the report names fewer things than it states of the application, and none of this category. */
function isUnnamed(use: Stated, stated: Stated[], counted: { application: string; category: string }[]) {
  const named = counted.filter(({ application }) => application === use.application)
  const sum = stated
    .filter(({ application }) => application === use.application)
    .reduce((total, { quantity }) => total + quantity, 0)
  return named.length < sum && !named.some(({ category }) => category === use.category)
}

/** The report itself, where it names nothing of what it states. */
function standIn(report: Report, { application, category, quantity, unit, since }: Stated, tenant: string) {
  const what = report.origin === 'feed' ? 'Feed' : 'Licence report'
  const name = `${what} of ${report.asOf}: ${quantity} ${quantity === 1 ? unit : plurals[unit]}`
  // The same for two reports that state the same, so that the next one alone is no change.
  const id = `stated ${category} ${quantity}`
  const { asOf, origin } = report
  return { id, name, application, category, since, tenant, quantity, stated: { asOf, origin, unit } }
}

const plurals = { device: 'devices', user: 'users', mailbox: 'mailboxes', core: 'cores' }

function reportNamed({ id, asOf, origin, fileName }: Report) {
  return { id, asOf, origin, fileName }
}

/**
 * The use that the line is made of: as of now what the mapping says, else what was billed; and whatever of the two is
 * known where the other is not.
 */
async function useBehind(deps: Deps, line: LineKey, parts: Part[] | null, isNow: boolean): Promise<Billed[]> {
  if (parts !== null && !isNow) return toBilled(parts)
  const mapped = await mappedUse(deps, line)
  if (mapped.length > 0) return mapped
  const known = parts ?? (await deps.evidence.lastParts(line))
  if (known !== null) return toBilled(known)
  throw new Refusal(
    404,
    'line_not_found',
    'Nothing is known of a line for this product on this agreement. Check all three ids.',
  )
}

async function mappedUse(deps: Deps, line: LineKey): Promise<Billed[]> {
  const uses = usesBilledWith(
    line.productId,
    productRules(await deps.configuration.products(line.connection), await deps.usage.unsplit()),
  )
  if (uses.length === 0) return []
  const tenants = await deps.evidence.billedTenants(line.connection, line.agreementId)
  const otherUnits = await deps.evidence.notPerDevice(uses.map(({ application }) => application))
  return tenants.flatMap(({ connection, id, kind }) =>
    uses
      .filter(({ application }) => kind !== 'ksc' || !otherUnits.has(application))
      .map((use) => ({ ...use, tenant: { connection, id } })),
  )
}

function toBilled(parts: Part[]): Billed[] {
  return parts.flatMap(({ tenant: name, application, category }) => {
    const tenant = tenantParts(name)
    return tenant === null ? [] : [{ tenant, application, category }]
  })
}

function distinctTenants(billed: Billed[]): TenantKey[] {
  return [...new Map(billed.map(({ tenant }) => [tenantName(tenant.connection, tenant.id), tenant])).values()]
}
