import * as z from 'zod'
import { PartShape } from './own-lines.ts'
import { allRows, firstRow, flag, jsonColumn } from './rows.ts'

const AgreedRow = z.object({ companies: z.number(), today: z.number(), this_week: z.number() })
const DismissedRow = z
  .object({
    id: z.string(),
    connection: z.string(),
    company_id: z.string(),
    agreement_id: z.string(),
    product_id: z.string(),
    from_quantity: z.number(),
    quantity: z.number(),
    reason: z.string().nullable(),
    parts: jsonColumn(z.array(PartShape)),
    who: z.string().nullable(),
    at: z.string(),
  })
  .transform((row) => ({
    id: row.id,
    connection: row.connection,
    companyId: row.company_id,
    agreementId: row.agreement_id,
    productId: row.product_id,
    from: row.from_quantity,
    to: row.quantity,
    reason: row.reason,
    parts: row.parts,
    by: row.who,
    at: row.at,
  }))

const EndingRow = z
  .object({
    connection: z.string(),
    company_id: z.string(),
    agreement_id: z.string(),
    starts_on: z.string().nullable(),
    ends_on: z.string(),
    tenants: jsonColumn(z.array(z.string())),
  })
  .transform((row) => ({
    connection: row.connection,
    companyId: row.company_id,
    agreementId: row.agreement_id,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    tenants: row.tenants,
  }))

const InvoiceRow = z.object({ day: z.string(), agreements: z.number(), companies: z.number() })
const StepsRow = z.object({
  kaspersky: flag,
  psa: flag,
  products: flag,
  companies: flag,
  dry_run: flag,
  billing: flag,
})

const billed = 'm.billing = 1 AND m.agreement_id IS NOT NULL'

/** What the first page says about everything at once. */
export function overviewStore(db: D1Database) {
  /** Billed companies all of whose lines agree and of which no change is open, and when their lines were read. */
  async function agreed(today: string, weekAgo: string) {
    const row = await firstRow(
      db
        .prepare(
          `SELECT COUNT(*) AS companies, COALESCE(SUM(read_on >= ?1), 0) AS today,
             COALESCE(SUM(read_on < ?1 AND read_on >= ?2), 0) AS this_week
           FROM (SELECT o.connection, o.company_id, MIN(l.read_on) AS read_on FROM own_line o
             LEFT JOIN agreement_lines l ON l.connection = o.connection AND l.agreement_id = o.agreement_id
             WHERE EXISTS (SELECT 1 FROM company_mapping m WHERE m.connection = o.connection
               AND m.company_id = o.company_id AND m.agreement_id = o.agreement_id AND m.billing = 1)
             GROUP BY o.connection, o.company_id HAVING MIN(o.agrees) = 1) b
           WHERE NOT EXISTS (SELECT 1 FROM change c WHERE c.connection = b.connection AND c.company_id = b.company_id
             AND c.dry_run = 0 AND c.state IN ('planned', 'held', 'sending', 'unknown'))`,
        )
        .bind(today, weekAgo),
      AgreedRow,
    )
    return {
      companies: row?.companies ?? 0,
      today: row?.today ?? 0,
      thisWeek: row?.this_week ?? 0,
    }
  }

  async function held(): Promise<number> {
    const row = await firstRow(
      db.prepare(`SELECT COUNT(*) AS changes FROM change WHERE state = 'held' AND dry_run = 0`),
      z.object({ changes: z.number() }),
    )
    return row?.changes ?? 0
  }

  /** What people decided not to bill and not to be asked again, newest first. */
  function dismissed(limit: number, after: { at: string; id: string } | null) {
    return allRows(
      db
        .prepare(
          `SELECT c.id, d.connection, c.company_id, d.agreement_id, d.product_id, c.from_quantity, d.quantity, c.reason, c.parts,
             (SELECT who FROM audit a WHERE a.subject = 'change ' || d.change_id ORDER BY a.id DESC LIMIT 1) AS who, d.at
           FROM dismissal d JOIN change c ON c.id = d.change_id
           WHERE ?2 IS NULL OR (d.at, c.id) < (?2, ?3) ORDER BY d.at DESC, c.id DESC LIMIT ?1`,
        )
        .bind(limit, after?.at ?? null, after?.id ?? null),
      DismissedRow,
    )
  }

  /** Forgets that a change was dismissed, and notes who did it; false where it is forgotten already. */
  async function forgetDismissed(changeId: string, who: string, at: string): Promise<boolean> {
    const [, forgotten] = await db.batch([
      db
        .prepare(
          `INSERT INTO audit (at, who, subject, before, after)
           SELECT ?3, ?2, 'change ' || change_id, json_object('state', 'dismissed'), json_object('state', 'proposed again')
           FROM dismissal WHERE change_id = ?1`,
        )
        .bind(changeId, who, at),
      db.prepare('DELETE FROM dismissal WHERE change_id = ?1').bind(changeId),
    ])
    return forgotten !== undefined && forgotten.meta.changes > 0
  }

  /** Billed agreements that end on or before `day`, soonest first, with the tenants (`connection/id`) billed there. */
  function ending(day: string, limit: number) {
    return allRows(
      db
        .prepare(
          `SELECT m.connection, m.company_id, m.agreement_id, a.starts_on, a.ends_on,
             json_group_array(m.tenant_connection || '/' || m.tenant_id) AS tenants
           FROM company_mapping m JOIN agreement a ON a.connection = m.connection AND a.id = m.agreement_id
           WHERE ${billed} AND a.ends_on IS NOT NULL AND a.ends_on <= ?1 AND a.state <> 'missing'
           GROUP BY m.connection, m.company_id, m.agreement_id ORDER BY a.ends_on, m.connection, m.company_id LIMIT ?2`,
        )
        .bind(day, limit),
      EndingRow,
    )
  }

  /** Days from `from` to `to` on which billed agreements are invoiced. */
  function invoices(from: string, to: string) {
    return allRows(
      db
        .prepare(
          `SELECT a.next_invoice_on AS day, COUNT(DISTINCT a.id) AS agreements, COUNT(DISTINCT m.company_id) AS companies
           FROM company_mapping m JOIN agreement a ON a.connection = m.connection AND a.id = m.agreement_id
           WHERE ${billed} AND a.next_invoice_on BETWEEN ?1 AND ?2 GROUP BY a.next_invoice_on ORDER BY a.next_invoice_on`,
        )
        .bind(from, to),
      InvoiceRow,
    )
  }

  /** How far a new deployment was set up. */
  async function steps() {
    const row = await firstRow(
      db.prepare(
        `SELECT EXISTS (SELECT 1 FROM connection WHERE kind IN ('ksc', 'hub')) AS kaspersky,
           EXISTS (SELECT 1 FROM connection WHERE kind NOT IN ('ksc', 'hub')) AS psa,
           EXISTS (SELECT 1 FROM product_mapping) AS products,
           EXISTS (SELECT 1 FROM company_mapping) AS companies,
           EXISTS (SELECT 1 FROM run WHERE dry_run = 1 AND state LIKE 'done%') AS dry_run,
           EXISTS (SELECT 1 FROM company_mapping WHERE billing = 1)
             AND EXISTS (SELECT 1 FROM run WHERE dry_run = 0 AND state LIKE 'done%') AS billing`,
      ),
      StepsRow,
    )
    if (row === null) throw new Error('A query without FROM answers one row.')
    const { dry_run: dryRun, ...steps } = row
    return { ...steps, dryRun }
  }

  return {
    agreed,
    held,
    dismissed,
    forgetDismissed,
    ending,
    invoices,
    steps,
  }
}

export type OverviewStore = ReturnType<typeof overviewStore>
