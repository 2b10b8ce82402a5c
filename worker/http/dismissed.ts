import { Hono } from 'hono'
import * as z from 'zod'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { Refusal } from './errors.ts'
import { Names, usesOf, withNames } from './names.ts'
import { PageBody, page, pageQuery } from './paging.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const DismissedBody = z.object({
  /** Of the change that was dismissed. */
  id: z.string(),
  connection: z.string(),
  companyId: z.string(),
  agreementId: z.string(),
  productId: z.string(),
  from: z.number(),
  to: z.number(),
  reason: z.string().nullable(),
  applications: z.array(z.string()),
  tenants: z.array(z.string()),
  by: z.string().nullable(),
  at: z.string(),
  names: Names,
})

export const dismissed = new Hono<AppEnv>()
  .get(
    '/',
    describe({
      summary: 'Changes that are not proposed any more, newest first',
      answer: PageBody(DismissedBody),
      refusals: [422],
    }),
    validate('query', z.strictObject(pageQuery(z.tuple([z.string(), z.string()])))),
    async (c) => {
      const { deps } = c.var
      const { cursor, limit } = c.req.valid('query')
      const after = cursor === undefined ? null : { at: cursor[0], id: cursor[1] }
      const rows = await deps.overview.dismissed(limit + 1, after)
      const found = page(
        rows,
        limit,
        ({ at, id }) => [at, id],
        ({ parts, ...row }) => ({ ...row, ...usesOf(parts) }),
      )
      return c.json({ ...found, items: await withNames(deps, found.items) })
    },
  )
  .post(
    '/:id/propose',
    describe({
      summary: 'Lets the next run propose it again',
      answer: z.object({ ok: z.literal(true) }),
      refusals: [404],
    }),
    atLeast('technician'),
    async (c) => {
      const { deps, principal } = c.var
      const at = deps.now().toISOString()
      if (!(await deps.overview.forgetDismissed(c.req.param('id'), principal.who, at))) {
        throw new Refusal(
          404,
          'not_dismissed',
          'This change is not dismissed, or was proposed again meanwhile. Load the list anew.',
        )
      }
      return c.json({ ok: true as const })
    },
  )
