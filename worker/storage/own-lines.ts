import * as z from 'zod'
import type { Part } from '../domain/wanted.ts'
import { allRows, flag, resultRows } from './rows.ts'

export const PartShape = z.object({
  tenant: z.string(),
  application: z.string(),
  category: z.enum(['all', 'workstation', 'server', 'other']),
  quantity: z.number(),
})

const OwnLineRow = z.object({
  id: z.string(),
  connection: z.string(),
  company_id: z.string(),
  agreement_id: z.string(),
  product_id: z.string(),
  line_id: z.string(),
  written: z.number(),
  found: z.number(),
  agrees: flag,
  price_level_id: z.string().nullable(),
})

const PartRow = PartShape.extend({ agreement_id: z.string(), product_id: z.string() })

export interface StoredOwnLine {
  id: string
  companyId: string
  agreementId: string
  productId: string
  lineId: string
  /** What we last wrote or agreed with. */
  written: number
  /** What the PSA last showed. */
  found: number
  /** Whether the last plan left nothing to do. */
  agrees: boolean
  priceLevelId: string | null
  parts: Part[]
}

export interface LineFact {
  /** Of our own row, where it is a new one. */
  id: string
  companyId: string
  agreementId: string
  productId: string
  lineId: string
  quantity: number
  agrees: boolean
  /** That the line was priced by; null where it is still the one of before. */
  priceLevelId: string | null
  parts: Part[]
}

const ChangedRow = OwnLineRow.transform((row) => ({
  id: row.id,
  connection: row.connection,
  companyId: row.company_id,
  agreementId: row.agreement_id,
  productId: row.product_id,
  lineId: row.line_id,
  written: row.written,
  found: row.found,
}))

/** A line that somebody changed in the PSA since we last wrote it. */
export type ChangedLine = z.output<typeof ChangedRow>

/** The lines that tallypod wrote or adopted. */
export function ownLineStore(db: D1Database) {
  /** Our lines on these agreements, and all others of ours that bill use of these tenants (`connection/id`). */
  async function of(connection: string, agreementIds: string[], tenants: string[]): Promise<StoredOwnLine[]> {
    const agreementJson = JSON.stringify(agreementIds)
    const tenantJson = JSON.stringify(tenants)
    // With CROSS JOIN the few lines are looked up one by one, and the whole table is never walked through.
    const lines = `
      SELECT agreement_id, product_id FROM own_line
      WHERE connection = ?1 AND agreement_id IN (SELECT value FROM json_each(?2))
      UNION
      SELECT agreement_id, product_id FROM own_line_part
      WHERE tenant IN (SELECT value FROM json_each(?3)) AND connection = ?1`
    const [found, madeOf] = await db.batch([
      db
        .prepare(
          `SELECT o.* FROM (${lines}) l CROSS JOIN own_line o
           WHERE o.connection = ?1 AND o.agreement_id = l.agreement_id AND o.product_id = l.product_id
           ORDER BY o.agreement_id, o.product_id`,
        )
        .bind(connection, agreementJson, tenantJson),
      db
        .prepare(
          `SELECT p.* FROM (${lines}) l CROSS JOIN own_line_part p
           WHERE p.connection = ?1 AND p.agreement_id = l.agreement_id AND p.product_id = l.product_id`,
        )
        .bind(connection, agreementJson, tenantJson),
    ])
    const rows = resultRows(found, OwnLineRow)
    const parts = resultRows(madeOf, PartRow)
    return rows.map((row) => ({
      id: row.id,
      companyId: row.company_id,
      agreementId: row.agreement_id,
      productId: row.product_id,
      lineId: row.line_id,
      written: row.written,
      found: row.found,
      agrees: row.agrees,
      priceLevelId: row.price_level_id,
      parts: parts
        .filter((part) => part.agreement_id === row.agreement_id && part.product_id === row.product_id)
        .map(({ tenant, application, category, quantity }) => ({
          tenant,
          application,
          category,
          quantity,
        })),
    }))
  }

  /** Where use of these tenants (`connection/id`) is still billed through another PSA connection, by tenant. */
  async function onOtherConnections(
    connection: string,
    tenants: string[],
  ): Promise<Map<string, { connection: string; agreementId: string }>> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT p.tenant, p.connection, p.agreement_id AS agreementId FROM own_line_part p
           JOIN own_line o USING (connection, agreement_id, product_id)
           WHERE p.tenant IN (SELECT value FROM json_each(?2)) AND p.connection <> ?1 AND p.quantity > 0 AND o.found > 0
           ORDER BY p.tenant, p.connection, p.agreement_id`,
        )
        .bind(connection, JSON.stringify(tenants)),
      z.object({ tenant: z.string(), connection: z.string(), agreementId: z.string() }),
    )
    return new Map(rows.map(({ tenant, ...line }) => [tenant, line]))
  }

  /**
   * Lines that were changed in the PSA and whose company keeps that, ordered by connection, agreement and product; only
   * the line `id` where it is given. Lines that a change is open for are none.
   */
  function keptByHand(id: string | null): Promise<ChangedLine[]> {
    return allRows(
      db
        .prepare(
          `SELECT o.* FROM own_line o WHERE o.found <> o.written AND (?1 IS NULL OR o.id = ?1)
             AND EXISTS (SELECT 1 FROM company_mapping m WHERE m.connection = o.connection
               AND m.company_id = o.company_id AND m.agreement_id = o.agreement_id AND m.billing = 1
               AND m.manual_quantity = 'keep')
             AND NOT EXISTS (SELECT 1 FROM change c WHERE c.connection = o.connection
               AND c.agreement_id = o.agreement_id AND c.product_id = o.product_id AND c.dry_run = 0
               AND c.state IN ('planned', 'held', 'sending', 'unknown'))
           ORDER BY o.connection, o.agreement_id, o.product_id`,
        )
        .bind(id),
      ChangedRow,
    )
  }

  /** How many lines of ours a connection bills. */
  async function count(connection: string): Promise<number> {
    const [row] = await allRows(
      db
        .prepare('SELECT COUNT(*) AS lines FROM own_line WHERE connection = ?1 AND found > 0')
        .bind(connection),
      z.object({ lines: z.number() }),
    )
    return row?.lines ?? 0
  }

  /**
   * For a batch: each line bills its `quantity`, made of its `parts`. It becomes ours if it was not. Where neither
   * changed, no row of the history is added.
   */
  function record(connection: string, day: string, facts: LineFact[]): D1PreparedStatement[] {
    if (facts.length === 0) return []
    const lines = JSON.stringify(facts)
    return [
      db
        .prepare(
          `INSERT INTO own_line (id, connection, agreement_id, product_id, company_id, line_id, written, found, agrees,
             price_level_id)
           SELECT value->>'id', ?1, value->>'agreementId', value->>'productId', value->>'companyId', value->>'lineId',
             value->>'quantity', value->>'quantity', value->>'agrees', value->>'priceLevelId' FROM json_each(?2) WHERE true
           ON CONFLICT (connection, agreement_id, product_id) DO UPDATE SET company_id = excluded.company_id,
             line_id = excluded.line_id, written = excluded.written, found = excluded.found, agrees = excluded.agrees,
             price_level_id = COALESCE(excluded.price_level_id, price_level_id),
             left_since = CASE excluded.agrees WHEN 1 THEN NULL ELSE left_since END`,
        )
        .bind(connection, lines),
      db
        .prepare(
          `DELETE FROM own_line_part WHERE connection = ?1
             AND EXISTS (SELECT 1 FROM json_each(?2) f WHERE f.value->>'agreementId' = agreement_id
               AND f.value->>'productId' = product_id
               AND NOT EXISTS (SELECT 1 FROM json_each(f.value->'parts') p WHERE p.value->>'tenant' = tenant
                 AND p.value->>'application' = application AND p.value->>'category' = category))
             AND agreement_id IN (SELECT value->>'agreementId' FROM json_each(?2))`,
        )
        .bind(connection, lines),
      db
        .prepare(
          `INSERT INTO own_line_part (connection, agreement_id, product_id, tenant, application, category, quantity)
           SELECT ?1, f.value->>'agreementId', f.value->>'productId', p.value->>'tenant', p.value->>'application',
             p.value->>'category', p.value->>'quantity'
           FROM json_each(?2) f, json_each(f.value->'parts') p WHERE true
           ON CONFLICT DO UPDATE SET quantity = excluded.quantity WHERE quantity <> excluded.quantity`,
        )
        .bind(connection, lines),
      db
        .prepare(
          `INSERT INTO line_history (connection, agreement_id, product_id, day, billed, parts)
           SELECT ?1, f.value->>'agreementId', f.value->>'productId', ?3, f.value->>'quantity', f.value->>'parts'
           FROM json_each(?2) f WHERE NOT EXISTS (
             SELECT 1 FROM (SELECT billed, parts FROM line_history
               WHERE connection = ?1 AND agreement_id = f.value->>'agreementId' AND product_id = f.value->>'productId'
                 AND day <= ?3 ORDER BY day DESC LIMIT 1)
             WHERE billed = f.value->>'quantity' AND parts = f.value->>'parts')
           ON CONFLICT DO UPDATE SET billed = excluded.billed, parts = excluded.parts`,
        )
        .bind(connection, lines, day),
    ]
  }

  /** For a batch: what the PSA shows for a line of ours that does not agree; what we wrote stays remembered. */
  function found(
    connection: string,
    line: { agreementId: string; productId: string },
    quantity: number,
  ): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE own_line SET found = ?4, agrees = 0 WHERE connection = ?1 AND agreement_id = ?2 AND product_id = ?3
           AND (found <> ?4 OR agrees = 1)`,
      )
      .bind(connection, line.agreementId, line.productId, quantity)
  }

  return { of, onOtherConnections, keptByHand, count, record, found }
}

export type OwnLineStore = ReturnType<typeof ownLineStore>
