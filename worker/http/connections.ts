import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import type { Connection } from '../domain/configuration.ts'
import type { ConnectionCheck } from '../vendor/check.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { Refusal } from './errors.ts'
import { atLeast } from './session.ts'

const CheckBody = z.object({
  ok: z.boolean(),
  problems: z.array(z.object({ code: z.string(), message: z.string() })),
  version: z.string().optional(),
})

export const connections = new Hono<AppEnv>().post(
  '/:id/check',
  describe({
    summary: 'Tries each thing that a run needs of a connection',
    answer: CheckBody,
    refusals: [404],
  }),
  atLeast('administrator'),
  async (c) => {
    const id = c.req.param('id')
    const connection = await c.var.deps.configuration.connection(id)
    if (connection === null) {
      throw new Refusal(404, 'connection_not_found', `There is no connection "${id}". Save it first.`)
    }
    return c.json(await check(c.var.deps, connection))
  },
)

async function check(deps: Deps, connection: Connection): Promise<ConnectionCheck> {
  switch (connection.kind) {
    case 'ksc':
      return (await deps.source(connection.id)).adapter.check()
    case 'connectwise':
      return (await deps.psa(connection.id)).adapter.check()
    case 'hub':
    case 'autotask':
    case 'tigerpaw': {
      const message = `${connection.name}: this version cannot use connections of its kind yet.`
      return { ok: false, problems: [{ code: 'not_supported', message }] }
    }
  }
}
