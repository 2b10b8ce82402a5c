import * as z from 'zod'
import { type Change, ChangeRow } from './changes.ts'
import { allRows, resultRows } from './rows.ts'

/** What a person can still decide about. */
const stillHeld = `state = 'held' AND dry_run = 0`

/** What people decided about held changes. */
export function decisionStore(db: D1Database) {
  /**
   * Makes held changes planned, each of `lineId` where a person chose one, and notes who did it. Answers those that were
   * still held.
   */
  async function approve(
    chosen: { id: string; lineId: string | null }[],
    who: string,
    at: string,
  ): Promise<Change[]> {
    const ids = JSON.stringify(chosen.map(({ id }) => id))
    const lines = chosen.flatMap(({ id, lineId }) => (lineId === null ? [] : [[id, lineId]]))
    const results = await db.batch([
      db
        .prepare(
          `UPDATE change SET line_id = j.value->>1, from_quantity = COALESCE((
               SELECT l.value->>'quantity' FROM agreement_lines a, json_each(a.lines) l
               WHERE a.connection = change.connection AND a.agreement_id = change.agreement_id
                 AND l.value->>'id' = j.value->>1), from_quantity)
           FROM json_each(?1) j WHERE change.id = j.value->>0 AND ${stillHeld}`,
        )
        .bind(JSON.stringify(lines)),
      noteDecisions(ids, 'approved', who, at),
      // So that a crash before the call to the chain loses nothing.
      db
        .prepare(
          `INSERT INTO chain (id, awake) SELECT DISTINCT 'bill:' || connection, 1 FROM change
           WHERE id IN (SELECT value FROM json_each(?1)) AND ${stillHeld}
           ON CONFLICT DO UPDATE SET awake = 1, woken = 1`,
        )
        .bind(ids),
      db
        .prepare(
          `UPDATE change SET state = 'planned', approved_at = ?2
           WHERE id IN (SELECT value FROM json_each(?1)) AND ${stillHeld} RETURNING *`,
        )
        .bind(ids, at),
    ])
    return resultRows(results.at(-1), ChangeRow)
  }

  /**
   * Keeps the bill, remembers not to propose the same quantities again, and notes who decided it. Answers those that
   * were still held.
   */
  async function dismiss(dismissed: string[], who: string, at: string): Promise<Change[]> {
    const ids = JSON.stringify(dismissed)
    const results = await db.batch([
      db
        .prepare(
          `INSERT OR REPLACE INTO dismissal (connection, agreement_id, product_id, quantity, change_id, at)
           SELECT connection, agreement_id, product_id, to_quantity, id, ?2 FROM change
           WHERE id IN (SELECT value FROM json_each(?1)) AND ${stillHeld}`,
        )
        .bind(ids, at),
      noteDecisions(ids, 'dismissed', who, at),
      db
        .prepare(
          `UPDATE change SET state = 'dismissed', settled_at = ?2
           WHERE id IN (SELECT value FROM json_each(?1)) AND ${stillHeld} RETURNING *`,
        )
        .bind(ids, at),
    ])
    return resultRows(results.at(-1), ChangeRow)
  }

  /** An entry of the trail for each of the changes that is still held. */
  function noteDecisions(ids: string, decision: 'approved' | 'dismissed', who: string, at: string) {
    return db
      .prepare(
        `INSERT INTO audit (at, who, subject, before, after)
         SELECT ?4, ?3, 'change ' || id, json_object('state', 'held', 'reason', reason),
           json_object('state', ?2, 'from', from_quantity, 'to', to_quantity, 'lineId', line_id)
         FROM change WHERE id IN (SELECT value FROM json_each(?1)) AND ${stillHeld}`,
      )
      .bind(ids, decision, who, at)
  }

  async function dismissals(connection: string, agreementIds: string[]) {
    return allRows(
      db
        .prepare(
          `SELECT agreement_id AS agreementId, product_id AS productId, quantity FROM dismissal
           WHERE connection = ?1 AND agreement_id IN (SELECT value FROM json_each(?2))`,
        )
        .bind(connection, JSON.stringify(agreementIds)),
      z.object({ agreementId: z.string(), productId: z.string(), quantity: z.number() }),
    )
  }

  /** For a batch: forgets a dismissal once another quantity is wanted. */
  function forgetDismissal(connection: string, line: { agreementId: string; productId: string }) {
    return db
      .prepare('DELETE FROM dismissal WHERE connection = ?1 AND agreement_id = ?2 AND product_id = ?3')
      .bind(connection, line.agreementId, line.productId)
  }

  return { approve, dismiss, dismissals, forgetDismissal }
}

export type DecisionStore = ReturnType<typeof decisionStore>
