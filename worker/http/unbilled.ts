import { Hono } from 'hono'
import * as z from 'zod'
import { approvableReasons, structuralReasons } from '../domain/change.ts'
import { isPsa } from '../domain/configuration.ts'
import { productRules } from '../domain/product-rules.ts'
import { unbilledReasons } from '../storage/unbilled.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { PageBody, page, pageQuery } from './paging.ts'
import { validate } from './validate.ts'

const UnbilledBody = z.object({
  tenant: z.string(),
  application: z.string(),
  quantity: z.int().min(0),
  reason: z.enum([...unbilledReasons, ...structuralReasons, ...approvableReasons]),
})

const UnbilledQuery = z.strictObject(pageQuery(z.tuple([z.string(), z.string(), z.string(), z.string()])))

export const unbilled = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'Use that nobody pays for, by tenant and application',
    answer: PageBody(UnbilledBody),
    refusals: [422],
  }),
  validate('query', UnbilledQuery),
  async (c) => {
    const { configuration, unbilled } = c.var.deps
    const { cursor, limit } = c.req.valid('query')
    const psas = (await configuration.connections()).filter(({ kind }) => isPsa(kind))
    const rules = new Map(
      await Promise.all(
        psas.map(async ({ id }) => [id, productRules(await configuration.products(id))] as const),
      ),
    )
    const rows = await unbilled.list(rules, limit + 1, cursor ?? null)
    return c.json(
      page(
        rows,
        limit,
        ({ key }) => key,
        ({ use }) => use,
      ),
    )
  },
)
