import { Hono } from 'hono'
import * as z from 'zod'
import { configuration as ConfigurationBody } from '../domain/configuration.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { saveDocument } from './edit-configuration.ts'
import { Refusal } from './errors.ts'
import { atLeast } from './session.ts'
import { jsonBody } from './validate.ts'

const SavedBody = z.object({ ok: z.literal(true), changes: z.int().min(0) })

export const config = new Hono<AppEnv>()
  .use(atLeast('administrator'))
  .get(
    '/',
    describe({
      summary: 'The whole configuration, without credentials and headers',
      description: 'Its `ETag` goes into `If-Match` of a later save.',
      answer: ConfigurationBody,
    }),
    async (c) => {
      const { version, configuration } = await c.var.deps.configuration.load()
      c.header('ETag', etag(version))
      return c.json(configuration)
    },
  )
  .put(
    '/',
    describe({
      summary: 'Replaces the configuration, all or nothing',
      description:
        'Absent people, tickets, credentials and headers stay as they are. With `If-Match`, a save that would undo the save of somebody else is refused.',
      body: ConfigurationBody,
      answer: SavedBody,
      refusals: [400, 409, 422],
    }),
    async (c) => {
      const { deps, principal } = c.var
      const input = await jsonBody(c)
      if (input === undefined) {
        throw new Refusal(400, 'not_json', 'The body is empty. Send the whole configuration as JSON.')
      }
      const before = await deps.configuration.load()
      if (!matches(c.req.header('If-Match'), before.version)) throw stale()

      const saved = await saveDocument(deps, principal.who, before, input)
      if (saved === null) throw stale()
      c.header('ETag', etag(saved.version))
      return c.json({ ok: true, changes: saved.changes })
    },
  )

function etag(version: number): string {
  return `"${version}"`
}

/** Whether a caller who sent this `If-Match` has seen the version; one who sent none does not mind. */
function matches(ifMatch: string | undefined, version: number): boolean {
  if (ifMatch === undefined) return true
  return ifMatch
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etag(version))
}

function stale(): Refusal {
  return new Refusal(
    409,
    'stale_configuration',
    'Somebody else saved meanwhile. Load the configuration again and repeat your change.',
  )
}
