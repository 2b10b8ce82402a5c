import { Hono } from 'hono'
import * as z from 'zod'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { Refusal } from './errors.ts'
import { pageSetup } from './page-setup.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const steps = z.array(z.string())

const PageSetupBody = z.object({
  address: z.url(),
  steps,
  liveLinks: z.array(z.object({ name: z.string(), entity: z.string(), url: z.string(), steps })),
  widget: z.object({ html: z.string(), steps, note: z.string() }).nullable(),
})

/** Below a connection. */
export const ownPage = new Hono<AppEnv>().get(
  '/:id/page',
  describe({
    summary: 'What to enter in a PSA that frames no pages, so that it opens ours',
    answer: PageSetupBody,
    refusals: [404, 422],
  }),
  atLeast('administrator'),
  validate('query', z.strictObject({ language: z.enum(['en', 'de']).default('en') })),
  async (c) => {
    const id = c.req.param('id')
    const kind = (await c.var.deps.configuration.connection(id))?.kind
    if (kind !== 'autotask' && kind !== 'tigerpaw') {
      throw new Refusal(
        404,
        'connection_not_found',
        `There is no connection "${id}" that opens a page of ours.`,
      )
    }
    return c.json(pageSetup(kind, id, new URL(c.req.url).origin, c.req.valid('query').language))
  },
)
