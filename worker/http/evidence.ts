import { Hono } from 'hono'
import * as z from 'zod'
import { text } from '../domain/configuration-text.ts'
import { day as dayText, localDay } from '../domain/day.ts'
import type { AppEnv } from './context.ts'
import { csvFile, wantsCsv } from './csv.ts'
import { describe } from './describe.ts'
import { type Evidence, EvidenceBody, evidenceOf } from './evidence-of.ts'
import { validate } from './validate.ts'

const EvidenceQuery = z.strictObject({
  connection: text,
  agreement: text,
  product: text,
  day: dayText.optional(),
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
    const day = asked ?? today
    const { evidence: found } = await evidenceOf(deps, line, { day, isNow: day >= today })

    c.header('Vary', 'Accept')
    if (!wantsCsv(c)) return c.json(found)
    const name = ['evidence', connection, agreement, product, found.day].join('-')
    return csvFile(c, name, [rowsOf(found)])
  },
)

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
