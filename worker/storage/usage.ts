import * as z from 'zod'
import type { Category, DeviceCounts, TenantUsage, Unit } from '../domain/usage.ts'
import { allRows, firstRow, pieces } from './rows.ts'

export interface ReadOf {
  connection: string
  tenantId: string
  runId: string
  /** Local day of the run. */
  day: string
  /** When the read was complete, ISO 8601 in UTC. */
  at: string
}

const ReadRow = z.object({ id: z.number(), day: z.string(), at: z.string(), digest: z.string() })

const LatestReadRow = ReadRow.extend({ tenant: z.string(), as_of: z.string().nullable() })

const UseRow = z.object({
  connection: z.string(),
  tenant_id: z.string(),
  application: z.string(),
  category: z.enum(['all', 'workstation', 'server', 'other']),
  quantity: z.number(),
  unit: z.enum(['device', 'user', 'mailbox', 'core']),
})

/** One complete read. */
export type Read = z.output<typeof ReadRow>

export interface LatestRead extends Read {
  /** The day of the report that it was taken from; null where the vendor itself was asked. */
  asOf: string | null
}

export interface UseRow {
  connection: string
  tenantId: string
  application: string
  category: Category
  quantity: number
  unit: Unit
}

/** Complete reads, kept as intervals that grow only where something changed. */
export function usageStore(db: D1Database) {
  /**
   * Lays a complete read down and merges it by one transaction: whatever is killed, either all of it is there or
   * nothing. Repeating it changes nothing but the list of reads.
   *
   * @param before the tenant's last complete read; where it read the very same, only the list of reads grows
   * @param commit carries the statements out in one transaction
   */
  async function save(
    of: ReadOf,
    usage: TenantUsage,
    before: Read | undefined,
    token: string,
    commit: (statements: D1PreparedStatement[]) => Promise<void>,
  ): Promise<void> {
    const digest = await digestOf(usage)
    const read = db
      .prepare(
        `INSERT INTO usage_read (connection, tenant_id, run_id, day, at, digest, report_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
      )
      .bind(of.connection, of.tenantId, of.runId, of.day, of.at, digest, usage.reportId ?? null)
    if (before?.digest === digest) await commit([read])
    else await commit([read, ...(await merging(of, usage, token))])
  }

  /** Statements that bring the intervals in line with the tenant's newest read. */
  async function merging(of: ReadOf, usage: TenantUsage, token: string): Promise<D1PreparedStatement[]> {
    const tenant = [of.connection, of.tenantId] as const
    const clear = db
      .prepare('DELETE FROM staged_item WHERE connection = ?1 AND tenant_id = ?2')
      .bind(...tenant)
    const staged = pieces(usage.items).map((piece) =>
      db
        .prepare(
          `INSERT INTO staged_item (connection, tenant_id, token, application, item_id, category, left_out, name, warning)
           SELECT ?1, ?2, ?3, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each(?4)
           WHERE true ON CONFLICT DO NOTHING`,
        )
        .bind(
          ...tenant,
          token,
          JSON.stringify(
            piece.map((item) => [
              item.application,
              item.id,
              item.category,
              item.leftOut ?? '',
              item.name,
              item.warning,
            ]),
          ),
        ),
    )
    const last = staged.pop()
    // What a killed attempt left behind goes first.
    if (staged.length > 0) await clear.run()
    for (const statement of staged) await statement.run()

    const quantities = JSON.stringify(
      usage.quantities.map((use) => [
        use.application,
        use.category,
        use.quantity,
        use.unit ?? null,
        use.basis === undefined ? null : basisText(use.basis),
      ]),
    )
    const thisRead = '(SELECT MAX(id) FROM usage_read WHERE connection = ?1 AND tenant_id = ?2)'
    return [
      ...(last === undefined ? [] : [last]),
      db
        .prepare(
          `INSERT INTO application (key, name, unit)
           SELECT value->>0, value->>1, value->>2 FROM json_each(?1) WHERE true
           ON CONFLICT (key) DO UPDATE SET name = excluded.name, unit = excluded.unit
           WHERE excluded.name <> application.name OR excluded.unit <> application.unit`,
        )
        .bind(JSON.stringify(usage.applications.map((found) => [found.key, found.name, found.unit]))),
      db
        .prepare(
          `UPDATE usage_item SET end_read = ${thisRead}
           WHERE connection = ?1 AND tenant_id = ?2 AND end_read IS NULL AND NOT EXISTS (
             SELECT 1 FROM staged_item s WHERE s.connection = ?1 AND s.tenant_id = ?2 AND s.token = ?3
               AND s.application = usage_item.application AND s.item_id = usage_item.item_id AND s.category = usage_item.category
               AND s.left_out = usage_item.left_out)`,
        )
        .bind(...tenant, token),
      db
        .prepare(
          `UPDATE usage_item SET name = s.name, warning = s.warning FROM staged_item s
           WHERE usage_item.connection = ?1 AND usage_item.tenant_id = ?2 AND usage_item.end_read IS NULL
             AND s.connection = ?1 AND s.tenant_id = ?2 AND s.token = ?3
             AND s.application = usage_item.application AND s.item_id = usage_item.item_id AND s.category = usage_item.category AND s.left_out = usage_item.left_out
             AND (s.name <> usage_item.name OR s.warning IS NOT usage_item.warning)`,
        )
        .bind(...tenant, token),
      db
        .prepare(
          `INSERT INTO usage_item (connection, tenant_id, application, item_id, category, left_out, first_read, name,
             warning, since)
           SELECT ?1, ?2, s.application, s.item_id, s.category, s.left_out, ${thisRead}, s.name, s.warning, ?4
           FROM staged_item s WHERE s.connection = ?1 AND s.tenant_id = ?2 AND s.token = ?3 AND NOT EXISTS (
             SELECT 1 FROM usage_item u WHERE u.connection = ?1 AND u.tenant_id = ?2 AND u.end_read IS NULL
               AND u.application = s.application AND u.item_id = s.item_id AND u.category = s.category
               AND u.left_out = s.left_out)`,
        )
        .bind(...tenant, token, of.day),
      db
        .prepare(
          `UPDATE usage_quantity SET end_read = ${thisRead}
           WHERE connection = ?1 AND tenant_id = ?2 AND end_read IS NULL AND NOT EXISTS (
             SELECT 1 FROM json_each(?3) q WHERE q.value->>0 = application AND q.value->>1 = category
               AND q.value->>2 = quantity AND q.value->>3 IS unit AND q.value->>4 IS basis)`,
        )
        .bind(...tenant, quantities),
      db
        .prepare(
          `INSERT INTO usage_quantity (connection, tenant_id, application, category, first_read, quantity, unit, basis)
           SELECT ?1, ?2, q.value->>0, q.value->>1, ${thisRead}, q.value->>2, q.value->>3, q.value->>4 FROM json_each(?3) q
           WHERE NOT EXISTS (SELECT 1 FROM usage_quantity u WHERE u.connection = ?1 AND u.tenant_id = ?2
             AND u.end_read IS NULL AND u.application = q.value->>0 AND u.category = q.value->>1)`,
        )
        .bind(...tenant, quantities),
      clear,
    ]
  }

  /** The last complete read of each tenant; a tenant that was never read is absent. Keyed by `connection/id`. */
  async function latestReads(
    tenants: { connection: string; id: string }[],
  ): Promise<Map<string, LatestRead>> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT r.connection || '/' || r.tenant_id AS tenant, r.id, r.day, r.at, r.digest, p.as_of FROM json_each(?1) t
           JOIN usage_read r ON r.id = (SELECT MAX(id) FROM usage_read
             WHERE connection = t.value->>0 AND tenant_id = t.value->>1)
           LEFT JOIN report p ON p.id = r.report_id`,
        )
        .bind(JSON.stringify(tenants.map((tenant) => [tenant.connection, tenant.id]))),
      LatestReadRow,
    )
    return new Map(rows.map(({ tenant, as_of, ...read }) => [tenant, { ...read, asOf: as_of }]))
  }

  /** When anything was last read of each source, ISO 8601 UTC; a source of which nothing was is absent. */
  async function lastReadOfEach(): Promise<Map<string, string>> {
    const rows = await allRows(
      db.prepare('SELECT connection, MAX(at) AS at FROM usage_read GROUP BY connection'),
      z.object({ connection: z.string(), at: z.string() }),
    )
    return new Map(rows.map(({ connection, at }) => [connection, at]))
  }

  /** The last complete read of one tenant on or before `day`. */
  function readOn(connection: string, tenantId: string, day: string): Promise<Read | null> {
    return firstRow(
      db
        .prepare(
          `SELECT id, day, at, digest FROM usage_read WHERE connection = ?1 AND tenant_id = ?2 AND day <= ?3
           ORDER BY day DESC, id DESC LIMIT 1`,
        )
        .bind(connection, tenantId, day),
      ReadRow,
    )
  }

  /** What tenants use by their last complete reads. */
  async function currentUse(tenants: { connection: string; id: string }[]): Promise<UseRow[]> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT u.connection, u.tenant_id, u.application, u.category, u.quantity, COALESCE(u.unit, a.unit) AS unit
           FROM json_each(?1) t
           JOIN usage_quantity u ON u.connection = t.value->>0 AND u.tenant_id = t.value->>1 AND u.end_read IS NULL
           JOIN application a ON a.key = u.application
           ORDER BY u.connection, u.tenant_id, u.application, u.category`,
        )
        .bind(JSON.stringify(tenants.map((tenant) => [tenant.connection, tenant.id]))),
      UseRow,
    )
    return rows.map(({ tenant_id, ...row }) => ({ ...row, tenantId: tenant_id }))
  }

  /** What one tenant used by the read `readId`. */
  function useAt(connection: string, tenantId: string, readId: number) {
    return allRows(
      db
        .prepare(
          `SELECT application, category, quantity FROM usage_quantity
           WHERE connection = ?1 AND tenant_id = ?2 AND first_read <= ?3 AND (end_read IS NULL OR end_read > ?3)
           ORDER BY application, category`,
        )
        .bind(connection, tenantId, readId),
      UseRow.pick({ application: true, category: true, quantity: true }),
    )
  }

  /** Applications that were found and are not licensed by device: they are never split. */
  async function unsplit(): Promise<Set<string>> {
    const rows = await allRows(
      db.prepare(`SELECT key FROM application WHERE unit <> 'device'`),
      z.object({ key: z.string() }),
    )
    return new Set(rows.map(({ key }) => key))
  }

  /** Forgets what is older than `day`, but never a tenant's last word. Safe to repeat. */
  async function prune(day: string): Promise<void> {
    const oldest = '(SELECT COALESCE(MAX(id), 0) FROM usage_read WHERE day < ?1)'
    await db.batch([
      db.prepare(`DELETE FROM usage_item WHERE end_read <= ${oldest}`).bind(day),
      db.prepare(`DELETE FROM usage_quantity WHERE end_read <= ${oldest}`).bind(day),
      db
        .prepare(
          `DELETE FROM usage_read WHERE day < ?1 AND id < (SELECT MAX(r.id) FROM usage_read r
             WHERE r.connection = usage_read.connection AND r.tenant_id = usage_read.tenant_id)`,
        )
        .bind(day),
    ])
  }

  return { save, latestReads, lastReadOfEach, readOn, currentUse, useAt, unsplit, prune }
}

function basisText({ workstations, servers, other }: DeviceCounts): string {
  return JSON.stringify({ workstations, servers, other })
}

/** The same for two reads exactly where they found the same. */
async function digestOf({ quantities, items, applications }: TenantUsage): Promise<string> {
  const text = JSON.stringify([
    quantities.map((use) => [
      use.application,
      use.category,
      use.quantity,
      ...(use.unit === undefined ? [] : [use.unit]),
      ...(use.basis === undefined ? [] : [basisText(use.basis)]),
    ]),
    items.map((item) => [item.application, item.id, item.category, item.leftOut, item.name, item.warning]),
    applications.map((found) => [found.key, found.name, found.unit]),
  ])
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export type UsageStore = ReturnType<typeof usageStore>
