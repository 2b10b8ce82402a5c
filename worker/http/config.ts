import { Hono } from 'hono'
import * as z from 'zod'
import { isSplit } from '../domain/catalogue.ts'
import { configuration as ConfigurationBody } from '../domain/configuration.ts'
import { changesBetween } from '../domain/configuration-changes.ts'
import { checkConfiguration } from '../domain/configuration-check.ts'
import { localDay } from '../domain/day.ts'
import { productsInForce } from '../domain/product-rules.ts'
import { addressProblem } from '../vendor/hosts.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { invalid, Refusal } from './errors.ts'
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

      const { allowInsecure } = deps.settings
      const { people, tickets } = before.configuration
      const checked = checkConfiguration(input, {
        addressProblem: (url) => addressProblem(url, { allowInsecure }),
        isSplit,
        stored: { connections: before.stored, people: people ?? [], tickets: tickets ?? null },
      })
      if (!checked.ok) throw invalid(checked.problems)

      const next = checked.configuration
      const changes = changesBetween(before.version === 0 ? null : before.configuration, next)
      if (changes.length === 0) {
        c.header('ETag', etag(before.version))
        return c.json({ ok: true, changes: 0 })
      }

      const now = deps.now()
      const inForce = productsInForce(next.products)
      const saved = await deps.configuration.save(next, before, changes, principal.who, now.toISOString(), [
        deps.leftBehind.supersedeUnwanted(inForce, now.toISOString()),
        deps.leftBehind.refresh(inForce, localDay(now, next.settings.timeZone)),
      ])
      if (!saved) throw stale()
      c.header('ETag', etag(before.version + 1))
      return c.json({ ok: true, changes: changes.length })
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
