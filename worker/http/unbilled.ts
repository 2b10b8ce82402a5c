import { Hono } from 'hono'
import * as z from 'zod'
import { approvableReasons, structuralReasons } from '../domain/change.ts'
import { unbilledReasons } from '../storage/unbilled.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { expandQuery, Names, named } from './names.ts'
import { PageBody, page, pageQuery } from './paging.ts'
import { rulesByPsa } from './rules-by-psa.ts'
import { validate } from './validate.ts'

const UnbilledBody = z.object({
  tenant: z.string(),
  application: z.string(),
  quantity: z.int().min(0),
  reason: z.enum([...unbilledReasons, ...structuralReasons, ...approvableReasons]),
  names: Names.optional(),
})

const UnbilledQuery = z.strictObject({
  ...expandQuery,
  ...pageQuery(z.tuple([z.string(), z.string(), z.string(), z.string()])),
})

export const unbilled = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'Use that nobody pays for, by tenant and application',
    answer: PageBody(UnbilledBody),
    refusals: [422],
  }),
  validate('query', UnbilledQuery),
  async (c) => {
    const { deps } = c.var
    const { expand, cursor, limit } = c.req.valid('query')
    const rows = await deps.unbilled.list(await rulesByPsa(deps), limit + 1, cursor ?? null)
    const found = page(
      rows,
      limit,
      ({ key }) => key,
      ({ use }) => use,
    )
    return c.json(await named(deps, found, expand))
  },
)
