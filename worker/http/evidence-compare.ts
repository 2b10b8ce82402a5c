import { Hono } from 'hono'
import * as z from 'zod'
import { text } from '../domain/configuration-text.ts'
import { day, localDay } from '../domain/day.ts'
import { evidenceDifference } from '../domain/evidence-difference.ts'
import type { AppEnv } from './context.ts'
import { csvFile, wantsCsv } from './csv.ts'
import { describe } from './describe.ts'
import { Counted, type Evidence, EvidenceBody, evidenceOf } from './evidence-of.ts'
import { validate } from './validate.ts'

const category = z.enum(['all', 'workstation', 'server', 'other'])
const item = { id: z.string(), name: z.string(), application: z.string(), tenant: z.string() }
const side = EvidenceBody.pick({ day: true, quantity: true, billed: true, units: true })

const ComparisonBody = z.object({
  from: side,
  to: side,
  added: z.array(Counted),
  /** `until` is the day of the first count without it; null where it only moved to another line. */
  removed: z.array(Counted.extend({ until: z.iso.date().nullable() })),
  /** `since` is the day on which it was first counted as the other category. */
  moved: z.array(z.object({ ...item, from: category, to: category, since: z.iso.date() })),
})
type Comparison = z.output<typeof ComparisonBody>

const CompareQuery = z.strictObject({
  connection: text,
  agreement: text,
  product: text,
  from: day,
  /** Absent: today. */
  to: day.optional(),
})

export const evidenceCompare = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'What changed in what a line is made of from one day to another',
    description:
      'From what the line billed on the first day to what is counted at the end of the second, or now where that is today.',
    answer: ComparisonBody,
    alsoAs: ['text/csv'],
    refusals: [404, 422],
  }),
  validate('query', CompareQuery),
  async (c) => {
    const { deps } = c.var
    const { connection, agreement, product, from, to } = c.req.valid('query')
    const today = localDay(deps.now(), (await deps.configuration.settings()).timeZone)
    const line = { connection, agreementId: agreement, productId: product }
    const until = to ?? today
    const start = await evidenceOf(deps, line, { day: from, isNow: false })
    const end = await evidenceOf(deps, line, { day: until, isNow: until >= today }, start)
    const comparison = comparisonOf(start.evidence, end.evidence)
    c.header('Vary', 'Accept')
    if (!wantsCsv(c)) return c.json(comparison)
    return csvFile(c, ['compare', connection, agreement, product, from, until].join('-'), [
      rowsOf(comparison),
    ])
  },
)

function comparisonOf(before: Evidence, after: Evidence): Comparison {
  const { added, removed, moved } = evidenceDifference(before.counted, after.counted)
  const key = (one: { tenant: string; application: string; id: string }) =>
    JSON.stringify([one.tenant, one.application, one.id])
  const leftOn = new Map(after.left.map((one) => [key(one), one.until]))
  return {
    from: sideOf(before),
    to: sideOf(after),
    added,
    removed: removed.map((one) => ({ ...one, until: leftOn.get(key(one)) ?? null })),
    moved: moved.map(({ from: was, to: { category: now, ...is } }) => ({
      ...is,
      from: was.category,
      to: now,
    })),
  }
}

function sideOf({ day, quantity, billed, units }: Evidence) {
  return { day, quantity, billed, units }
}

function rowsOf({ added, removed, moved }: Comparison): string[][] {
  return [
    ['change', 'device', 'name', 'tenant', 'application', 'category', 'day'],
    ...added.map((one) => ['added', one.id, one.name, one.tenant, one.application, one.category, one.since]),
    ...removed.map((one) => [
      'removed',
      one.id,
      one.name,
      one.tenant,
      one.application,
      one.category,
      one.until ?? '',
    ]),
    ...moved.map((one) => [
      'moved',
      one.id,
      one.name,
      one.tenant,
      one.application,
      `${one.from} to ${one.to}`,
      one.since,
    ]),
  ]
}
