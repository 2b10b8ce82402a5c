import * as z from 'zod'
import { allRows, jsonColumn } from './rows.ts'

const AuditRow = z.object({
  id: z.number(),
  at: z.string(),
  who: z.string(),
  subject: z.string(),
  before: jsonColumn(z.unknown()).nullable(),
  after: jsonColumn(z.unknown()).nullable(),
})

export interface AuditEntry {
  /** ISO 8601 in UTC. */
  at: string
  who: string
  /** What kind of thing and which one, e.g. `change 7c1f…`. */
  subject: string
  /** Null where it is new. Never a secret. */
  before: unknown
  /** Null where it is gone. Never a secret. */
  after: unknown
}

/** Who did what. Saves of the configuration write their own entries, in the transaction that saves. */
export function auditStore(db: D1Database) {
  /** Newest first, before the entry `beforeId`; `search` is any part of who, subject, before or after. */
  function list(search: string, limit: number, beforeId: number | null) {
    return allRows(
      db
        .prepare(
          `SELECT id, at, who, subject, before, after FROM audit
           WHERE (?2 IS NULL OR id < ?2) AND (?3 = '' OR instr(lower(who || char(10) || subject || char(10)
             || COALESCE(before, '') || char(10) || COALESCE(after, '')), lower(?3)) > 0)
           ORDER BY id DESC LIMIT ?1`,
        )
        .bind(limit, beforeId, search),
      AuditRow,
    )
  }

  /** For a batch. */
  function statement(entry: AuditEntry): D1PreparedStatement {
    return db
      .prepare('INSERT INTO audit (at, who, subject, before, after) VALUES (?1, ?2, ?3, ?4, ?5)')
      .bind(entry.at, entry.who, entry.subject, JSON.stringify(entry.before), JSON.stringify(entry.after))
  }

  async function add(entry: AuditEntry): Promise<void> {
    await statement(entry).run()
  }

  return { list, add, statement }
}

export type AuditStore = ReturnType<typeof auditStore>
