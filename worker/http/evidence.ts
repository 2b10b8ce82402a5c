import { accepts } from 'hono/accepts'
import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { text } from '../domain/configuration-text.ts'
import { day, localDay } from '../domain/day.ts'
import { productRules, usesBilledWith } from '../domain/product-rules.ts'
import type { Part } from '../domain/wanted.ts'
import type { Billed, DayRead, TenantKey } from '../storage/evidence.ts'
import type { LineKey } from '../storage/left-behind.ts'
import { tenantName, tenantParts } from '../storage/tenant-name.ts'
import type { AppEnv } from './context.ts'
import { csv } from './csv.ts'
import { describe } from './describe.ts'
import { Refusal } from './errors.ts'
import { validate } from './validate.ts'

const item = { id: z.string(), name: z.string(), application: z.string(), tenant: z.string() }
const category = z.enum(['all', 'workstation', 'server', 'other'])

const EvidenceBody = z.object({
  day: z.iso.date(),
  /** When the newest of the reads was complete; null where there is none. */
  readAt: z.string().nullable(),
  /** False where a tenant had no complete read that day, and the one before it answers. */
  complete: z.boolean(),
  quantity: z.int().min(0),
  /** What the line billed; null before it was billed. */
  billed: z.number().nullable(),
  counted: z.array(z.object({ ...item, category, since: z.iso.date() })),
  leftOut: z.array(z.object({ ...item, category, reason: z.string() })),
  /** What counted at the end of the day before, or later, and no longer does. */
  left: z.array(z.object({ ...item, category, since: z.iso.date(), until: z.iso.date() })),
})
type Evidence = z.output<typeof EvidenceBody>

const EvidenceQuery = z.strictObject({
  connection: text,
  agreement: text,
  product: text,
  day: day.optional(),
})

export const evidence = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'What a line was made of on a day',
    description: 'Without a day: today. As `text/csv` it lists what counts and what is left out.',
    answer: EvidenceBody,
    alsoAs: ['text/csv'],
    refusals: [404, 422],
  }),
  validate('query', EvidenceQuery),
  async (c) => {
    const { deps } = c.var
    const { connection, agreement, product, day: asked } = c.req.valid('query')
    const today = localDay(deps.now(), (await deps.configuration.settings()).timeZone)
    const line = { connection, agreementId: agreement, productId: product }
    const found = await evidenceOf(deps, line, asked ?? today, today)

    c.header('Vary', 'Accept')
    const type = accepts(c, {
      header: 'Accept',
      supports: ['application/json', 'text/csv'],
      default: 'application/json',
    })
    if (type === 'application/json') return c.json(found)
    const name = ['evidence', connection, agreement, product, found.day].join('-').replace(/[^\w-]+/g, '_')
    return c.body(csv(rowsOf(found)), 200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}.csv"`,
    })
  },
)

async function evidenceOf(deps: Deps, line: LineKey, day: string, today: string): Promise<Evidence> {
  const history = await deps.evidence.lineOn(line, day)
  const billed = await useBehind(deps, line, history?.parts ?? null, day >= today)
  const before = toBilled(history?.partsBefore ?? [])

  const reads = await deps.evidence.readsOn(distinctTenants([...billed, ...before]), day)
  const tenants = distinctTenants(billed.length > 0 ? billed : before)
  const found = await Promise.all(reads.map((read) => evidenceOfTenant(deps, read, billed, before)))
  const all = <Item>(of: (one: (typeof found)[number]) => Item[]) => found.flatMap(of)
  return {
    day,
    readAt:
      reads
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? null,
    complete: tenants.length > 0 && tenants.every((tenant) => reads.some((read) => isOn(read, tenant, day))),
    quantity: found.reduce((sum, { quantity }) => sum + quantity, 0),
    billed: history?.billed ?? null,
    counted: all(({ counted }) => counted),
    leftOut: all(({ leftOut }) => leftOut),
    left: all(({ left }) => left),
  }
}

function isOn(read: DayRead, tenant: TenantKey, day: string): boolean {
  return read.connection === tenant.connection && read.tenantId === tenant.id && read.day === day
}

async function evidenceOfTenant(deps: Deps, read: DayRead, billed: Billed[], before: Billed[]) {
  const tenant = tenantName(read.connection, read.tenantId)
  const quantity = await deps.evidence.quantityAt(read, billed)
  const items = await deps.evidence.itemsAt(read, billed)
  const left = await deps.evidence.leftSince(read, [...billed, ...before])
  return {
    quantity,
    counted: items
      .filter(({ left_out }) => left_out === '')
      .map(({ left_out: _, ...counted }) => ({ ...counted, tenant })),
    leftOut: items
      .filter(({ left_out }) => left_out !== '')
      .map(({ left_out: reason, since: _, ...one }) => ({ ...one, tenant, reason })),
    left: left.map((one) => ({ ...one, tenant })),
  }
}

/**
 * The use that the line is made of: on a day that is over, what it was billed for; today, what the mapping says; and
 * whatever of the two is known where the other is not.
 */
async function useBehind(
  deps: Deps,
  line: LineKey,
  parts: Part[] | null,
  isToday: boolean,
): Promise<Billed[]> {
  if (parts !== null && !isToday) return toBilled(parts)
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
    productRules(await deps.configuration.products(line.connection)),
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

function rowsOf({ counted, leftOut }: Evidence): string[][] {
  const start = (one: Evidence['counted'][number] | Evidence['leftOut'][number]) => [
    one.id,
    one.name,
    one.tenant,
    one.application,
    one.category,
  ]
  return [
    ['device', 'name', 'tenant', 'application', 'category', 'counted', 'reason'],
    ...counted.map((one) => [...start(one), 'true', '']),
    ...leftOut.map((one) => [...start(one), 'false', one.reason]),
  ]
}
