import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import type { AppEnv } from './context.ts'
import { csvFile, wantsCsv } from './csv.ts'
import { describe } from './describe.ts'
import { PageBody, page, pageQuery } from './paging.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const AuditBody = z.object({
  at: z.iso.datetime(),
  who: z.string(),
  subject: z.string(),
  before: z.unknown(),
  after: z.unknown(),
})

const AuditQuery = z.strictObject({
  /** Any part of who, what, before or after. */
  search: z.string().max(200).default(''),
  ...pageQuery(z.tuple([z.int()])),
})

const pieceSize = 500

export const audit = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'Who changed or decided what, newest first',
    description: 'As `text/csv`: all that is found.',
    answer: PageBody(AuditBody),
    alsoAs: ['text/csv'],
    refusals: [422],
  }),
  atLeast('administrator'),
  validate('query', AuditQuery),
  async (c) => {
    const { deps } = c.var
    const { search, cursor, limit } = c.req.valid('query')
    c.header('Vary', 'Accept')
    if (wantsCsv(c)) return csvFile(c, 'audit', auditAsCsv(deps, search))
    const rows = await deps.audit.list(search, limit + 1, cursor?.[0] ?? null)
    return c.json(
      page(
        rows,
        limit,
        ({ id }) => [id],
        ({ id: _, ...entry }) => entry,
      ),
    )
  },
)

async function* auditAsCsv(deps: Deps, search: string): AsyncGenerator<string[][]> {
  yield [['at', 'who', 'subject', 'before', 'after']]
  let before: number | null = null
  for (;;) {
    const entries = await deps.audit.list(search, pieceSize, before)
    yield entries.map((entry) => [
      entry.at,
      entry.who,
      entry.subject,
      textOf(entry.before),
      textOf(entry.after),
    ])
    const last = entries.at(-1)
    if (last === undefined || entries.length < pieceSize) return
    before = last.id
  }
}

/** Text as it is, nothing as nothing, the rest as JSON. */
function textOf(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
