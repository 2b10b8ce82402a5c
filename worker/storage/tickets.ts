import * as z from 'zod'
import type { RuleName } from '../domain/ticket-rule.ts'
import { allRows, firstRow } from './rows.ts'
import { columns, live, type StoredTicket, TicketRow } from './ticket-row.ts'

const DeviceRow = z
  .object({
    device: z.string(),
    name: z.string(),
    happened: z.number(),
    told: z.number(),
    first_at: z.string(),
    last_at: z.string(),
  })
  .transform((row) => ({
    /** `connection/tenant/device` */
    id: row.device,
    name: row.name,
    count: row.happened,
    told: row.told,
    firstAt: row.first_at,
    lastAt: row.last_at,
  }))

export type StoredTicketDevice = z.output<typeof DeviceRow>

const ProblemRow = z.object({
  connection: z.string(),
  rule: z.string(),
  message: z.string(),
  since: z.string(),
})

export type RuleProblem = z.output<typeof ProblemRow>

/** The tickets that were made or are to be made, and the rules that are skipped. */
export function ticketStore(db: D1Database) {
  /** Newest first: in the PSA and open there, closed there, or still to be made. Without a state: those in the PSA. */
  function list(
    filter: {
      state: 'open' | 'closed' | 'waiting' | null
      connection: string | null
      companyId: string | null
    },
    limit: number,
    after: { at: string; id: string } | null,
  ): Promise<StoredTicket[]> {
    const states = {
      open: `t.psa_id IS NOT NULL AND t.state = 'open'`,
      closed: `t.psa_id IS NOT NULL AND t.state = 'closed'`,
      waiting: `t.state IN ('planned', 'sending', 'unknown')`,
    }
    const shown = filter.state === null ? `(${states.open} OR ${states.closed})` : states[filter.state]
    return allRows(
      db
        .prepare(
          `SELECT ${columns} FROM ticket t WHERE ${shown} AND (?2 IS NULL OR t.connection = ?2) AND (?3 IS NULL OR t.company_id = ?3)
             AND (?4 IS NULL OR (t.last_at, t.id) < (?4, ?5)) ORDER BY t.last_at DESC, t.id DESC LIMIT ?1`,
        )
        .bind(limit, filter.connection, filter.companyId, after?.at ?? null, after?.id ?? null),
      TicketRow,
    )
  }

  function get(id: string): Promise<StoredTicket | null> {
    return firstRow(db.prepare(`SELECT ${columns} FROM ticket t WHERE t.id = ?1`).bind(id), TicketRow)
  }

  /** Those first at which it happened most. */
  function devices(ticketId: string): Promise<StoredTicketDevice[]> {
    return allRows(
      db
        .prepare('SELECT * FROM ticket_device WHERE ticket_id = ?1 ORDER BY happened DESC, name, device')
        .bind(ticketId),
      DeviceRow,
    )
  }

  /** For a batch: these rules of the PSA are skipped; all its others are not. */
  function ruleProblems(
    connection: string,
    problems: { rule: RuleName; message: string }[],
    at: string,
  ): D1PreparedStatement[] {
    const rows = JSON.stringify(problems.map(({ rule, message }) => [rule, message]))
    return [
      db
        .prepare(
          `DELETE FROM ticket_rule_problem WHERE connection = ?1
             AND rule NOT IN (SELECT value->>0 FROM json_each(?2))`,
        )
        .bind(connection, rows),
      db
        .prepare(
          `INSERT INTO ticket_rule_problem (connection, rule, message, since)
           SELECT ?1, value->>0, value->>1, ?3 FROM json_each(?2) WHERE true
           ON CONFLICT DO UPDATE SET message = excluded.message`,
        )
        .bind(connection, rows, at),
    ]
  }

  /** Rules that are skipped, and why. */
  function problems(): Promise<RuleProblem[]> {
    return allRows(db.prepare('SELECT * FROM ticket_rule_problem ORDER BY connection, rule'), ProblemRow)
  }

  /** Forgets tickets that were over before `day`. */
  async function prune(day: string): Promise<void> {
    await db.batch([
      db
        .prepare('DELETE FROM ticket_device WHERE ticket_id IN (SELECT id FROM ticket WHERE closed_at < ?1)')
        .bind(day),
      db.prepare(`DELETE FROM ticket WHERE closed_at < ?1 AND NOT ${live}`).bind(day),
    ])
  }

  return { list, get, devices, ruleProblems, problems, prune }
}
