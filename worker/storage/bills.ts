import * as z from 'zod'
import { PartShape } from './own-lines.ts'
import { allRows, firstRow, flag, jsonColumn } from './rows.ts'

const LineRow = z
  .object({
    agreement_id: z.string(),
    product_id: z.string(),
    line_id: z.string(),
    found: z.number(),
    left: flag,
    parts: jsonColumn(z.array(PartShape)),
  })
  .transform((row) => ({
    agreementId: row.agreement_id,
    productId: row.product_id,
    lineId: row.line_id,
    billed: row.found,
    leftBehind: row.left,
    parts: row.parts,
  }))

export type BilledLine = z.output<typeof LineRow>

const HistoryRow = z
  .object({ agreement_id: z.string(), product_id: z.string(), day: z.string(), billed: z.number() })
  .transform(({ agreement_id: agreementId, product_id: productId, ...row }) => ({
    ...row,
    agreementId,
    productId,
  }))

/** What one company is billed. */
export function billStore(db: D1Database) {
  /** Lines of ours that belong to the company, and what they were last billed for. */
  function lines(connection: string, companyId: string) {
    return allRows(
      db
        .prepare(
          `SELECT o.agreement_id, o.product_id, o.line_id, o.found, o.left_reason IS NOT NULL AND o.found > 0 AS "left",
             (SELECT json_group_array(json_object('tenant', p.tenant, 'application', p.application, 'category', p.category,
                'quantity', p.quantity)) FROM own_line_part p WHERE p.connection = o.connection
                AND p.agreement_id = o.agreement_id AND p.product_id = o.product_id) AS parts
           FROM own_line o WHERE o.connection = ?1 AND o.company_id = ?2 ORDER BY o.agreement_id, o.product_id`,
        )
        .bind(connection, companyId),
      LineRow,
    )
  }

  /** Every day on which the number of such a line, or what it is made of, changed; oldest first. */
  function history(connection: string, companyId: string) {
    return allRows(
      db
        .prepare(
          `SELECT h.agreement_id, h.product_id, h.day, h.billed FROM own_line o JOIN line_history h
             ON h.connection = o.connection AND h.agreement_id = o.agreement_id AND h.product_id = o.product_id
           WHERE o.connection = ?1 AND o.company_id = ?2 ORDER BY h.day`,
        )
        .bind(connection, companyId),
      HistoryRow,
    )
  }

  /** Whether tallypod ever heard of the company. */
  async function isKnown(connection: string, companyId: string): Promise<boolean> {
    const row = await firstRow(
      db
        .prepare(
          `SELECT 1 AS found WHERE EXISTS (SELECT 1 FROM psa_company WHERE connection = ?1 AND id = ?2)
             OR EXISTS (SELECT 1 FROM company_mapping WHERE connection = ?1 AND company_id = ?2)
             OR EXISTS (SELECT 1 FROM own_line WHERE connection = ?1 AND company_id = ?2)`,
        )
        .bind(connection, companyId),
      z.object({ found: z.number() }),
    )
    return row !== null
  }

  return { lines, history, isKnown }
}

export type BillStore = ReturnType<typeof billStore>
