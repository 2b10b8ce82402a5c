import * as z from 'zod'
import { allRows, firstRow, jsonColumn } from './rows.ts'
import { runStates } from './runs.ts'

const ApplicationSum = z.object({ application: z.string(), quantity: z.number() })

/** What was used of an application at the end of a day. */
export const DaySum = ApplicationSum.extend({ day: z.string() })

const unit = z.enum(['device', 'user', 'mailbox', 'core'])

const RunDayRow = z.object({ day: z.string(), id: z.string(), state: z.enum(runStates) })

/** How use and runs went over time. */
export function historyStore(db: D1Database) {
  /**
   * What was used of each application at the end of each of `days`, by the last complete reads until then; where nothing
   * was used there is no row. Tenants that a person took out of the bill are left out of all days.
   *
   * One pass over the intervals: an interval holds at the end of a day if it began until then and ended later. Only
   * reads that are older than all `days` are ever forgotten.
   */
  function sums(days: string[]) {
    return allRows(
      db
        .prepare(
          `SELECT d.value AS day, i.application, SUM(i.quantity) AS quantity
           FROM (SELECT u.application, COALESCE(f.day, '') AS from_day, e.day AS end_day, SUM(u.quantity) AS quantity
             FROM usage_quantity u
             JOIN tenant t ON t.connection = u.connection AND t.id = u.tenant_id AND t.retired = 0
             LEFT JOIN usage_read f ON f.id = u.first_read
             LEFT JOIN usage_read e ON e.id = u.end_read
             WHERE u.quantity > 0 AND (u.end_read IS NULL OR e.day IS NOT NULL)
             GROUP BY u.application, from_day, end_day) i
           JOIN json_each(?1) d ON i.from_day <= d.value AND (i.end_day IS NULL OR i.end_day > d.value)
           GROUP BY d.value, i.application`,
        )
        .bind(JSON.stringify(days)),
      DaySum,
    )
  }

  /** As `sums`, by the last complete reads of all, and what they count. */
  function sumsNow() {
    return allRows(
      db.prepare(
        `SELECT u.application, SUM(u.quantity) AS quantity, json_group_array(DISTINCT COALESCE(u.unit, a.unit)) AS units
         FROM usage_quantity u JOIN application a ON a.key = u.application
         JOIN tenant t ON t.connection = u.connection AND t.id = u.tenant_id AND t.retired = 0
         WHERE u.end_read IS NULL AND u.quantity > 0 GROUP BY u.application`,
      ),
      ApplicationSum.extend({ units: jsonColumn(z.array(unit)) }),
    )
  }

  /** The day of the first complete read that is remembered. */
  async function firstReadOn(): Promise<string | null> {
    const row = await firstRow(
      db.prepare('SELECT day FROM usage_read ORDER BY id LIMIT 1'),
      z.object({ day: z.string() }),
    )
    return row?.day ?? null
  }

  /** The newest run of each day since `day` that was no dry run, oldest day first. */
  function runDays(day: string) {
    return allRows(
      db
        .prepare(
          `SELECT day, id, state FROM (SELECT day, id, state,
             ROW_NUMBER() OVER (PARTITION BY day ORDER BY created_at DESC, id DESC) AS age
             FROM run WHERE day >= ?1 AND dry_run = 0) WHERE age = 1 ORDER BY day`,
        )
        .bind(day),
      RunDayRow,
    )
  }

  return { sums, sumsNow, firstReadOn, runDays }
}

export type HistoryStore = ReturnType<typeof historyStore>
