import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { isOpenLine } from '../domain/agreement.ts'
import { changeStates, isStructural } from '../domain/change.ts'
import { text } from '../domain/configuration-text.ts'
import { localDay } from '../domain/day.ts'
import { wake } from '../jobs/wake.ts'
import { chainId } from '../storage/chains.ts'
import type { Change } from '../storage/changes.ts'
import { ChangeBody, changeBody, NamedChange } from './change-body.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { invalid, Refusal } from './errors.ts'
import { expandQuery, named } from './names.ts'
import { PageBody, page, pageQuery } from './paging.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const ChangesQuery = z.strictObject({
  state: z.enum(changeStates).optional(),
  connection: text.optional(),
  company: text.optional(),
  ...expandQuery,
  ...pageQuery(z.tuple([z.string(), z.string()])),
})

/** `lineId` chooses among several open lines, and is for that alone. */
const Approval = z.strictObject({ lineId: text.optional() })

const OneChange = z.object({ change: ChangeBody })

const ids = z.array(z.string()).max(1000).default([])
const Decisions = z.strictObject({ approve: ids, dismiss: ids }).refine(
  ({ approve, dismiss }) => {
    const approved = new Set(approve)
    return dismiss.every((id) => !approved.has(id))
  },
  { path: ['dismiss'], error: 'A change is approved or dismissed, not both.' },
)
const DecidedBody = z.object({
  decided: z.array(z.string()),
  refused: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
})

export const changes = new Hono<AppEnv>()
  .get(
    '/',
    describe({
      summary: 'Changes of all runs but dry ones, oldest first',
      answer: PageBody(NamedChange),
      refusals: [422],
    }),
    validate('query', ChangesQuery),
    async (c) => {
      const { deps } = c.var
      const { state, connection, company, expand, cursor, limit } = c.req.valid('query')
      const filter = {
        ...(state === undefined ? {} : { state }),
        ...(connection === undefined ? {} : { connection }),
        ...(company === undefined ? {} : { companyId: company }),
      }
      const after = cursor === undefined ? null : { createdAt: cursor[0], id: cursor[1] }
      const rows = await deps.changes.list(filter, limit + 1, after)
      const found = page(rows, limit, (change) => [change.createdAt, change.id], changeBody)
      return c.json(await named(deps, found, expand))
    },
  )
  .post(
    '/decide',
    describe({
      summary: 'Approves and dismisses many held changes; what can not be decided is told one by one',
      answer: DecidedBody,
      refusals: [400, 422],
    }),
    atLeast('technician'),
    validate('json', Decisions),
    async (c) => {
      const { deps, principal } = c.var
      const { approve: approved, dismiss: dismissed } = c.req.valid('json')
      const known = await deps.changes.withIds([...approved, ...dismissed])
      const refused = new Map<string, Refusal>()
      const decidableOf = (ids: string[]) =>
        [...new Set(ids)].filter((id) => {
          const refusal = whyUndecidable(known.get(id), id)
          if (refusal !== null) refused.set(id, refusal)
          return refusal === null
        })
      const toApprove = decidableOf(approved).filter((id) => {
        const isOneOfSeveral = known.get(id)?.reason === 'duplicate_lines'
        if (isOneOfSeveral) refused.set(id, lineNotChosen())
        return !isOneOfSeveral
      })
      const toDismiss = decidableOf(dismissed)

      const at = deps.now().toISOString()
      const planned = await deps.decisions.approve(
        toApprove.map((id) => ({ id, lineId: null })),
        principal.who,
        at,
      )
      const kept = await deps.decisions.dismiss(toDismiss, principal.who, at)
      for (const connection of new Set(planned.map((change) => change.connection))) {
        await wake(deps, chainId('bill', connection))
      }

      const decided = new Set([...planned, ...kept].map(({ id }) => id))
      for (const id of [...toApprove, ...toDismiss]) if (!decided.has(id)) refused.set(id, notHeld())
      return c.json({
        decided: [...decided],
        refused: [...refused].map(([id, { code, message }]) => ({ id, code, message })),
      })
    },
  )
  .post(
    '/:id/approve',
    describe({
      summary: 'Lets a held change be written',
      description:
        'Use, mapping, agreement and line are read again first; it is written only if they still agree.',
      status: 202,
      answer: OneChange,
      refusals: [400, 404, 409, 422],
    }),
    atLeast('technician'),
    validate('json', Approval),
    async (c) => {
      const { deps, principal } = c.var
      const held = await decidable(deps, c.req.param('id'))
      const lineId = await chosenLine(deps, held, c.req.valid('json').lineId)
      const at = deps.now().toISOString()
      const [change] = await deps.decisions.approve([{ id: held.id, lineId }], principal.who, at)
      if (change === undefined) throw notHeld()
      await wake(deps, chainId('bill', change.connection))
      return c.json({ change: changeBody(change) }, 202)
    },
  )
  .post(
    '/:id/dismiss',
    describe({
      summary: 'Keeps the bill as it is',
      description: 'The same quantity is not proposed again until another one is wanted.',
      status: 202,
      answer: OneChange,
      refusals: [400, 404, 409, 422],
    }),
    atLeast('technician'),
    validate('json', z.strictObject({})),
    async (c) => {
      const { deps, principal } = c.var
      const held = await decidable(deps, c.req.param('id'))
      const [change] = await deps.decisions.dismiss([held.id], principal.who, deps.now().toISOString())
      if (change === undefined) throw notHeld()
      return c.json({ change: changeBody(change) }, 202)
    },
  )

/** The change, where a person may decide about it. */
async function decidable(deps: Deps, id: string): Promise<Change> {
  const change = await deps.changes.get(id)
  const refusal = whyUndecidable(change ?? undefined, id)
  if (change === null || refusal !== null) throw refusal ?? notHeld()
  return change
}

/** Why a person may not decide about it; null where they may. */
function whyUndecidable(change: Change | undefined, id: string): Refusal | null {
  if (change === undefined) return new Refusal(404, 'change_not_found', `There is no change "${id}".`)
  if (change.dryRun) {
    return new Refusal(409, 'dry_run', 'This change is of a dry run, which only shows what would be done.')
  }
  if (change.state !== 'held') return notHeld()
  if (change.reason !== null && isStructural(change.reason)) {
    return new Refusal(
      409,
      'structural_hold',
      `This change is held with ${change.reason}. Mend that in the PSA or in the mapping; the next run then goes ahead.`,
    )
  }
  return null
}

/** The line that a person chose; null where there is nothing to choose. */
async function chosenLine(deps: Deps, change: Change, lineId: string | undefined): Promise<string | null> {
  const refuse = (code: string, message: string) => invalid([{ path: 'lineId', code, message }])
  if (change.reason !== 'duplicate_lines') {
    if (lineId === undefined) return null
    throw refuse('no_choice', 'Only where several lines are open is there one to choose. Leave it out.')
  }
  if (lineId === undefined) {
    throw refuse(
      'missing_field',
      'Several lines are open for this product. Name the one that is to be billed.',
    )
  }
  const { timeZone } = await deps.configuration.settings()
  const today = localDay(deps.now(), timeZone)
  const read = await deps.facts.lines(change.connection, [change.agreementId])
  const isOpen = (read.get(change.agreementId)?.lines ?? []).some(
    (line) => line.id === lineId && line.productId === change.productId && isOpenLine(line, today),
  )
  if (!isOpen) throw refuse('unknown_line', 'This is no open line of this product on this agreement.')
  return lineId
}

function lineNotChosen(): Refusal {
  return new Refusal(
    422,
    'line_not_chosen',
    'Several lines are open for this product. Approve this change by itself, and name the line to bill.',
  )
}

function notHeld(): Refusal {
  return new Refusal(409, 'not_held', 'This change is not held any more, so there is nothing to decide.')
}
