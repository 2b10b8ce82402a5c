import { Hono } from 'hono'
import * as z from 'zod'
import type { AppEnv } from './context.ts'
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

const AuditQuery = z.strictObject(pageQuery(z.tuple([z.int()])))

export const audit = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'Who changed or decided what, newest first',
    answer: PageBody(AuditBody),
    refusals: [422],
  }),
  atLeast('administrator'),
  validate('query', AuditQuery),
  async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const rows = await c.var.deps.audit.list(limit + 1, cursor?.[0] ?? null)
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
