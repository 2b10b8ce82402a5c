import * as z from 'zod'
import type { Arrived, NewReport, ReportEnd } from '../sources/hub/report.ts'
import { allRows, firstRow, jsonColumn, pieces } from './rows.ts'

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

/** Reports on their way in; see `KeptReports`. */
export function reportArrival(db: D1Database) {
  async function begin(report: NewReport, oldest: string): Promise<void> {
    await db.batch([
      ...clearing(
        db,
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
      ...clearing(db, forgotten, [connection]),
      db.prepare(`UPDATE report SET kept = 0 WHERE id IN ${forgotten}`).bind(connection),
    ]
  }

  async function drop(reportId: string): Promise<void> {
    await db.batch([
      ...clearing(db, '(SELECT ?1)', [reportId]),
      db.prepare(`DELETE FROM report WHERE id = ?1 AND state = 'arriving'`).bind(reportId),
    ])
  }

  return { begin, add, repeatedUses, spellings, overlap, take, drop }
}

/** Statements that forget what reports say; `reports` is a subquery of their ids. */
export function clearing(db: D1Database, reports: string, values: string[]): D1PreparedStatement[] {
  return ['report_item', 'report_use', 'report_company'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE report_id IN ${reports}`).bind(...values),
  )
}
