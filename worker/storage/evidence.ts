import * as z from 'zod'
import { leftOutReasons } from '../domain/usage.ts'
import type { Part } from '../domain/wanted.ts'
import { PartShape } from './own-lines.ts'
import { allRows, firstRow, jsonColumn } from './rows.ts'
import { tenantName } from './tenant-name.ts'
import type { LineKey } from './left-behind.ts'

export interface TenantKey {
  connection: string
  id: string
}

/** One tenant's use of one application (and category), by which a line's devices are found. */
export interface Billed {
  tenant: TenantKey
  application: string
  category: Part['category']
}

const ReadRow = z
  .object({
    connection: z.string(),
    tenant_id: z.string(),
    id: z.number(),
    day: z.string(),
    at: z.string(),
    baseline: z.number(),
    report_id: z.string().nullable(),
  })
  .transform(({ tenant_id, report_id, ...row }) => ({ ...row, tenantId: tenant_id, reportId: report_id }))

/**
 * A tenant's last complete read on or before a day, and the `baseline` that its day is compared with: the last read of
 * a day before, or else the first of the same day.
 */
export type DayRead = z.output<typeof ReadRow>

const category = z.enum(['all', 'workstation', 'server', 'other'])

const ItemRow = z.object({
  id: z.string(),
  name: z.string(),
  application: z.string(),
  category,
  left_out: z.enum(['', ...leftOutReasons]),
  since: z.string(),
})

const GoneRow = z.object({
  id: z.string(),
  name: z.string(),
  application: z.string(),
  category,
  since: z.string(),
  until: z.string(),
})

const StatedRow = z.object({
  application: z.string(),
  category,
  quantity: z.number(),
  unit: z.enum(['device', 'user', 'mailbox', 'core']),
  basis: jsonColumn(
    z.object({ workstations: z.number(), servers: z.number(), other: z.number() }),
  ).nullable(),
  since: z.string(),
})

const HistoryRow = z.object({ day: z.string(), billed: z.number(), parts: jsonColumn(z.array(PartShape)) })

const WrittenRow = z.object({
  to_quantity: z.number(),
  reads: jsonColumn(z.array(z.tuple([z.string(), z.number()]))),
})

/** What a line's quantity was made of. */
export function evidenceStore(db: D1Database) {
  /**
   * What the line billed on `day`, since which day, the use that this came from, and the use that it came from before
   * that last changed; null before it was billed.
   */
  async function lineOn(line: LineKey, day: string) {
    const [now, before] = await allRows(
      db
        .prepare(
          `SELECT day, billed, parts FROM line_history WHERE connection = ?1 AND agreement_id = ?2 AND product_id = ?3
             AND day <= ?4 ORDER BY day DESC LIMIT 2`,
        )
        .bind(line.connection, line.agreementId, line.productId, day),
      HistoryRow,
    )
    return now === undefined ? null : { ...now, partsBefore: before?.parts ?? [] }
  }

  /**
   * The reads (by `connection/tenant`) that the number came from which was written on `day`; empty where the last write
   * of that day was another number, or nothing was written.
   */
  async function readsBehind(line: LineKey, day: string, billed: number): Promise<Map<string, number>> {
    const last = await firstRow(
      db
        .prepare(
          `SELECT to_quantity, reads FROM change WHERE connection = ?1 AND agreement_id = ?2 AND product_id = ?3
             AND dry_run = 0 AND state = 'verified' AND effective_on = ?4 ORDER BY settled_at DESC LIMIT 1`,
        )
        .bind(line.connection, line.agreementId, line.productId, day),
      WrittenRow,
    )
    return new Map(last?.to_quantity === billed ? last.reads : [])
  }

  /** What a line was made of at any time: by its newest history, or a change that was planned for it. */
  async function lastParts(line: LineKey): Promise<Part[] | null> {
    const row = await firstRow(
      db
        .prepare(
          `SELECT parts FROM (
             SELECT parts, 1 AS rank, day AS at FROM line_history
             WHERE connection = ?1 AND agreement_id = ?2 AND product_id = ?3
             UNION ALL
             SELECT parts, 2, created_at FROM change
             WHERE connection = ?1 AND agreement_id = ?2 AND product_id = ?3)
           ORDER BY rank, at DESC LIMIT 1`,
        )
        .bind(line.connection, line.agreementId, line.productId),
      z.object({ parts: jsonColumn(z.array(PartShape)) }),
    )
    return row?.parts ?? null
  }

  /** Tenants whose use the mapping bills on the agreement. Those that a person took out of the bill are no part of it. */
  function billedTenants(connection: string, agreementId: string) {
    return allRows(
      db
        .prepare(
          `SELECT m.tenant_connection AS connection, m.tenant_id AS id, k.kind FROM company_mapping m
           JOIN connection k ON k.id = m.tenant_connection
           LEFT JOIN tenant t ON t.connection = m.tenant_connection AND t.id = m.tenant_id
           WHERE m.connection = ?1 AND m.agreement_id = ?2 AND m.billing = 1 AND COALESCE(t.retired, 0) = 0
           ORDER BY m.tenant_connection, m.tenant_id`,
        )
        .bind(connection, agreementId),
      z.object({ connection: z.string(), id: z.string(), kind: z.string() }),
    )
  }

  /** Those of `applications` that were found and are not licensed by device. */
  async function notPerDevice(applications: string[]): Promise<Set<string>> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT key FROM application WHERE unit <> 'device' AND key IN (SELECT value FROM json_each(?1))`,
        )
        .bind(JSON.stringify(applications)),
      z.object({ key: z.string() }),
    )
    return new Set(rows.map((row) => row.key))
  }

  /**
   * The reads that answer for `day`: those of `chosen` (by `connection/tenant`), else the last until then; a tenant that
   * was not read completely until then is absent.
   */
  function readsOn(tenants: TenantKey[], day: string, chosen: Map<string, number>): Promise<DayRead[]> {
    const ofTenant = 'connection = r.connection AND tenant_id = r.tenant_id'
    return allRows(
      db
        .prepare(
          `SELECT r.connection, r.tenant_id, r.id, r.day, r.at, r.report_id, COALESCE(
             (SELECT id FROM usage_read WHERE ${ofTenant} AND day < r.day ORDER BY day DESC, id DESC LIMIT 1),
             (SELECT MIN(id) FROM usage_read WHERE ${ofTenant} AND day = r.day)) AS baseline
           FROM json_each(?1) t JOIN usage_read r ON r.id = COALESCE(
             (SELECT id FROM usage_read WHERE id = t.value->>2),
             (SELECT id FROM usage_read WHERE connection = t.value->>0 AND tenant_id = t.value->>1 AND day <= ?2
              ORDER BY day DESC, id DESC LIMIT 1))
           ORDER BY r.connection, r.tenant_id`,
        )
        .bind(
          JSON.stringify(
            tenants.map(({ connection, id }) => [
              connection,
              id,
              chosen.get(tenantName(connection, id)) ?? null,
            ]),
          ),
          day,
        ),
      ReadRow,
    )
  }

  /** How many licences one tenant's read counted of this use. */
  async function quantityAt(read: DayRead, billed: Billed[]): Promise<number> {
    const row = await firstRow(
      db
        .prepare(
          `SELECT COALESCE(SUM(u.quantity), 0) AS quantity FROM usage_quantity u
           WHERE u.connection = ?1 AND u.tenant_id = ?2 AND u.first_read <= ?3
             AND (u.end_read IS NULL OR u.end_read > ?3) AND ${isBilled('u')}`,
        )
        .bind(read.connection, read.tenantId, read.id, usesOf(read, billed)),
      z.object({ quantity: z.number() }),
    )
    return row?.quantity ?? 0
  }

  /**
   * How much of each use that the line bills one tenant's read states, and what a computed number was made of. `since` is
   * the day of the first read that stated the same.
   */
  function statedAt(read: DayRead, billed: Billed[]) {
    return allRows(
      db
        .prepare(
          `SELECT u.application, u.category, u.quantity, COALESCE(u.unit, a.unit) AS unit, u.basis, f.day AS since
           FROM usage_quantity u JOIN application a ON a.key = u.application JOIN usage_read f ON f.id = u.first_read
           WHERE u.connection = ?1 AND u.tenant_id = ?2 AND u.first_read <= ?3
             AND (u.end_read IS NULL OR u.end_read > ?3) AND ${isBilled('u')}
           ORDER BY u.application, u.category`,
        )
        .bind(read.connection, read.tenantId, read.id, usesOf(read, billed)),
      StatedRow,
    )
  }

  /** Every device, user or mailbox of one tenant's read that used what the line bills, counted or left out. */
  function itemsAt(read: DayRead, billed: Billed[]) {
    return allRows(
      db
        .prepare(
          `SELECT u.item_id AS id, u.name, u.application, u.category, u.left_out, u.since FROM usage_item u
           WHERE u.connection = ?1 AND u.tenant_id = ?2 AND u.first_read <= ?3
             AND (u.end_read IS NULL OR u.end_read > ?3) AND ${isBilled('u')}
           ORDER BY u.application, u.name, u.item_id, u.category, u.left_out`,
        )
        .bind(read.connection, read.tenantId, read.id, usesOf(read, billed)),
      ItemRow,
    )
  }

  /**
   * What counted for the line at the read `baseline` or after it and no longer does. `until` is the day of the first read
   * that did not count it any more.
   */
  function leftSince(read: DayRead, baseline: number, billed: Billed[]) {
    return allRows(
      db
        .prepare(
          `SELECT u.item_id AS id, u.name, u.application, u.category, u.since, MAX(e.day) AS until FROM usage_item u
           JOIN usage_read e ON e.id = u.end_read
           WHERE u.connection = ?1 AND u.tenant_id = ?2 AND u.left_out = '' AND u.first_read <= ?3
             AND u.end_read > ?5 AND u.end_read <= ?3 AND ${isBilled('u')}
             AND NOT EXISTS (SELECT 1 FROM usage_item n WHERE n.connection = ?1 AND n.tenant_id = ?2
               AND n.application = u.application AND n.item_id = u.item_id AND n.left_out = '' AND n.first_read <= ?3
               AND (n.end_read IS NULL OR n.end_read > ?3) AND ${isBilled('n')})
           GROUP BY u.application, u.item_id ORDER BY u.application, u.name, u.item_id`,
        )
        .bind(read.connection, read.tenantId, read.id, usesOf(read, billed), baseline),
      GoneRow,
    )
  }

  return {
    lineOn,
    readsBehind,
    lastParts,
    billedTenants,
    notPerDevice,
    readsOn,
    quantityAt,
    statedAt,
    itemsAt,
    leftSince,
  }
}

/** `all` stands for every category on either side. */
function isBilled(row: string): string {
  return `EXISTS (SELECT 1 FROM json_each(?4) b WHERE b.value->>0 = ${row}.application
    AND (b.value->>1 = ${row}.category OR b.value->>1 = 'all' OR ${row}.category = 'all'))`
}

function usesOf(read: DayRead, billed: Billed[]): string {
  return JSON.stringify(
    billed
      .filter(({ tenant }) => tenant.connection === read.connection && tenant.id === read.tenantId)
      .map(({ application, category }) => [application, category]),
  )
}

export type EvidenceStore = ReturnType<typeof evidenceStore>
