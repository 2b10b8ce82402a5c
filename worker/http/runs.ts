import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { changeStates } from '../domain/change.ts'
import { localDay } from '../domain/day.ts'
import { secondsUntilDone } from '../domain/progress.ts'
import { problemAt, referenceProblems } from '../domain/reference-rules.ts'
import { startRun } from '../jobs/start-run.ts'
import { type Run, runStates } from '../storage/runs.ts'
import { tenantParts } from '../storage/tenant-name.ts'
import { changeBody, NamedChange } from './change-body.ts'
import { changesAsCsv } from './changes-as-csv.ts'
import type { AppEnv } from './context.ts'
import { csvFile, wantsCsv } from './csv.ts'
import { describe } from './describe.ts'
import { invalid, Refusal } from './errors.ts'
import { expandQuery, named } from './names.ts'
import { PageBody, page, pageQuery } from './paging.ts'
import { RunBody, runBody } from './run-body.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const RunRequest = z.strictObject({
  dryRun: z.boolean().default(false),
  /** `connection/id`; absent: all. */
  tenants: z.array(z.string()).min(1).optional(),
})

const OneRun = z.object({ run: RunBody })
const part = z.object({ done: z.int().min(0), total: z.int().min(0) })
const ProgressBody = z.object({
  state: z.enum(runStates),
  tenants: part,
  companies: part,
  /** Null while it can't be told. */
  secondsLeft: z.int().min(0).nullable(),
})
const byAge = z.tuple([z.string(), z.string()])
const RunsQuery = z.strictObject(pageQuery(byAge))
const RunChangesQuery = z.strictObject({
  state: z.enum(changeStates).optional(),
  ...expandQuery,
  ...pageQuery(byAge),
})

export const runs = new Hono<AppEnv>()
  .get(
    '/',
    describe({ summary: 'Runs, newest first', answer: PageBody(RunBody), refusals: [422] }),
    validate('query', RunsQuery),
    async (c) => {
      const { cursor, limit } = c.req.valid('query')
      const rows = await c.var.deps.runs.list(limit + 1, keyOf(cursor))
      return c.json(page(rows, limit, (run) => [run.createdAt, run.id], runBody))
    },
  )
  .post(
    '/',
    describe({
      summary: 'Starts a run now',
      description:
        'A dry run does everything but write. Named tenants are read in full, the others not at all.',
      status: 202,
      answer: OneRun,
      refusals: [400, 409, 422],
    }),
    atLeast('technician'),
    validate('json', RunRequest),
    async (c) => {
      const { deps, principal } = c.var
      const { dryRun, tenants: names } = c.req.valid('json')
      const tenants = names === undefined ? null : await namedTenants(deps, names)

      const { timeZone } = await deps.configuration.settings()
      const day = localDay(deps.now(), timeZone)
      const run = await startRun(deps, { trigger: 'manual', day, dryRun, tenants })
      if (run === null) {
        const active = await deps.runs.active()
        const other = active === null ? null : await deps.runs.get(active.id)
        throw new Refusal(
          409,
          'run_in_progress',
          'A run is at work already. Wait for its end, then start another.',
          { run: other === null ? null : runBody(other) },
        )
      }
      await deps.audit.add({
        at: run.createdAt,
        who: principal.who,
        subject: `run ${run.id}`,
        before: null,
        after: { dryRun, tenants: names ?? 'all' },
      })
      return c.json({ run: runBody(run) }, 202)
    },
  )
  .get('/:id', describe({ summary: 'One run', answer: OneRun, refusals: [404] }), async (c) =>
    c.json({ run: runBody(await existing(c.var.deps, c.req.param('id'))) }),
  )
  .get(
    '/:id/progress',
    describe({ summary: 'How far a run is', answer: ProgressBody, refusals: [404] }),
    async (c) => {
      const { deps } = c.var
      const run = await existing(deps, c.req.param('id'))
      return c.json({ state: run.state, ...(await progressOf(deps, run)) })
    },
  )
  .get(
    '/:id/changes',
    describe({
      summary: 'What a run planned, oldest first',
      description: 'As `text/csv`: all of it, with names, for the billing clerk.',
      answer: PageBody(NamedChange),
      alsoAs: ['text/csv'],
      refusals: [404, 422],
    }),
    validate('query', RunChangesQuery),
    async (c) => {
      const { deps } = c.var
      const { state, expand, cursor, limit } = c.req.valid('query')
      const { id } = await existing(deps, c.req.param('id'))
      const filter = { runId: id, ...(state === undefined ? {} : { state }) }
      c.header('Vary', 'Accept')
      if (wantsCsv(c)) return csvFile(c, `run-${id}`, changesAsCsv(deps, filter))
      const rows = await deps.changes.list(filter, limit + 1, keyOf(cursor))
      const found = page(rows, limit, (change) => [change.createdAt, change.id], changeBody)
      return c.json(await named(deps, found, expand))
    },
  )

function keyOf(cursor: [string, string] | undefined) {
  return cursor === undefined ? null : { createdAt: cursor[0], id: cursor[1] }
}

async function progressOf(deps: Deps, run: Run) {
  const { isListing, progress } = await deps.runProgress.of(run.id)
  if (run.finishedAt === null) {
    const { startedAt } = run
    const secondsLeft =
      startedAt === null || isListing ? null : secondsUntilDone(progress, startedAt, deps.now())
    return { ...progress, secondsLeft }
  }
  if (run.state === 'failed') return { ...progress, secondsLeft: 0 }
  const whole = (total: number) => ({ done: total, total })
  return {
    tenants: whole(run.counts.tenants),
    companies: whole(progress.companies.done),
    secondsLeft: 0,
  }
}

async function existing(deps: Deps, id: string): Promise<Run> {
  const run = await deps.runs.get(id)
  if (run === null) throw new Refusal(404, 'run_not_found', `There is no run "${id}".`)
  return run
}

/** Each tenant once. */
async function namedTenants(deps: Deps, names: string[]) {
  const kinds = new Map((await deps.configuration.connections()).map(({ id, kind }) => [id, kind]))
  const problems = names.flatMap((name, index) => {
    const parts = tenantParts(name)
    return parts === null
      ? [
          problemAt(
            ['tenants', index],
            'malformed_tenant',
            'Name a tenant as connection/id, e.g. "ksc/4f0c".',
          ),
        ]
      : referenceProblems(['tenants', index], parts.connection, kinds, 'source')
  })
  if (problems.length > 0) throw invalid(problems)
  return [...new Set(names)].flatMap((name) => tenantParts(name) ?? [])
}
