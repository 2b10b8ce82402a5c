import * as z from 'zod'
import type { Tenant } from '../sources/port.ts'
import { allRows, firstRow, pieces, resultRows } from './rows.ts'
import { tenantRows } from './tenants.ts'

const OpenSourcesRow = z.object({ open: z.number() })
const NextRow = z.object({ at: z.number().nullable() })
const TriedRow = z.object({ id: z.string(), attempts: z.number() })

/** What a run still has to do, row by row, so that a killed run goes on where it was. */
export function runWorkStore(db: D1Database) {
  /** The Kaspersky connections that the run reads. */
  async function sourcesOf(runId: string): Promise<string[]> {
    const rows = await allRows(
      db.prepare('SELECT connection FROM run_source WHERE run_id = ?1 ORDER BY connection').bind(runId),
      z.object({ connection: z.string() }),
    )
    return rows.map((row) => row.connection)
  }

  /** The source answers again: failures from now on are counted from the start. */
  async function forgetSourceAttempts(runId: string, connection: string): Promise<void> {
    await db
      .prepare('UPDATE run_source SET attempts = 0 WHERE run_id = ?1 AND connection = ?2 AND attempts > 0')
      .bind(runId, connection)
      .run()
  }

  async function countSourceAttempt(runId: string, connection: string): Promise<void> {
    await db
      .prepare('UPDATE run_source SET attempts = attempts + 1 WHERE run_id = ?1 AND connection = ?2')
      .bind(runId, connection)
      .run()
  }

  /**
   * Notes what the source listed and lays out which tenants to read: all enabled ones, or of a run that named some
   * just those. Mapped tenants that are disabled or missing are `gone`. One transaction.
   */
  async function saveTenants(
    run: { id: string; named: boolean },
    connection: string,
    tenants: Tenant[],
    at: string,
  ): Promise<void> {
    const upserts = pieces(tenants).map((piece) =>
      db
        .prepare(
          `INSERT INTO tenant (connection, id, name, kind, enabled, listed, seen_at, search_key, sort_key, core)
           SELECT ?1, value->>0, value->>1, value->>2, value->>3, 1, ?3, value->>4, value->>5, value->>6
           FROM json_each(?2) WHERE true
           ON CONFLICT DO UPDATE SET name = excluded.name, kind = excluded.kind, enabled = excluded.enabled, listed = 1,
             retired = CASE excluded.enabled WHEN 1 THEN 0 ELSE retired END, seen_at = excluded.seen_at,
             search_key = excluded.search_key, sort_key = excluded.sort_key, core = excluded.core`,
        )
        .bind(connection, tenantRows(piece), at),
    )
    await db.batch([
      ...upserts,
      db
        .prepare('UPDATE tenant SET listed = 0 WHERE connection = ?1 AND seen_at < ?2 AND listed = 1')
        .bind(connection, at),
      db
        .prepare(
          `INSERT INTO run_tenant (run_id, connection, tenant_id, state)
           SELECT ?1, connection, id, 'waiting' FROM tenant
           WHERE ?3 = 0 AND connection = ?2 AND listed = 1 AND enabled = 1 ON CONFLICT DO NOTHING`,
        )
        .bind(run.id, connection, run.named ? 1 : 0),
      db
        .prepare(
          `INSERT INTO run_tenant (run_id, connection, tenant_id, state)
           SELECT ?1, tenant_connection, tenant_id, 'gone' FROM company_mapping m
           WHERE ?3 = 0 AND tenant_connection = ?2 AND NOT EXISTS (SELECT 1 FROM tenant t
             WHERE t.connection = ?2 AND t.id = m.tenant_id AND t.listed = 1 AND t.enabled = 1)
           ON CONFLICT DO NOTHING`,
        )
        .bind(run.id, connection, run.named ? 1 : 0),
      db
        .prepare(
          `UPDATE run_tenant SET state = 'gone' WHERE run_id = ?1 AND connection = ?2 AND state = 'waiting'
             AND NOT EXISTS (SELECT 1 FROM tenant t WHERE t.connection = ?2 AND t.id = run_tenant.tenant_id
               AND t.listed = 1 AND t.enabled = 1)`,
        )
        .bind(run.id, connection),
      db
        .prepare(
          `INSERT INTO run_problem (run_id, code, tenant, company, message)
           SELECT ?1, 'tenant_gone', r.connection || '/' || r.tenant_id, COALESCE(m.company_id, ''),
             COALESCE(t.name, r.tenant_id) || CASE
               WHEN t.listed = 1
               THEN ' is switched off in Kaspersky. Its last quantity stays in the bill; switch it on again, or approve taking it out.'
               WHEN (SELECT kind FROM connection WHERE id = ?2) = 'hub'
               THEN ' is not in the report. Its last quantity stays in the bill; bring it back with the next report, or approve taking it out.'
               ELSE ' no longer exists in Kaspersky. Its last quantity stays in the bill; remove its mapping, or approve taking it out.' END
           FROM run_tenant r LEFT JOIN tenant t ON t.connection = r.connection AND t.id = r.tenant_id
           LEFT JOIN company_mapping m ON m.tenant_connection = r.connection AND m.tenant_id = r.tenant_id
           WHERE r.run_id = ?1 AND r.connection = ?2 AND r.state = 'gone' AND COALESCE(t.retired, 0) = 0
             AND COALESCE(m.billing, 1) = 1
           ON CONFLICT DO NOTHING`,
        )
        .bind(run.id, connection),
      db
        .prepare(`UPDATE run_source SET state = 'reading' WHERE run_id = ?1 AND connection = ?2`)
        .bind(run.id, connection),
      readyCompanies(run.id, connection, null),
    ])
  }

  /** Ends a source's part of the run; what could not be read any more counts as incomplete. */
  async function finishSource(runId: string, connection: string): Promise<void> {
    await db.batch([
      db
        .prepare(
          `INSERT INTO run_tenant (run_id, connection, tenant_id, state)
           SELECT ?1, tenant_connection, tenant_id, 'incomplete' FROM company_mapping
           WHERE tenant_connection = ?2 AND (SELECT named FROM run WHERE id = ?1) = 0 ON CONFLICT DO NOTHING`,
        )
        .bind(runId, connection),
      db
        .prepare(
          `UPDATE run_tenant SET state = 'incomplete' WHERE run_id = ?1 AND connection = ?2 AND state = 'waiting'`,
        )
        .bind(runId, connection),
      db
        .prepare(`UPDATE run_source SET state = 'done' WHERE run_id = ?1 AND connection = ?2`)
        .bind(runId, connection),
      readyCompanies(runId, connection, null),
    ])
  }

  /**
   * Tenants to read now: those that were not tried yet, or else one of the others by itself, so that one that makes the
   * Worker crash takes nobody with it twice.
   */
  async function waitingTenants(
    runId: string,
    connection: string,
    nowMs: number,
    limit: number,
  ): Promise<string[]> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT tenant_id AS id, attempts FROM run_tenant WHERE run_id = ?1 AND connection = ?2 AND state = 'waiting'
             AND not_before <= ?3 ORDER BY attempts, tenant_id LIMIT ?4`,
        )
        .bind(runId, connection, nowMs, limit),
      TriedRow,
    )
    return untriedOrOne(rows)
  }

  /** When the next tenant may be read, in milliseconds; null where none waits. */
  function nextTenantAt(runId: string, connection: string): Promise<number | null> {
    return nextAt(
      db
        .prepare(
          `SELECT MIN(not_before) AS at FROM run_tenant WHERE run_id = ?1 AND connection = ?2 AND state = 'waiting'`,
        )
        .bind(runId, connection),
    )
  }

  /** Counts an attempt before the work; answers which one it is for each tenant that still waits. */
  async function attemptTenants(
    runId: string,
    connection: string,
    tenantIds: string[],
  ): Promise<Map<string, number>> {
    const rows = await allRows(
      db
        .prepare(
          `UPDATE run_tenant SET attempts = attempts + 1 WHERE run_id = ?1 AND connection = ?2 AND state = 'waiting'
             AND tenant_id IN (SELECT value FROM json_each(?3)) RETURNING tenant_id AS id, attempts`,
        )
        .bind(runId, connection, JSON.stringify(tenantIds)),
      TriedRow,
    )
    return new Map(rows.map(({ id, attempts }) => [id, attempts]))
  }

  /** Puts tenants back; `counted` false takes the attempt back where they had no part in the failure. */
  async function postponeTenants(
    runId: string,
    connection: string,
    tenantIds: string[],
    notBeforeMs: number,
    counted: boolean,
  ): Promise<void> {
    await db
      .prepare(
        `UPDATE run_tenant SET not_before = ?4, attempts = attempts - ?5 WHERE run_id = ?1 AND connection = ?2
           AND state = 'waiting' AND tenant_id IN (SELECT value FROM json_each(?3))`,
      )
      .bind(runId, connection, JSON.stringify(tenantIds), notBeforeMs, counted ? 0 : 1)
      .run()
  }

  /** For a batch: the tenant is read (or given up), and its company may be billed once it was the last one. */
  function tenantDone(
    runId: string,
    connection: string,
    tenantId: string,
    state: 'complete' | 'incomplete',
  ): D1PreparedStatement[] {
    return [
      db
        .prepare(
          `UPDATE run_tenant SET state = ?4
           WHERE run_id = ?1 AND connection = ?2 AND tenant_id = ?3 AND state = 'waiting'`,
        )
        .bind(runId, connection, tenantId, state),
      readyCompanies(runId, connection, tenantId),
    ]
  }

  /** Companies with this tenant (null: with any tenant of the connection) all of whose tenants are dealt with. */
  function readyCompanies(runId: string, connection: string, tenantId: string | null): D1PreparedStatement {
    return db
      .prepare(
        `INSERT INTO run_company (run_id, connection, company_id, state)
         SELECT DISTINCT ?1, m.connection, m.company_id, 'ready' FROM company_mapping m
         WHERE m.tenant_connection = ?2 AND m.tenant_id ${tenantId === null ? 'IS NOT ?3' : '= ?3'}
           AND EXISTS (SELECT 1 FROM run_tenant r WHERE r.run_id = ?1 AND r.connection = m.tenant_connection
             AND r.tenant_id = m.tenant_id AND r.state <> 'waiting')
           AND NOT EXISTS (
             SELECT 1 FROM company_mapping o
             WHERE o.connection = m.connection AND o.company_id = m.company_id AND (
               EXISTS (SELECT 1 FROM run_source s WHERE s.run_id = ?1 AND s.connection = o.tenant_connection
                 AND s.state = 'listing')
               OR EXISTS (SELECT 1 FROM run_tenant r WHERE r.run_id = ?1 AND r.connection = o.tenant_connection
                 AND r.tenant_id = o.tenant_id AND r.state = 'waiting')))
         ON CONFLICT DO NOTHING`,
      )
      .bind(runId, connection, tenantId)
  }

  /** The PSA connections that the run bills. */
  async function psasOf(runId: string): Promise<string[]> {
    const rows = await allRows(
      db.prepare('SELECT connection FROM run_psa WHERE run_id = ?1 ORDER BY connection').bind(runId),
      z.object({ connection: z.string() }),
    )
    return rows.map((row) => row.connection)
  }

  /** Notes when the PSA last had room for the run's calls. */
  async function sawRoom(runId: string, connection: string, nowMs: number): Promise<void> {
    await db
      .prepare('UPDATE run_psa SET room_seen_at = ?3 WHERE run_id = ?1 AND connection = ?2')
      .bind(runId, connection, nowMs)
      .run()
  }

  /** Agreements of companies that the run may bill by now and has not yet, in the order it takes them up. */
  async function readyAgreements(runId: string, connection: string, limit: number): Promise<string[]> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT m.agreement_id AS id FROM run_company r CROSS JOIN company_mapping m
             ON m.connection = r.connection AND m.company_id = r.company_id
           WHERE r.run_id = ?1 AND r.connection = ?2 AND r.state = 'ready' AND m.billing = 1
             AND m.agreement_id IS NOT NULL
           GROUP BY m.agreement_id ORDER BY MIN(r.attempts), MIN(r.company_id) LIMIT ?3`,
        )
        .bind(runId, connection, limit),
      z.object({ id: z.string() }),
    )
    return rows.map(({ id }) => id)
  }

  /** For a batch: the PSA's part of the run is over. */
  function donePsa(runId: string, connection: string): D1PreparedStatement {
    return db
      .prepare(`UPDATE run_psa SET state = 'done' WHERE run_id = ?1 AND connection = ?2`)
      .bind(runId, connection)
  }

  /** As `forgetSourceAttempts`. */
  async function forgetPsaAttempts(runId: string, connection: string): Promise<void> {
    await db
      .prepare('UPDATE run_psa SET attempts = 0 WHERE run_id = ?1 AND connection = ?2 AND attempts > 0')
      .bind(runId, connection)
      .run()
  }

  async function countPsaAttempt(runId: string, connection: string): Promise<void> {
    await db
      .prepare('UPDATE run_psa SET attempts = attempts + 1 WHERE run_id = ?1 AND connection = ?2')
      .bind(runId, connection)
      .run()
  }

  /**
   * Companies to bill now, chosen as in `waitingTenants`; when the next one may be billed, in milliseconds, null where
   * none waits; and whether every source is done, so that no further company will become ready. Asked in one
   * transaction: the last ones become ready in the moment in which the last source is done.
   */
  async function readyCompaniesOf(
    runId: string,
    connection: string,
    nowMs: number,
    limit: number,
  ): Promise<{ ready: string[]; nextMs: number | null; allIsRead: boolean }> {
    const [companies, next, sources] = await db.batch([
      db
        .prepare(
          `SELECT company_id AS id, attempts FROM run_company WHERE run_id = ?1 AND connection = ?2 AND state = 'ready'
             AND not_before <= ?3 ORDER BY attempts, company_id LIMIT ?4`,
        )
        .bind(runId, connection, nowMs, limit),
      nextCompany(runId, connection),
      openSources(runId),
    ])
    return {
      ready: untriedOrOne(resultRows(companies, TriedRow)),
      nextMs: resultRows(next, NextRow)[0]?.at ?? null,
      allIsRead: resultRows(sources, OpenSourcesRow)[0]?.open === 0,
    }
  }

  function nextCompany(runId: string, connection: string): D1PreparedStatement {
    return db
      .prepare(
        `SELECT MIN(not_before) AS at FROM run_company WHERE run_id = ?1 AND connection = ?2 AND state = 'ready'`,
      )
      .bind(runId, connection)
  }

  /** When the next company may be billed, as in `readyCompaniesOf`. */
  function nextCompanyAt(runId: string, connection: string): Promise<number | null> {
    return nextAt(nextCompany(runId, connection))
  }

  /** As `attemptTenants`. */
  async function attemptCompanies(
    runId: string,
    connection: string,
    companyIds: string[],
  ): Promise<Map<string, number>> {
    const rows = await allRows(
      db
        .prepare(
          `UPDATE run_company SET attempts = attempts + 1 WHERE run_id = ?1 AND connection = ?2 AND state = 'ready'
             AND company_id IN (SELECT value FROM json_each(?3)) RETURNING company_id AS id, attempts`,
        )
        .bind(runId, connection, JSON.stringify(companyIds)),
      TriedRow,
    )
    return new Map(rows.map(({ id, attempts }) => [id, attempts]))
  }

  /**
   * For a batch: the company is planned anew in this run. One whose tenants the run has not dealt with yet is not
   * hurried: it becomes ready with them.
   */
  function planAgain(runId: string, connection: string, companyId: string): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE run_company SET state = 'ready', not_before = 0
         WHERE run_id = ?1 AND connection = ?2 AND company_id = ?3`,
      )
      .bind(runId, connection, companyId)
  }

  /** As `postponeTenants`. */
  async function postponeCompanies(
    runId: string,
    connection: string,
    companyIds: string[],
    notBeforeMs: number,
    counted: boolean,
  ): Promise<void> {
    await db
      .prepare(
        `UPDATE run_company SET not_before = ?4, attempts = attempts - ?5 WHERE run_id = ?1 AND connection = ?2
           AND state = 'ready' AND company_id IN (SELECT value FROM json_each(?3))`,
      )
      .bind(runId, connection, JSON.stringify(companyIds), notBeforeMs, counted ? 0 : 1)
      .run()
  }

  /** For a batch: the companies are planned, and so many lines of each agreed. */
  function companiesDone(
    runId: string,
    connection: string,
    companies: [companyId: string, unchanged: number][],
  ): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE run_company SET state = 'done', unchanged = (SELECT value->>1 FROM json_each(?3) WHERE value->>0 = company_id)
         WHERE run_id = ?1 AND connection = ?2 AND company_id IN (SELECT value->>0 FROM json_each(?3))`,
      )
      .bind(runId, connection, JSON.stringify(companies))
  }

  /** Gives up on the companies that are ready now; their bills stay as they are. */
  async function finishReadyCompanies(runId: string, connection: string): Promise<void> {
    await db
      .prepare(
        `UPDATE run_company SET state = 'done' WHERE run_id = ?1 AND connection = ?2 AND state = 'ready'`,
      )
      .bind(runId, connection)
      .run()
  }

  /** As `allIsRead` of `readyCompaniesOf`. */
  async function sourcesAreDone(runId: string): Promise<boolean> {
    const row = await firstRow(openSources(runId), OpenSourcesRow)
    return row?.open === 0
  }

  function openSources(runId: string): D1PreparedStatement {
    return db
      .prepare(`SELECT COUNT(*) AS open FROM run_source WHERE run_id = ?1 AND state <> 'done'`)
      .bind(runId)
  }

  /** How each of these tenants fared in the run; absent where the run does not read it. */
  async function tenantStates(runId: string, tenants: { connection: string; id: string }[]) {
    const rows = await allRows(
      db
        .prepare(
          `SELECT r.connection || '/' || r.tenant_id AS tenant, r.state FROM json_each(?2) t
           CROSS JOIN run_tenant r ON r.run_id = ?1 AND r.connection = t.value->>0 AND r.tenant_id = t.value->>1`,
        )
        .bind(runId, JSON.stringify(tenants.map((tenant) => [tenant.connection, tenant.id]))),
      z.object({ tenant: z.string(), state: z.enum(['waiting', 'complete', 'incomplete', 'gone']) }),
    )
    return new Map(rows.map((row) => [row.tenant, row.state]))
  }

  async function nextAt(statement: D1PreparedStatement): Promise<number | null> {
    return (await firstRow(statement, NextRow))?.at ?? null
  }

  return {
    sourcesOf,
    countSourceAttempt,
    forgetSourceAttempts,
    saveTenants,
    finishSource,
    waitingTenants,
    nextTenantAt,
    attemptTenants,
    postponeTenants,
    tenantDone,
    psasOf,
    sawRoom,
    readyAgreements,
    donePsa,
    countPsaAttempt,
    forgetPsaAttempts,
    readyCompaniesOf,
    nextCompanyAt,
    attemptCompanies,
    planAgain,
    postponeCompanies,
    companiesDone,
    finishReadyCompanies,
    sourcesAreDone,
    tenantStates,
  }
}

function untriedOrOne(rows: z.output<typeof TriedRow>[]): string[] {
  const untried = rows.filter(({ attempts }) => attempts === 0)
  return (untried.length > 0 ? untried : rows.slice(0, 1)).map(({ id }) => id)
}

export type RunWorkStore = ReturnType<typeof runWorkStore>
