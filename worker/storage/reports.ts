import * as z from 'zod'
import type { KeptReports, Report } from '../sources/hub/report.ts'
import { clearing, reportArrival } from './report-arrival.ts'
import { reportContents } from './report-contents.ts'
import { allRows, firstRow, flag } from './rows.ts'

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

/** What reports and feeds state; see `KeptReports`. */
export function reportStore(db: D1Database) {
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

  /** Forgets reports of days before `day` that nothing is known by any more. Safe to repeat. */
  async function prune(day: string): Promise<void> {
    const old = `(SELECT id FROM report WHERE as_of < ?1 AND state IN ('replaced', 'undone')
      AND NOT EXISTS (SELECT 1 FROM usage_read WHERE report_id = report.id))`
    await db.batch([
      ...clearing(db, old, [day]),
      db.prepare(`DELETE FROM report WHERE id IN ${old}`).bind(day),
    ])
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

  const kept: KeptReports = { ...reportArrival(db), ...reportContents(db), current }
  return { ...kept, previous, list, byId, goBack, prune, columns, rememberColumns }
}

export type ReportStore = ReturnType<typeof reportStore>
