import * as z from 'zod'
import type { DeviceCounts, ReportedUse } from '../domain/reported-use.ts'
import { leftOutReasons } from '../domain/usage.ts'
import type { Arrived, KeptReports, NewReport, Report, ReportEnd } from '../sources/hub/report.ts'
import type { Tenant } from '../sources/port.ts'
import { allRows, firstRow, flag, jsonColumn, pieces } from './rows.ts'

const ReportRow = z
  .object({
    id: z.string(),
    connection: z.string(),
    origin: z.enum(['upload', 'feed']),
    as_of: z.string(),
    received_at: z.string(),
    received_by: z.string(),
    file_name: z.string().nullable(),
    digest: z.string(),
    etag: z.string().nullable(),
    address: z.string().nullable(),
    companies: z.number(),
    row_count: z.number(),
    state: z.enum(['current', 'replaced', 'undone']),
    kept: flag,
  })
  .transform(
    (row): Report => ({
      id: row.id,
      connection: row.connection,
      origin: row.origin,
      asOf: row.as_of,
      receivedAt: row.received_at,
      receivedBy: row.received_by,
      fileName: row.file_name,
      digest: row.digest,
      etag: row.etag,
      address: row.address,
      companies: row.companies,
      rows: row.row_count,
      state: row.state,
      kept: row.kept,
    }),
  )

const UseRow = z
  .object({
    company_id: z.string(),
    company: z.string(),
    kind: z.enum(['workspace', 'company']),
    application: z.string(),
    application_name: z.string(),
    licence_name: z.string(),
    left_out: z.enum(['', ...leftOutReasons]),
    unit: z.enum(['device', 'user', 'mailbox', 'core']),
    quantity: z.number(),
    workstations: z.number().nullable(),
    servers: z.number().nullable(),
    other: z.number().nullable(),
  })
  .transform(
    (row): ReportedUse => ({
      companyId: row.company_id,
      company: row.company,
      kind: row.kind,
      application: row.application,
      applicationName: row.application_name,
      licenceName: row.licence_name,
      unit: row.unit,
      quantity: row.quantity,
      counts: countsOf(row),
      leftOut: row.left_out === '' ? null : row.left_out,
    }),
  )

const ItemRow = z.object({
  application: z.string(),
  id: z.string(),
  name: z.string(),
  category: z.enum(['workstation', 'server', 'other']).nullable(),
})

const TenantRow = z.object({ id: z.string(), name: z.string(), kind: z.enum(['workspace', 'company']) })

const RepeatedRow = z.object({
  company: z.string(),
  application: z.string(),
  first_row: z.number(),
  row: z.number(),
})

const SpellingRow = z.object({
  id: z.string(),
  ways: jsonColumn(z.array(z.tuple([z.number(), z.string(), z.string()]))),
})

/** What that many earlier reports say is kept, so that people can go back to them. */
const keptReports = 4

/** One bound value holds at most 2 MB, and a name may be long. */
const rowsAtOnce = 1_000

/** What reports and feeds state; see `KeptReports`. */
export function reportStore(db: D1Database) {
  async function begin(report: NewReport, oldest: string): Promise<void> {
    await db.batch([
      ...clearing(
        `(SELECT id FROM report WHERE connection = ?1 AND state = 'arriving' AND received_at < ?2)`,
        [report.connection, oldest],
      ),
      db
        .prepare(`DELETE FROM report WHERE connection = ?1 AND state = 'arriving' AND received_at < ?2`)
        .bind(report.connection, oldest),
      db
        .prepare(
          `INSERT INTO report (id, connection, origin, as_of, received_at, received_by, file_name, digest, address, state)
           VALUES (?1, ?2, ?3, '', ?4, ?5, ?6, '', ?7, 'arriving')`,
        )
        .bind(
          report.id,
          report.connection,
          report.origin,
          report.receivedAt,
          report.receivedBy,
          report.fileName,
          report.address,
        ),
    ])
  }

  async function add(reportId: string, { companies, uses }: Arrived): Promise<void> {
    const items = uses.flatMap((use) => use.items.map((item) => ({ use, item })))
    await db.batch([
      ...pieces(companies, rowsAtOnce).map((piece) =>
        db
          .prepare(
            `INSERT INTO report_company (report_id, id, name, kind, first_row)
             SELECT ?1, value->>0, value->>1, value->>2, value->>3 FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING`,
          )
          .bind(reportId, JSON.stringify(piece.map(({ id, name, kind, row }) => [id, name, kind, row]))),
      ),
      ...pieces(uses, rowsAtOnce).map((piece) =>
        db
          .prepare(
            `INSERT INTO report_use (report_id, company_id, application, left_out, row_number, application_name,
               licence_name, unit, quantity, workstations, servers, other)
             SELECT ?1, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7,
               value->>8, value->>9, value->>10 FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING`,
          )
          .bind(
            reportId,
            JSON.stringify(
              piece.map((use) => [
                use.companyId,
                use.application,
                use.leftOut ?? '',
                use.row,
                use.applicationName,
                use.licenceName,
                use.unit,
                use.quantity,
                use.counts?.workstations ?? null,
                use.counts?.servers ?? null,
                use.counts?.other ?? null,
              ]),
            ),
          ),
      ),
      ...pieces(items, rowsAtOnce).map((piece) =>
        db
          .prepare(
            `INSERT INTO report_item (report_id, company_id, application, item_id, name, category)
             SELECT ?1, value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?2) WHERE true
             ON CONFLICT DO NOTHING`,
          )
          .bind(
            reportId,
            JSON.stringify(
              piece.map(({ use, item }) => [
                use.companyId,
                use.application,
                item.id,
                item.name,
                item.category,
              ]),
            ),
          ),
      ),
    ])
  }

  function repeatedUses(reportId: string, limit: number) {
    return allRows(
      db
        .prepare(
          `SELECT (SELECT MIN(name) FROM report_company c WHERE c.report_id = u.report_id AND c.id = u.company_id) AS company,
             application_name AS application, MIN(row_number) AS first_row, MAX(row_number) AS row
           FROM report_use u WHERE report_id = ?1 AND left_out = ''
           GROUP BY company_id, application HAVING COUNT(*) > 1 ORDER BY row LIMIT ?2`,
        )
        .bind(reportId, limit),
      RepeatedRow,
    )
  }

  /** Companies that are spelled or classed in more than one way under one id, with each way; at most `limit`. */
  async function spellings(reportId: string, limit: number) {
    const rows = await allRows(
      db
        .prepare(
          `SELECT id, json_group_array(json_array(first_row, name, kind)) AS ways FROM report_company
           WHERE report_id = ?1 GROUP BY id HAVING COUNT(*) > 1 ORDER BY MAX(first_row) LIMIT ?2`,
        )
        .bind(reportId, limit),
      SpellingRow,
    )
    return rows.map(({ id, ways }) => ({
      id,
      ways: ways
        .map(([row, name, kind]) => ({ row, name, kind }))
        .toSorted((one, other) => one.row - other.row),
    }))
  }

  async function overlap(
    reportId: string,
    connection: string,
  ): Promise<{ companies: number; known: number; shared: number }> {
    const row = await firstRow(
      db
        .prepare(
          `WITH here AS (SELECT DISTINCT id FROM report_company WHERE report_id = ?1),
             force AS (SELECT DISTINCT c.id FROM report r JOIN report_company c ON c.report_id = r.id
               WHERE r.connection = ?2 AND r.state = 'current'),
             known AS (SELECT id FROM force UNION SELECT tenant_id FROM company_mapping
               WHERE tenant_connection = ?2 AND NOT EXISTS (SELECT 1 FROM force))
           SELECT (SELECT COUNT(*) FROM here) AS companies, (SELECT COUNT(*) FROM known) AS known,
             (SELECT COUNT(*) FROM known WHERE id IN (SELECT id FROM here)) AS shared`,
        )
        .bind(reportId, connection),
      z.object({ companies: z.number(), known: z.number(), shared: z.number() }),
    )
    return row ?? { companies: 0, known: 0, shared: 0 }
  }

  function take(reportId: string, connection: string, end: ReportEnd): D1PreparedStatement[] {
    const forgotten = `(SELECT id FROM report WHERE connection = ?1 AND kept = 1 AND state <> 'arriving'
      ORDER BY state = 'current' DESC, received_at DESC, id DESC LIMIT -1 OFFSET ${keptReports + 1})`
    return [
      db
        .prepare(`UPDATE report SET state = 'replaced' WHERE connection = ?1 AND state = 'current'`)
        .bind(connection),
      db
        .prepare(
          `UPDATE report SET state = 'current', as_of = ?2, digest = ?3, etag = ?4, companies = ?5, row_count = ?6
           WHERE id = ?1`,
        )
        .bind(reportId, end.asOf, end.digest, end.etag, end.companies, end.rows),
      // Of a company that is spelled in several ways the first one stays.
      db
        .prepare(
          `DELETE FROM report_company WHERE report_id = ?1 AND EXISTS (SELECT 1 FROM report_company first
             WHERE first.report_id = ?1 AND first.id = report_company.id
               AND (first.first_row, first.name, first.kind)
                 < (report_company.first_row, report_company.name, report_company.kind))`,
        )
        .bind(reportId),
      ...clearing(forgotten, [connection]),
      db.prepare(`UPDATE report SET kept = 0 WHERE id IN ${forgotten}`).bind(connection),
    ]
  }

  async function drop(reportId: string): Promise<void> {
    await db.batch([
      ...clearing('(SELECT ?1)', [reportId]),
      db.prepare(`DELETE FROM report WHERE id = ?1 AND state = 'arriving'`).bind(reportId),
    ])
  }

  function clearing(reports: string, values: string[]): D1PreparedStatement[] {
    return ['report_item', 'report_use', 'report_company'].map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE report_id IN ${reports}`).bind(...values),
    )
  }

  function current(connection: string): Promise<Report | null> {
    return firstRow(
      db.prepare(`SELECT * FROM report WHERE connection = ?1 AND state = 'current'`).bind(connection),
      ReportRow,
    )
  }

  /** The report that was in force before, and that can be gone back to; null where there is none. */
  function previous(connection: string): Promise<Report | null> {
    return firstRow(
      db
        .prepare(
          `SELECT * FROM report WHERE connection = ?1 AND state = 'replaced' AND kept = 1 AND origin = 'upload'
           ORDER BY received_at DESC, id DESC LIMIT 1`,
        )
        .bind(connection),
      ReportRow,
    )
  }

  /** Newest first, after the report that was received at `after`. */
  function list(
    connection: string,
    limit: number,
    after: [receivedAt: string, id: string] | null,
  ): Promise<Report[]> {
    return allRows(
      db
        .prepare(
          `SELECT * FROM report WHERE connection = ?1 AND state <> 'arriving'
             AND (?3 IS NULL OR (received_at, id) < (?3, ?4))
           ORDER BY received_at DESC, id DESC LIMIT ?2`,
        )
        .bind(connection, limit, after?.[0] ?? null, after?.[1] ?? null),
      ReportRow,
    )
  }

  /** Reports by their ids. */
  async function byId(ids: string[]): Promise<Map<string, Report>> {
    const rows = await allRows(
      db
        .prepare('SELECT * FROM report WHERE id IN (SELECT value FROM json_each(?1))')
        .bind(JSON.stringify(ids)),
      ReportRow,
    )
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** For a batch: `undone` is taken back, and `again` in force once more. */
  function goBack(undone: string, again: string): D1PreparedStatement[] {
    return [
      db.prepare(`UPDATE report SET state = 'undone' WHERE id = ?1`).bind(undone),
      db.prepare(`UPDATE report SET state = 'current' WHERE id = ?1`).bind(again),
    ]
  }

  async function tenantsOf(reportId: string): Promise<Tenant[]> {
    const rows = await allRows(
      db.prepare('SELECT id, name, kind FROM report_company WHERE report_id = ?1 ORDER BY id').bind(reportId),
      TenantRow,
    )
    return rows.map((row) => ({ ...row, enabled: true }))
  }

  async function usesOf(reportId: string, companyId: string) {
    const [company, uses, items] = await Promise.all([
      firstRow(
        db
          .prepare('SELECT id, name, kind FROM report_company WHERE report_id = ?1 AND id = ?2')
          .bind(reportId, companyId),
        TenantRow,
      ),
      allRows(
        db
          .prepare(
            `SELECT u.*, c.name AS company, c.kind FROM report_use u
             JOIN report_company c ON c.report_id = u.report_id AND c.id = u.company_id
             WHERE u.report_id = ?1 AND u.company_id = ?2 ORDER BY u.application, u.left_out, u.row_number`,
          )
          .bind(reportId, companyId),
        UseRow,
      ),
      allRows(
        db
          .prepare(
            `SELECT application, item_id AS id, name, category FROM report_item WHERE report_id = ?1 AND company_id = ?2
             ORDER BY application, item_id`,
          )
          .bind(reportId, companyId),
        ItemRow,
      ),
    ])
    return company === null ? null : { uses, items }
  }

  /** Forgets reports of days before `day` that nothing is known by any more. Safe to repeat. */
  async function prune(day: string): Promise<void> {
    const old = `(SELECT id FROM report WHERE as_of < ?1 AND state IN ('replaced', 'undone')
      AND NOT EXISTS (SELECT 1 FROM usage_read WHERE report_id = report.id))`
    await db.batch([...clearing(old, [day]), db.prepare(`DELETE FROM report WHERE id IN ${old}`).bind(day)])
  }

  /** How the last file was read, as JSON; null where none was. */
  async function columns(connection: string): Promise<string | null> {
    const row = await firstRow(
      db.prepare('SELECT columns FROM report_columns WHERE connection = ?1').bind(connection),
      z.object({ columns: z.string() }),
    )
    return row?.columns ?? null
  }

  /** For a batch. */
  function rememberColumns(connection: string, json: string): D1PreparedStatement {
    return db
      .prepare(
        `INSERT INTO report_columns (connection, columns) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET columns = excluded.columns`,
      )
      .bind(connection, json)
  }

  const kept: KeptReports = {
    begin,
    add,
    repeatedUses,
    spellings,
    overlap,
    take,
    drop,
    current,
    tenantsOf,
    usesOf,
  }
  return { ...kept, previous, list, byId, goBack, prune, columns, rememberColumns }
}

function countsOf(row: {
  workstations: number | null
  servers: number | null
  other: number | null
}): DeviceCounts | null {
  const { workstations, servers, other } = row
  return workstations === null || servers === null || other === null ? null : { workstations, servers, other }
}

export type ReportStore = ReturnType<typeof reportStore>
