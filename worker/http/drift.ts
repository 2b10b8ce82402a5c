import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { localDay } from '../domain/day.ts'
import { type KeptByHand, keptByHand } from '../jobs/kept-by-hand.ts'
import { wake } from '../jobs/wake.ts'
import { chainId } from '../storage/chains.ts'
import type { Change } from '../storage/changes.ts'
import { ChangeBody, changeBody } from './change-body.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { Refusal } from './errors.ts'
import { Names, usesOf, withNames } from './names.ts'
import { PageBody, page, pageQuery } from './paging.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const DriftBody = z.object({
  /** Of the held change where `kind` is `ask`; else of the line, for `use`. */
  id: z.string(),
  kind: z.enum(['ask', 'keep']),
  /** To approve it is to use the count, to dismiss it is to keep what was found. Null where the company keeps that anyway. */
  changeId: z.string().nullable(),
  connection: z.string(),
  companyId: z.string(),
  agreementId: z.string(),
  productId: z.string(),
  lineId: z.string().nullable(),
  written: z.number(),
  found: z.number(),
  wanted: z.number(),
  applications: z.array(z.string()),
  tenants: z.array(z.string()),
  names: Names,
})
type Drift = Omit<z.output<typeof DriftBody>, 'names'>

/** Held changes come first; where they end, the kept lines follow. */
const Place = z.union([
  z.tuple([z.literal('ask'), z.string(), z.string()]),
  z.tuple([z.literal('keep'), z.string(), z.string(), z.string()]),
])
type Place = z.output<typeof Place>

export const drift = new Hono<AppEnv>()
  .get(
    '/',
    describe({
      summary: 'Lines whose quantity somebody changed in the PSA',
      description:
        'First those that wait for a decision (`ask`), then those that stay as they are until somebody chooses the use again (`keep`).',
      answer: PageBody(DriftBody),
      refusals: [422],
    }),
    validate('query', z.strictObject(pageQuery(Place))),
    async (c) => {
      const { deps } = c.var
      const { cursor, limit } = c.req.valid('query')
      const asked = await heldByHand(deps, cursor, limit + 1)
      const kept = asked.length > limit ? [] : await keptLines(deps, cursor)
      const rows = [...asked.map(ofChange), ...kept.map(ofLine)]
      const found = page(
        rows,
        limit,
        ({ place }) => place,
        ({ item }) => item,
      )
      return c.json({ ...found, items: await withNames(deps, found.items) })
    },
  )
  .post(
    '/:id/use',
    describe({
      summary: 'Sets a line that is kept as somebody made it to what is in use',
      status: 202,
      answer: z.object({ change: ChangeBody }),
      refusals: [400, 404, 409, 422],
    }),
    atLeast('technician'),
    validate('json', z.strictObject({})),
    async (c) => {
      const { deps, principal } = c.var
      const [line] = await keptByHand(deps, c.req.param('id'))
      if (line === undefined) {
        throw new Refusal(
          409,
          'not_changed_by_hand',
          'This line bills what is in use, is not kept as somebody made it, or a change of it is open. Load the list anew.',
        )
      }
      const at = deps.now().toISOString()
      const held = { id: deps.newId(), lineId: null }
      await deps.together([
        deps.changes.insert({
          id: held.id,
          runId: null,
          dryRun: false,
          connection: line.connection,
          companyId: line.companyId,
          agreementId: line.agreementId,
          productId: line.productId,
          lineId: line.lineId,
          kind: 'set',
          from: line.found,
          to: line.wanted,
          reason: 'changed_by_hand',
          drift: { written: line.written, found: line.found },
          adopted: false,
          replaces: [],
          priceLevelId: null,
          waits: null,
          parts: line.parts,
          reads: line.reads,
          configurationVersion: line.configurationVersion,
          effectiveOn: localDay(deps.now(), (await deps.configuration.settings()).timeZone),
          createdAt: at,
          approvedAt: null,
        }),
      ])
      const [change] = await deps.decisions.approve([held], principal.who, at)
      if (change === undefined) {
        throw new Refusal(
          409,
          'change_in_progress',
          'Another change of this line is open. Wait for it, or decide it.',
        )
      }
      await wake(deps, chainId('bill', line.connection))
      return c.json({ change: changeBody(change) }, 202)
    },
  )

async function heldByHand(deps: Deps, cursor: Place | undefined, limit: number): Promise<Change[]> {
  if (cursor?.[0] === 'keep') return []
  const after = cursor === undefined ? null : { createdAt: cursor[1], id: cursor[2] }
  return deps.changes.list({ state: 'held', reason: 'changed_by_hand' }, limit, after)
}

async function keptLines(deps: Deps, cursor: Place | undefined): Promise<KeptByHand[]> {
  const lines = await keptByHand(deps, null)
  return cursor?.[0] === 'keep' ? lines.filter((line) => isAfter(placeOf(line), cursor)) : lines
}

function placeOf({ connection, agreementId, productId }: KeptByHand): Place {
  return ['keep', connection, agreementId, productId]
}

function isAfter(place: Place, other: Place): boolean {
  const at = place.findIndex((part, index) => part !== other[index])
  return (place[at] ?? '') > (other[at] ?? '')
}

function ofChange(change: Change): { place: Place; item: Drift } {
  return {
    place: ['ask', change.createdAt, change.id],
    item: {
      id: change.id,
      kind: 'ask',
      changeId: change.id,
      connection: change.connection,
      companyId: change.companyId,
      agreementId: change.agreementId,
      productId: change.productId,
      lineId: change.lineId,
      written: change.drift?.written ?? change.from,
      found: change.drift?.found ?? change.from,
      wanted: change.to,
      ...usesOf(change.parts),
    },
  }
}

function ofLine(line: KeptByHand): { place: Place; item: Drift } {
  return {
    place: placeOf(line),
    item: {
      id: line.id,
      kind: 'keep',
      changeId: null,
      connection: line.connection,
      companyId: line.companyId,
      agreementId: line.agreementId,
      productId: line.productId,
      lineId: line.lineId,
      written: line.written,
      found: line.found,
      wanted: line.wanted,
      ...usesOf(line.parts),
    },
  }
}
