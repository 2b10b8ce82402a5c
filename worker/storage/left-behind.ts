import * as z from 'zod'
import { allRows, firstRow, jsonColumn } from './rows.ts'

export const leftReasons = ['billing_off', 'tenant_not_mapped', 'application_not_mapped'] as const

const LeftRow = z
  .object({
    id: z.string(),
    connection: z.string(),
    company_id: z.string(),
    agreement_id: z.string(),
    product_id: z.string(),
    line_id: z.string(),
    found: z.number(),
    left_since: z.string(),
    left_reason: z.enum(leftReasons),
    applications: jsonColumn(z.array(z.string())),
    tenants: jsonColumn(z.array(z.string())),
  })
  .transform((row) => ({
    id: row.id,
    connection: row.connection,
    companyId: row.company_id,
    agreementId: row.agreement_id,
    productId: row.product_id,
    lineId: row.line_id,
    quantity: row.found,
    since: row.left_since,
    reason: row.left_reason,
    /** Keys of what it billed last, each once. */
    applications: row.applications,
    /** By `connection/id`, each once. */
    tenants: row.tenants,
  }))

const IdRow = z.object({ id: z.string() })

export type LeftBehindLine = z.output<typeof LeftRow>

export interface LineKey {
  connection: string
  agreementId: string
  productId: string
}

/** Products that bill anything. */
export type InForce = { connection: string; productId: string }[]

/** Lines of ours that the mapping no longer wants. They are never touched unless a person ends them. */
export function leftBehindStore(db: D1Database) {
  /**
   * For a batch, after the mapping was written: notes which lines are left behind and since when, and forgets it of
   * those that are wanted again. Safe to repeat.
   *
   * @param day local day, `YYYY-MM-DD`
   */
  function refresh(inForce: InForce, day: string): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE own_line SET left_reason = r.reason,
           left_since = CASE WHEN r.reason IS NULL THEN NULL ELSE COALESCE(own_line.left_since, ?2) END
         FROM (
           SELECT o.id, CASE
             WHEN o.found <= 0 THEN NULL
             WHEN EXISTS (SELECT 1 FROM company_mapping m WHERE m.connection = o.connection
               AND m.company_id = o.company_id AND m.agreement_id = o.agreement_id AND m.billing = 1)
               THEN CASE WHEN EXISTS (SELECT 1 FROM json_each(?1) p WHERE p.value->>0 = o.connection
                 AND p.value->>1 = o.product_id) THEN NULL ELSE 'application_not_mapped' END
             WHEN EXISTS (SELECT 1 FROM company_mapping m WHERE m.connection = o.connection
               AND m.company_id = o.company_id AND m.billing = 0) THEN 'billing_off'
             ELSE 'tenant_not_mapped' END AS reason
           FROM own_line o) r
         WHERE r.id = own_line.id
           AND (own_line.left_reason IS NOT r.reason OR (r.reason IS NULL) <> (own_line.left_since IS NULL))`,
      )
      .bind(pairs(inForce), day)
  }

  /** For a batch, after the mapping was written: takes back held proposals for lines that it no longer wants. */
  function supersedeUnwanted(inForce: InForce, at: string): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE change SET state = 'superseded', settled_at = ?2
         WHERE state = 'held' AND dry_run = 0 AND kind <> 'end' AND NOT (
           EXISTS (SELECT 1 FROM company_mapping m WHERE m.connection = change.connection
             AND m.company_id = change.company_id AND m.agreement_id = change.agreement_id AND m.billing = 1)
           AND EXISTS (SELECT 1 FROM json_each(?1) p WHERE p.value->>0 = change.connection
             AND p.value->>1 = change.product_id))`,
      )
      .bind(pairs(inForce), at)
  }

  /**
   * Ordered by connection, agreement and product, after the line `after`. Left out are lines that no longer bill,
   * because their agreement ended, and lines that an open change is about to replace.
   */
  function list(limit: number, after: LineKey | null, day: string): Promise<LeftBehindLine[]> {
    return allRows(
      db
        .prepare(
          `SELECT ${leftColumns} FROM own_line o
           WHERE o.left_reason IS NOT NULL AND o.left_since IS NOT NULL AND o.found > 0
             AND (?2 IS NULL OR (o.connection, o.agreement_id, o.product_id) > (?2, ?3, ?4))
             AND NOT EXISTS (SELECT 1 FROM agreement a WHERE a.connection = o.connection AND a.id = o.agreement_id
               AND (a.state IN ('ended', 'missing') OR a.ends_on < ?5))
             AND NOT EXISTS (${replacing('o.connection', 'o.agreement_id', 'o.product_id')})
           ORDER BY o.connection, o.agreement_id, o.product_id LIMIT ?1`,
        )
        .bind(limit, after?.connection ?? null, after?.agreementId ?? null, after?.productId ?? null, day),
      LeftRow,
    )
  }

  /** The line where it is left behind; null where it is wanted, bills nothing or is not ours. */
  function find(id: string): Promise<LeftBehindLine | null> {
    return firstRow(
      db
        .prepare(
          `SELECT ${leftColumns} FROM own_line o
           WHERE o.id = ?1 AND o.left_reason IS NOT NULL AND o.left_since IS NOT NULL AND o.found > 0`,
        )
        .bind(id),
      LeftRow,
    )
  }

  async function isOurs(id: string): Promise<boolean> {
    const row = await firstRow(db.prepare('SELECT id FROM own_line WHERE id = ?1').bind(id), IdRow)
    return row !== null
  }

  /** The open change of a line, or the one that is about to replace it. */
  async function openChange(line: LineKey): Promise<string | null> {
    const row = await firstRow(
      db
        .prepare(
          `SELECT c.id FROM change c WHERE c.connection = ?1 AND c.agreement_id = ?2 AND c.product_id = ?3
             AND c.dry_run = 0 AND c.state IN ('planned', 'held', 'sending', 'unknown')
           UNION ${replacing('?1', '?2', '?3')} LIMIT 1`,
        )
        .bind(line.connection, line.agreementId, line.productId),
      IdRow,
    )
    return row?.id ?? null
  }

  return { refresh, supersedeUnwanted, list, find, isOurs, openChange }
}

const leftColumns = `o.*, ${distinctOfParts('application')} AS applications, ${distinctOfParts('tenant')} AS tenants`

function distinctOfParts(column: string): string {
  return `(SELECT json_group_array(DISTINCT p.${column}) FROM own_line_part p WHERE p.connection = o.connection
    AND p.agreement_id = o.agreement_id AND p.product_id = o.product_id)`
}

/** Open changes that lower a line before they bill its use elsewhere. */
function replacing(connection: string, agreementId: string, productId: string): string {
  return `SELECT c.id FROM change c, json_each(c.replaces) r
    WHERE c.connection = ${connection} AND c.dry_run = 0 AND c.state IN ('planned', 'held', 'sending', 'unknown')
      AND r.value->>'agreementId' = ${agreementId} AND r.value->>'productId' = ${productId}`
}

function pairs(inForce: InForce): string {
  return JSON.stringify(inForce.map(({ connection, productId }) => [connection, productId]))
}

export type LeftBehindStore = ReturnType<typeof leftBehindStore>
