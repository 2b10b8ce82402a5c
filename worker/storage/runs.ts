import * as z from 'zod'
import { allRows, firstRow, flag, resultRows } from './rows.ts'

export const runStates = ['queued', 'running', 'done', 'done_with_problems', 'failed'] as const

const RunRow = z
  .object({
    id: z.string(),
    day: z.string(),
    trigger: z.enum(['cron', 'manual']),
    dry_run: flag,
    named: flag,
    state: z.enum(runStates),
    created_at: z.string(),
    started_at: z.string().nullable(),
    finished_at: z.string().nullable(),
    tenants: z.number(),
    incomplete: z.number(),
    unchanged: z.number(),
    created: z.number(),
    updated: z.number(),
    held: z.number(),
    failed: z.number(),
  })
  .transform((row) => ({
    id: row.id,
    day: row.day,
    trigger: row.trigger,
    dryRun: row.dry_run,
    named: row.named,
    state: row.state,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    counts: {
      tenants: row.tenants,
      incomplete: row.incomplete,
      created: row.created,
      updated: row.updated,
      unchanged: row.unchanged,
      held: row.held,
      failed: row.failed,
    },
  }))

type StoredRun = z.output<typeof RunRow>

const ActiveRow = z.object({
  id: z.string(),
  day: z.string(),
  dryRun: flag,
  named: flag,
  state: z.enum(runStates),
})

/** The run that is at work. */
const activeRun = `SELECT id, day, dry_run AS dryRun, named, state FROM run WHERE state IN ('queued', 'running')
  ORDER BY created_at LIMIT 1`

const SourcePartRow = z.object({
  ...ActiveRow.shape,
  part: z.enum(['listing', 'reading', 'done']),
  attempts: z.number(),
})

const PsaPartRow = z.object({
  ...ActiveRow.shape,
  part: z.enum(['planning', 'done']),
  attempts: z.number(),
  roomSeenMs: z.number(),
})

export type ActiveRun = z.output<typeof ActiveRow>

export interface RunProblem {
  code: string
  message: string
  tenant?: string
  company?: string
}

export interface Run extends StoredRun {
  calls: Record<string, number>
  problems: RunProblem[]
}

export interface NewRun {
  id: string
  day: string
  trigger: 'cron' | 'manual'
  dryRun: boolean
  /** The tenants to read; null reads all. */
  tenants: { connection: string; id: string }[] | null
  at: string
}

const ProblemRow = z.object({
  run_id: z.string(),
  code: z.string(),
  tenant: z.string(),
  company: z.string(),
  message: z.string(),
})
const CallsRow = z.object({ run_id: z.string(), connection: z.string(), calls: z.number() })

/** A dry run counts what it would have done; an active run counts what it did so far. */
const withCounts = `
  SELECT r.id, r.day, r.trigger, r.dry_run, r.named, r.state, r.created_at, r.started_at, r.finished_at,
    CASE WHEN r.finished_at IS NULL THEN (SELECT COUNT(*) FROM run_tenant t WHERE t.run_id = r.id)
      ELSE r.tenants END AS tenants,
    CASE WHEN r.finished_at IS NULL THEN (SELECT COUNT(*) FROM run_tenant t WHERE t.run_id = r.id
      AND t.state = 'incomplete') ELSE r.incomplete END AS incomplete,
    CASE WHEN r.finished_at IS NULL THEN (SELECT COALESCE(SUM(p.unchanged), 0) FROM run_company p
      WHERE p.run_id = r.id) ELSE r.unchanged END AS unchanged,
    (SELECT COUNT(*) FROM change c WHERE c.run_id = r.id AND c.kind = 'create'
       AND c.state = CASE r.dry_run WHEN 1 THEN 'planned' ELSE 'verified' END) AS created,
    (SELECT COUNT(*) FROM change c WHERE c.run_id = r.id AND c.kind <> 'create'
       AND c.state = CASE r.dry_run WHEN 1 THEN 'planned' ELSE 'verified' END) AS updated,
    (SELECT COUNT(*) FROM change c WHERE c.run_id = r.id AND c.state = 'held') AS held,
    (SELECT COUNT(*) FROM change c WHERE c.run_id = r.id AND c.state = 'failed') AS failed
  FROM run r`

/** Runs, their problems and what they cost. */
export function runStore(db: D1Database) {
  /**
   * Makes a run, its work and the calls to its chains in one transaction; false, with nothing changed, where another run
   * is active or the day's cron run exists already.
   */
  async function create(run: NewRun): Promise<boolean> {
    const named = JSON.stringify((run.tenants ?? []).map((tenant) => [tenant.connection, tenant.id]))
    const isNamed = run.tenants === null ? 0 : 1
    const made = 'EXISTS (SELECT 1 FROM run WHERE id = ?1)'
    const results = await db.batch([
      db
        .prepare(
          `INSERT INTO run (id, day, trigger, dry_run, named, state, created_at) VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6)
           ON CONFLICT DO NOTHING`,
        )
        .bind(run.id, run.day, run.trigger, run.dryRun ? 1 : 0, isNamed, run.at),
      db.prepare(`DELETE FROM run_tenant WHERE run_id <> ?1 AND ${made}`).bind(run.id),
      db.prepare(`DELETE FROM run_company WHERE run_id <> ?1 AND ${made}`).bind(run.id),
      db
        .prepare(
          `INSERT INTO run_source (run_id, connection, state)
           SELECT ?1, id, 'listing' FROM connection WHERE ${made} AND kind IN ('ksc', 'hub')
             AND (?2 = 0 OR id IN (SELECT value->>0 FROM json_each(?3)))`,
        )
        .bind(run.id, isNamed, named),
      db
        .prepare(
          `INSERT INTO run_tenant (run_id, connection, tenant_id, state)
           SELECT ?1, value->>0, value->>1, 'waiting' FROM json_each(?2) WHERE ${made} ON CONFLICT DO NOTHING`,
        )
        .bind(run.id, named),
      db
        .prepare(
          `INSERT INTO run_psa (run_id, connection, state)
           SELECT DISTINCT ?1, connection, 'planning' FROM company_mapping WHERE ${made}`,
        )
        .bind(run.id),
      db
        .prepare(
          `INSERT INTO chain (id, awake) SELECT 'collect:' || connection, 1 FROM run_source WHERE run_id = ?1
           UNION ALL SELECT 'bill:' || connection, 1 FROM run_psa WHERE run_id = ?1
           ON CONFLICT DO UPDATE SET awake = 1, woken = 1`,
        )
        .bind(run.id),
    ])
    return results[0]?.meta.changes === 1
  }

  /** Notes that work on a queued run has begun. Safe to repeat. */
  async function begin(runId: string, at: string): Promise<void> {
    await db
      .prepare(`UPDATE run SET state = 'running', started_at = ?2 WHERE id = ?1 AND state = 'queued'`)
      .bind(runId, at)
      .run()
  }

  /** The run that is at work, without its counts. */
  function active(): Promise<ActiveRun | null> {
    return firstRow(db.prepare(activeRun), ActiveRow)
  }

  /** The run that is at work, where it reads this source, and how far it is with it; asked by every message. */
  function activeAtSource(connection: string) {
    return firstRow(
      db
        .prepare(
          `SELECT r.*, s.state AS part, s.attempts FROM (${activeRun}) r
           JOIN run_source s ON s.run_id = r.id AND s.connection = ?1`,
        )
        .bind(connection),
      SourcePartRow,
    )
  }

  /** As `activeAtSource`, for a PSA that the run bills. */
  function activeAtPsa(connection: string) {
    return firstRow(
      db
        .prepare(
          `SELECT r.*, p.state AS part, p.attempts, p.room_seen_at AS roomSeenMs FROM (${activeRun}) r
           JOIN run_psa p ON p.run_id = r.id AND p.connection = ?1`,
        )
        .bind(connection),
      PsaPartRow,
    )
  }

  async function get(id: string): Promise<Run | null> {
    const [run] = await page(`${withCounts} WHERE r.id = ?1`, [id])
    return run ?? null
  }

  /** The newest run that ended and was no dry run. */
  async function lastFinished(): Promise<Run | null> {
    const [run] = await page(
      `${withCounts} WHERE r.dry_run = 0 AND r.finished_at IS NOT NULL ORDER BY r.created_at DESC, r.id DESC LIMIT 1`,
      [],
    )
    return run ?? null
  }

  /** Newest first, after the run `after`. */
  function list(limit: number, after: { createdAt: string; id: string } | null): Promise<Run[]> {
    return page(
      `${withCounts} WHERE ?2 IS NULL OR (r.created_at, r.id) < (?2, ?3)
       ORDER BY r.created_at DESC, r.id DESC LIMIT ?1`,
      [limit, after?.createdAt ?? null, after?.id ?? null],
    )
  }

  async function page(sql: string, values: (string | number | null)[]): Promise<Run[]> {
    const runs = await allRows(db.prepare(sql).bind(...values), RunRow)
    const ids = JSON.stringify(runs.map((run) => run.id))
    const [problems, calls] = await db.batch([
      db.prepare('SELECT * FROM run_problem WHERE run_id IN (SELECT value FROM json_each(?1))').bind(ids),
      db.prepare('SELECT * FROM run_calls WHERE run_id IN (SELECT value FROM json_each(?1))').bind(ids),
    ])
    const problemRows = resultRows(problems, ProblemRow)
    const callRows = resultRows(calls, CallsRow)
    return runs.map((run) => ({
      ...run,
      calls: Object.fromEntries(
        callRows.filter((row) => row.run_id === run.id).map((row) => [row.connection, row.calls]),
      ),
      problems: problemRows
        .filter((row) => row.run_id === run.id)
        .map(({ code, message, tenant, company }) => ({
          code,
          message,
          ...(tenant === '' ? {} : { tenant }),
          ...(company === '' ? {} : { company }),
        })),
    }))
  }

  /** To be carried out in a batch; the same problem twice is one. */
  function problemStatement(runId: string, problem: RunProblem): D1PreparedStatement {
    return db
      .prepare(
        `INSERT INTO run_problem (run_id, code, tenant, company, message) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING`,
      )
      .bind(runId, problem.code, problem.tenant ?? '', problem.company ?? '', problem.message)
  }

  async function addProblem(runId: string, problem: RunProblem): Promise<void> {
    await problemStatement(runId, problem).run()
  }

  async function addCalls(runId: string, connection: string, calls: number): Promise<void> {
    await db
      .prepare(
        `INSERT INTO run_calls (run_id, connection, calls) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET calls = calls + excluded.calls`,
      )
      .bind(runId, connection, calls)
      .run()
  }

  /** Ends the run where every source and every PSA is done with it; otherwise changes nothing. */
  async function finishIfDone(runId: string, at: string): Promise<boolean> {
    const { meta } = await db
      .prepare(
        `UPDATE run SET finished_at = ?2,
           tenants = (SELECT COUNT(*) FROM run_tenant WHERE run_id = ?1),
           incomplete = (SELECT COUNT(*) FROM run_tenant WHERE run_id = ?1 AND state = 'incomplete'),
           unchanged = (SELECT COALESCE(SUM(unchanged), 0) FROM run_company WHERE run_id = ?1),
           state = CASE WHEN EXISTS (SELECT 1 FROM run_problem WHERE run_id = ?1)
             OR EXISTS (SELECT 1 FROM change WHERE run_id = ?1 AND state IN ('held', 'failed'))
             THEN 'done_with_problems' ELSE 'done' END
         WHERE id = ?1 AND state IN ('queued', 'running')
           AND NOT EXISTS (SELECT 1 FROM run_source WHERE run_id = ?1 AND state <> 'done')
           AND NOT EXISTS (SELECT 1 FROM run_psa WHERE run_id = ?1 AND state <> 'done')`,
      )
      .bind(runId, at)
      .run()
    return meta.changes === 1
  }

  /** Gives up on runs that were made before `before`; their open changes stay for the next one. */
  async function failOlderThan(before: string, at: string): Promise<void> {
    await db.batch([
      db
        .prepare(
          `INSERT INTO run_problem (run_id, code, message)
           SELECT id, 'run_too_long', 'The run was not finished after 20 hours and was given up. What it had not done is done by the next run.'
           FROM run WHERE state IN ('queued', 'running') AND created_at < ?1 ON CONFLICT DO NOTHING`,
        )
        .bind(before),
      db
        .prepare(
          `UPDATE run SET state = 'failed', finished_at = ?2 WHERE state IN ('queued', 'running') AND created_at < ?1`,
        )
        .bind(before, at),
    ])
  }

  /** Forgets runs of days before `day`. */
  async function prune(day: string): Promise<void> {
    const old = '(SELECT id FROM run WHERE day < ?1 AND finished_at IS NOT NULL)'
    await db.batch(
      ['run_problem', 'run_calls', 'run_source', 'run_psa', 'run_tenant', 'run_company']
        .map((table) => db.prepare(`DELETE FROM ${table} WHERE run_id IN ${old}`).bind(day))
        .concat(db.prepare('DELETE FROM run WHERE day < ?1 AND finished_at IS NOT NULL').bind(day)),
    )
  }

  return {
    create,
    begin,
    active,
    activeAtSource,
    activeAtPsa,
    get,
    lastFinished,
    list,
    problemStatement,
    addProblem,
    addCalls,
    finishIfDone,
    failOlderThan,
    prune,
  }
}

export type RunStore = ReturnType<typeof runStore>
