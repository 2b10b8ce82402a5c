import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { localDay } from '../domain/day.ts'
import { wake } from '../jobs/wake.ts'
import { chainId } from '../storage/chains.ts'
import { type LeftBehindLine, leftReasons } from '../storage/left-behind.ts'
import { ChangeBody, changeBody } from './change-body.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { Refusal } from './errors.ts'
import { expandQuery, Names, named } from './names.ts'
import { PageBody, page, pageQuery } from './paging.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const LeftBody = z.object({
  id: z.string(),
  connection: z.string(),
  agreementId: z.string(),
  lineId: z.string(),
  productId: z.string(),
  quantity: z.number(),
  since: z.iso.date(),
  reason: z.enum(leftReasons),
  names: Names.optional(),
})

const LeftQuery = z.strictObject({
  ...expandQuery,
  ...pageQuery(z.tuple([z.string(), z.string(), z.string()])),
})

export const leftBehind = new Hono<AppEnv>()
  .get(
    '/',
    describe({
      summary: 'Lines of ours that still bill although the mapping no longer wants them',
      answer: PageBody(LeftBody),
      refusals: [422],
    }),
    validate('query', LeftQuery),
    async (c) => {
      const { deps } = c.var
      const { expand, cursor, limit } = c.req.valid('query')
      const after =
        cursor === undefined ? null : { connection: cursor[0], agreementId: cursor[1], productId: cursor[2] }
      const rows = await deps.leftBehind.list(limit + 1, after, await today(deps))
      const found = page(
        rows,
        limit,
        (line) => [line.connection, line.agreementId, line.productId],
        (line) => line,
      )
      const { items, nextCursor } = await named(deps, found, expand)
      return c.json({ items: items.map(({ companyId, applications, tenants, ...line }) => line), nextCursor })
    },
  )
  .post(
    '/:id/end',
    describe({
      summary: 'Sets a line that was left behind to 0',
      status: 202,
      answer: z.object({ change: ChangeBody }),
      refusals: [400, 404, 409, 422],
    }),
    atLeast('technician'),
    validate('json', z.strictObject({})),
    async (c) => {
      const { deps, principal } = c.var
      // Read first: a save in between makes the version too low, and nothing is sent with it.
      const version = await deps.configuration.version()
      const line = await leftLine(deps, c.req.param('id'))

      const at = deps.now().toISOString()
      const id = deps.newId()
      await deps.together([
        deps.changes.insert({
          id,
          runId: null,
          dryRun: false,
          connection: line.connection,
          companyId: line.companyId,
          agreementId: line.agreementId,
          productId: line.productId,
          lineId: line.lineId,
          kind: 'end',
          from: line.quantity,
          to: 0,
          reason: null,
          drift: null,
          adopted: false,
          replaces: [],
          priceLevelId: null,
          waits: null,
          parts: [],
          reads: [],
          configurationVersion: version,
          effectiveOn: await today(deps),
          createdAt: at,
          approvedAt: at,
        }),
      ])
      const change = await deps.changes.get(id)
      if (change === null) throw inProgress(await deps.leftBehind.openChange(line))
      await deps.audit.add({
        at,
        who: principal.who,
        subject: `change ${id}`,
        before: { quantity: line.quantity, reason: line.reason },
        after: { quantity: 0 },
      })
      await wake(deps, chainId('bill', line.connection))
      return c.json({ change: changeBody(change) }, 202)
    },
  )

async function leftLine(deps: Deps, id: string): Promise<LeftBehindLine> {
  const line = await deps.leftBehind.find(id)
  if (line === null) {
    throw (await deps.leftBehind.isOurs(id))
      ? new Refusal(409, 'not_left_behind', 'This line is wanted again, or bills nothing any more.')
      : new Refusal(404, 'line_not_found', `There is no line "${id}" that was left behind.`)
  }
  const change = await deps.leftBehind.openChange(line)
  if (change !== null) throw inProgress(change)
  return line
}

function inProgress(change: string | null): Refusal {
  return new Refusal(
    409,
    'change_in_progress',
    'Another change of this line is open. Wait for it, or decide it.',
    {
      change,
    },
  )
}

async function today(deps: Deps): Promise<string> {
  return localDay(deps.now(), (await deps.configuration.settings()).timeZone)
}
