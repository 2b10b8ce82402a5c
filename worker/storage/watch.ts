import * as z from 'zod'
import type { SecurityEvent } from '../domain/security.ts'
import type { KnownFault } from '../domain/ticket-look.ts'
import { deviceStatuses } from '../domain/ticket-rules.ts'
import { allRows, firstRow, flag, jsonColumn } from './rows.ts'

const WatchedRow = z
  .object({
    id: z.string(),
    name: z.string(),
    event_cursor: z.number().nullable(),
    psa: z.string().nullable(),
    company_id: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    name: row.name,
    eventCursor: row.event_cursor,
    /** Null where it is not mapped. */
    company: row.psa === null || row.company_id === null ? null : { connection: row.psa, id: row.company_id },
  }))

export type WatchedTenant = z.output<typeof WatchedRow>

const FaultRow = z
  .object({
    device_id: z.string(),
    name: z.string(),
    status: z.enum(deviceStatuses),
    since: z.number(),
    ticketed: flag,
  })
  .transform(
    (row): KnownFault => ({
      deviceId: row.device_id,
      name: row.name,
      status: row.status,
      sinceMs: row.since,
      ticketed: row.ticketed,
    }),
  )

const ViewRow = z
  .object({ watched: z.number(), not_yet: z.number(), oldest: z.number().nullable(), failed: z.number() })
  .transform((row) => ({
    watched: row.watched,
    notYet: row.not_yet,
    failed: row.failed,
    oldestLookAt: row.oldest === null ? null : new Date(row.oldest).toISOString(),
  }))

const FailingRow = z.object({ tenant: z.string(), name: z.string(), since: z.string(), why: z.string() })

const UnmappedRow = z
  .object({
    tenant: z.string(),
    name: z.string(),
    events: z.number(),
    last_at: z.string(),
    types: jsonColumn(z.array(z.object({ name: z.string(), count: z.number() }))),
  })
  .transform(({ last_at, ...row }) => ({ ...row, lastAt: last_at }))

/** Whose devices are watched: tenants of companies with rules in force, and those without a company. */
export interface WatchScope {
  /** PSA connections of which a rule is on. */
  psas: string[]
  /** Companies without tickets, as `connection/id`. */
  leftOut: string[]
}

/** Which tenants were looked at for tickets, how far, and what their devices suffer from. */
export function watchStore(db: D1Database) {
  const scoped = `FROM tenant t LEFT JOIN company_mapping m ON m.tenant_connection = t.connection AND m.tenant_id = t.id
    LEFT JOIN watched_tenant w ON w.connection = t.connection AND w.tenant_id = t.id
    WHERE t.kind = 'virtual_server' AND t.listed = 1 AND t.enabled = 1
      AND (m.company_id IS NULL OR (m.connection IN (SELECT value FROM json_each(?1))
        AND m.connection || '/' || m.company_id NOT IN (SELECT value FROM json_each(?2))))`

  function scopeValues({ psas, leftOut }: WatchScope): [string, string] {
    return [JSON.stringify(psas), JSON.stringify(leftOut)]
  }

  /** Every tenant of the source is to be looked at once more; one that is not done with the round before goes on. */
  async function beginRound(connection: string, nowMs: number): Promise<void> {
    await db
      .prepare(
        'INSERT INTO watch (connection, round_at) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET round_at = excluded.round_at',
      )
      .bind(connection, nowMs)
      .run()
  }

  /** Tenants of the source that the round still has to look at, those first that were tried longest ago. */
  function next(connection: string, scope: WatchScope, limit: number): Promise<WatchedTenant[]> {
    return allRows(
      db
        .prepare(
          `SELECT t.id, t.name, w.event_cursor, m.connection AS psa, m.company_id ${scoped} AND t.connection = ?3
             AND COALESCE(w.tried_at, 0) < (SELECT round_at FROM watch WHERE connection = ?3)
           ORDER BY COALESCE(w.tried_at, 0), t.id LIMIT ?4`,
        )
        .bind(...scopeValues(scope), connection, limit),
      WatchedRow,
    )
  }

  const mappedIn = `FROM tenant t JOIN company_mapping m ON m.tenant_connection = t.connection AND m.tenant_id = t.id
    WHERE t.kind = 'virtual_server' AND t.listed = 1 AND t.enabled = 1 AND m.connection IN (SELECT value FROM json_each(?1))
      AND m.connection || '/' || m.company_id NOT IN (SELECT value FROM json_each(?2))`

  /** Tenants with a company that gets tickets, by id, after one of them. */
  function mapped(scope: WatchScope, limit: number, after: { connection: string; id: string } | null) {
    return allRows(
      db
        .prepare(
          `SELECT t.connection, t.id, t.name ${mappedIn} AND (?3 IS NULL OR (t.connection, t.id) > (?3, ?4))
           ORDER BY t.connection, t.id LIMIT ?5`,
        )
        .bind(...scopeValues(scope), after?.connection ?? null, after?.id ?? null, limit),
      z.object({ connection: z.string(), id: z.string(), name: z.string() }),
    )
  }

  async function countMapped(scope: WatchScope): Promise<number> {
    const row = await firstRow(
      db.prepare(`SELECT COUNT(*) AS tenants ${mappedIn}`).bind(...scopeValues(scope)),
      z.object({ tenants: z.number() }),
    )
    return row?.tenants ?? 0
  }

  /** Whether mapped tenants of the source were never listed. */
  async function lacksTenants(connection: string): Promise<boolean> {
    const row = await firstRow(
      db
        .prepare(
          `SELECT 1 AS one FROM company_mapping m WHERE m.tenant_connection = ?1
             AND NOT EXISTS (SELECT 1 FROM tenant t WHERE t.connection = ?1 AND t.id = m.tenant_id) LIMIT 1`,
        )
        .bind(connection),
      z.object({ one: z.number() }),
    )
    return row !== null
  }

  /** Before the look: whatever becomes of it, the tenant's turn in this round is over. */
  async function tried(connection: string, tenantId: string, nowMs: number): Promise<void> {
    await db
      .prepare(
        `INSERT INTO watched_tenant (connection, tenant_id, tried_at) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET tried_at = excluded.tried_at`,
      )
      .bind(connection, tenantId, nowMs)
      .run()
  }

  /** For a batch: the look came to its end. `again` where more is waiting, so that the round looks once more. */
  function looked(
    connection: string,
    tenantId: string,
    look: { cursor: number | null; nowMs: number; again: boolean },
  ): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE watched_tenant SET event_cursor = COALESCE(?3, event_cursor), looked_at = ?4, failure = NULL,
           failing_since = NULL, tried_at = CASE ?5 WHEN 1 THEN (SELECT round_at - 1 FROM watch WHERE connection = ?1) ELSE tried_at END
         WHERE connection = ?1 AND tenant_id = ?2`,
      )
      .bind(connection, tenantId, look.cursor, look.nowMs, look.again ? 1 : 0)
  }

  async function failed(connection: string, tenantId: string, why: string, at: string): Promise<void> {
    await db
      .prepare(
        `UPDATE watched_tenant SET failure = ?3, failing_since = COALESCE(failing_since, ?4)
         WHERE connection = ?1 AND tenant_id = ?2`,
      )
      .bind(connection, tenantId, why, at)
      .run()
  }

  function faultsOf(connection: string, tenantId: string): Promise<KnownFault[]> {
    return allRows(
      db
        .prepare(
          `SELECT device_id, name, status, since, ticket_id IS NOT NULL AS ticketed FROM device_fault
           WHERE connection = ?1 AND tenant_id = ?2`,
        )
        .bind(connection, tenantId),
      FaultRow,
    )
  }

  /** For a batch: counts events of a tenant without a company. */
  function countUnmapped(connection: string, tenantId: string, events: SecurityEvent[]): D1PreparedStatement {
    return db
      .prepare(
        `INSERT INTO unmapped_event (connection, tenant_id, type, name, happened, last_at)
         SELECT ?1, ?2, value->>0, MAX(value->>1), COUNT(*), MAX(value->>2) FROM json_each(?3) GROUP BY value->>0
         ON CONFLICT DO UPDATE SET happened = happened + excluded.happened, name = excluded.name,
           last_at = MAX(last_at, excluded.last_at)`,
      )
      .bind(
        connection,
        tenantId,
        JSON.stringify(events.map(({ type, typeName, at }) => [type, typeName, at])),
      )
  }

  /** For a batch: the tenant has a company now. */
  function forgetUnmapped(connection: string, tenantId: string): D1PreparedStatement {
    return db
      .prepare('DELETE FROM unmapped_event WHERE connection = ?1 AND tenant_id = ?2')
      .bind(connection, tenantId)
  }

  /** How many tenants are watched, how many of them were never looked at, and how old the oldest look is. */
  async function view(scope: WatchScope) {
    const row = await firstRow(
      db
        .prepare(
          `SELECT COUNT(*) AS watched, COUNT(*) - COUNT(w.looked_at) AS not_yet, MIN(w.looked_at) AS oldest,
             COUNT(w.failing_since) AS failed ${scoped}`,
        )
        .bind(...scopeValues(scope)),
      ViewRow,
    )
    return row ?? { watched: 0, notYet: 0, failed: 0, oldestLookAt: null }
  }

  /** Watched tenants of which the last look failed, longest first. */
  function failing(scope: WatchScope, limit: number) {
    return allRows(
      db
        .prepare(
          `SELECT t.connection || '/' || t.id AS tenant, t.name, w.failing_since AS since, w.failure AS why ${scoped}
             AND w.failing_since IS NOT NULL ORDER BY w.failing_since, t.connection, t.id LIMIT ?3`,
        )
        .bind(...scopeValues(scope), limit),
      FailingRow,
    )
  }

  /** Tenants without a company at which something happened, by name. */
  function unmapped(limit: number, after: string | null) {
    return allRows(
      db
        .prepare(
          `SELECT u.connection || '/' || u.tenant_id AS tenant, COALESCE(t.name, u.tenant_id) AS name,
             SUM(u.happened) AS events, MAX(u.last_at) AS last_at,
             json_group_array(json_object('name', u.name, 'count', u.happened)) AS types
           FROM unmapped_event u LEFT JOIN tenant t ON t.connection = u.connection AND t.id = u.tenant_id
           WHERE ?2 IS NULL OR u.connection || '/' || u.tenant_id > ?2
           GROUP BY u.connection, u.tenant_id ORDER BY u.connection || '/' || u.tenant_id LIMIT ?1`,
        )
        .bind(limit, after),
      UnmappedRow,
    )
  }

  async function unmappedTotals(): Promise<{ tenants: number; events: number }> {
    const row = await firstRow(
      db.prepare(
        `SELECT COUNT(DISTINCT connection || '/' || tenant_id) AS tenants, COALESCE(SUM(happened), 0) AS events
         FROM unmapped_event`,
      ),
      z.object({ tenants: z.number(), events: z.number() }),
    )
    return row ?? { tenants: 0, events: 0 }
  }

  return {
    beginRound,
    next,
    mapped,
    countMapped,
    lacksTenants,
    tried,
    looked,
    failed,
    faultsOf,
    countUnmapped,
    forgetUnmapped,
    view,
    failing,
    unmapped,
    unmappedTotals,
  }
}
