import * as z from 'zod'
import type { MadeWith } from '../domain/ticket-rule.ts'
import { noteEveryMs } from '../domain/ticket-step.ts'
import { allRows, firstRow, pieces } from './rows.ts'
import { type closers, columns, live, type StoredTicket, TicketRow } from './ticket-row.ts'

/** As `ticketStep` sees it. */
const workToDo = `(state IN ('planned', 'sending', 'unknown') OR (state = 'open' AND wanted = 'closed')
  OR (state = 'closed' AND wanted = 'open')
  OR (state = 'open' AND happened > told AND COALESCE(noted_at, 0) <= ?2 - ${noteEveryMs}))`

/** What is still to be done about tickets at a PSA, each kept until the PSA has it as it is wanted. */
export function ticketWorkStore(db: D1Database) {
  /** Tickets of the PSA about which something is to be done now, oldest first. */
  function due(connection: string, nowMs: number, limit: number): Promise<StoredTicket[]> {
    return allRows(
      db
        .prepare(
          `SELECT ${columns} FROM ticket t WHERE t.connection = ?1 AND ${workToDo} AND t.look_at <= ?2
           ORDER BY t.look_at, t.created_at, t.id LIMIT ?3`,
        )
        .bind(connection, nowMs, limit),
      TicketRow,
    )
  }

  /** When the next of the tickets that wait is due, in milliseconds; null where none waits. */
  async function nextAt(connection: string, nowMs: number): Promise<number | null> {
    const row = await firstRow(
      db
        .prepare(`SELECT MIN(look_at) AS at FROM ticket WHERE connection = ?1 AND ${workToDo}`)
        .bind(connection, nowMs),
      z.object({ at: z.number().nullable() }),
    )
    return row?.at ?? null
  }

  /** PSA connections at which something is to be done now, or open tickets are to be looked at. */
  async function connectionsDue(nowMs: number, seenBefore: number): Promise<string[]> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT DISTINCT connection FROM ticket WHERE (${workToDo} AND look_at <= ?2)
             OR (state = 'open' AND seen_at < ?1)`,
        )
        .bind(seenBefore, nowMs),
      z.object({ connection: z.string() }),
    )
    return rows.map((row) => row.connection)
  }

  /** Open tickets that the PSA has not shown since, those first that it showed longest ago. */
  function unseen(connection: string, before: number, limit: number): Promise<StoredTicket[]> {
    return allRows(
      db
        .prepare(
          `SELECT ${columns} FROM ticket t WHERE t.connection = ?1 AND t.state = 'open' AND t.seen_at < ?2
           ORDER BY t.seen_at, t.id LIMIT ?3`,
        )
        .bind(connection, before, limit),
      TicketRow,
    )
  }

  /** Notes that the ticket goes out now, before the first byte does; false where somebody else has it. */
  async function startSending(
    ticket: { id: string; companyId: string; title: string; told: number; filing: MadeWith },
    lease: { chain: string; step: number },
    nowMs: number,
    lookAtMs: number,
  ): Promise<boolean> {
    const [sent] = await db.batch([
      db
        .prepare(
          `UPDATE ticket SET state = 'sending', title = ?2, told = ?3, sent_at = ?4, look_at = ?5, company_id = ?8,
             board = ?9, status_new = ?10, status_closed = ?11
           WHERE id = ?1 AND state = 'planned' AND wanted = 'open'
             AND EXISTS (SELECT 1 FROM chain WHERE id = ?6 AND step = ?7)`,
        )
        .bind(
          ticket.id,
          ticket.title,
          ticket.told,
          nowMs,
          lookAtMs,
          lease.chain,
          lease.step,
          ticket.companyId,
          ticket.filing.board,
          ticket.filing.statusNew,
          ticket.filing.statusClosed,
        ),
      tellDevices(ticket.id),
    ])
    return sent?.meta.changes === 1
  }

  function tellDevices(ticketId: string): D1PreparedStatement {
    return db.prepare('UPDATE ticket_device SET told = happened WHERE ticket_id = ?1').bind(ticketId)
  }

  /** For a batch: the PSA has it open, under this id. */
  function opened(id: string, psaId: string, at: string): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE ticket SET state = 'open', psa_id = ?2, opened_at = COALESCE(opened_at, ?3), closed_at = NULL, closed_by = NULL,
           look_at = 0, tries = 0, detail = NULL, seen_at = ?4 WHERE id = ?1`,
      )
      .bind(id, psaId, at, Date.parse(at))
  }

  /** For a batch: whether it was made is to be found out, not before `lookAtMs`. */
  function uncertain(id: string, lookAtMs: number, detail: string): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE ticket SET state = 'unknown', look_at = ?2, detail = ?3, tries = tries + 1 WHERE id = ?1`,
      )
      .bind(id, lookAtMs, detail)
  }

  /** For a batch: it was surely not made, and is made not before `lookAtMs`. */
  function planAgain(id: string, lookAtMs: number, detail: string | null): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE ticket SET state = 'planned', look_at = ?2, detail = ?3, tries = tries + 1, told = 0 WHERE id = ?1
           AND state IN ('planned', 'sending', 'unknown')`,
      )
      .bind(id, lookAtMs, detail)
  }

  /** For a batch: nothing is done about it before `lookAtMs`. */
  function postpone(id: string, lookAtMs: number, detail: string): D1PreparedStatement {
    return db
      .prepare('UPDATE ticket SET look_at = ?2, detail = ?3, tries = tries + 1 WHERE id = ?1')
      .bind(id, lookAtMs, detail)
  }

  /** Nothing is asked about tickets of the PSA before `untilMs`. */
  async function postponeAll(connection: string, untilMs: number, detail: string): Promise<void> {
    await db
      .prepare(`UPDATE ticket SET look_at = MAX(look_at, ?2), detail = ?3 WHERE connection = ?1 AND ${live}`)
      .bind(connection, untilMs, detail)
      .run()
  }

  /** Lets everything go on at once that waits for the rules to be mended. */
  async function hasten(connection: string): Promise<void> {
    await db
      .prepare(`UPDATE ticket SET look_at = 0 WHERE connection = ?1 AND state = 'planned'`)
      .bind(connection)
      .run()
  }

  /** For a batch: it will never be made. */
  function drop(id: string, at: string): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE ticket SET state = 'dropped', wanted = 'closed', closed_at = ?2 WHERE id = ?1 AND state = 'planned'`,
      )
      .bind(id, at)
  }

  /** For a batch: the PSA shows it closed, or shows it no more. */
  function closed(id: string, by: (typeof closers)[number], at: string): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE ticket SET state = 'closed', wanted = 'closed', closed_by = ?2, closed_at = COALESCE(closed_at, ?3), look_at = 0, tries = 0,
           detail = NULL, seen_at = ?4 WHERE id = ?1`,
      )
      .bind(id, by, at, Date.parse(at))
  }

  /** For a batch: what happened is told, up to these numbers. */
  function told(ticket: { id: string; told: number }, notedMs: number): D1PreparedStatement[] {
    return [
      db
        .prepare('UPDATE ticket SET told = ?2, noted_at = ?3 WHERE id = ?1')
        .bind(ticket.id, ticket.told, notedMs),
      tellDevices(ticket.id),
    ]
  }

  /** For a batch: the note that was to tell it was not added after all. */
  function untold(
    { id, told: before, notedMs }: StoredTicket,
    devices: { id: string; told: number }[],
  ): D1PreparedStatement[] {
    return [
      db.prepare('UPDATE ticket SET told = ?2, noted_at = ?3 WHERE id = ?1').bind(id, before, notedMs),
      ...pieces(devices).map((piece) =>
        db
          .prepare(
            `UPDATE ticket_device SET told = j.value->>1 FROM json_each(?2) j
             WHERE ticket_id = ?1 AND device = j.value->>0`,
          )
          .bind(id, JSON.stringify(piece.map((device) => [device.id, device.told]))),
      ),
    ]
  }

  /**
   * For a batch: a person closed the ticket before it told everything; what it does not tell becomes a new ticket of the
   * same cause.
   */
  function succeed(ticket: StoredTicket, newId: string, at: string): D1PreparedStatement[] {
    return [
      closed(ticket.id, 'person', at),
      db
        .prepare(
          `INSERT INTO ticket (id, connection, company_id, cause, rule, subject, example, state, wanted, title, happened, told, created_at, last_at)
           SELECT ?2, connection, company_id, cause, rule, subject, example, 'planned', 'open', subject, happened - told, 0, ?3, last_at
           FROM ticket WHERE id = ?1`,
        )
        .bind(ticket.id, newId, at),
      db
        .prepare(
          `INSERT INTO ticket_device (ticket_id, device, name, happened, told, first_at, last_at)
           SELECT ?2, device, name, happened - told, 0, last_at, last_at FROM ticket_device WHERE ticket_id = ?1 AND happened > told`,
        )
        .bind(ticket.id, newId),
      db
        .prepare(
          `UPDATE device_fault SET ticket_id = ?2 WHERE ticket_id = ?1 AND connection || '/' || tenant_id || '/' || device_id
             IN (SELECT device FROM ticket_device WHERE ticket_id = ?2)`,
        )
        .bind(ticket.id, newId),
      db.prepare('UPDATE ticket SET happened = told WHERE id = ?1').bind(ticket.id),
      db.prepare('UPDATE ticket_device SET happened = told WHERE ticket_id = ?1').bind(ticket.id),
    ]
  }

  /** For a batch: the PSA showed these as they should be. */
  function seen(ids: string[], nowMs: number): D1PreparedStatement {
    return db
      .prepare('UPDATE ticket SET seen_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))')
      .bind(JSON.stringify(ids), nowMs)
  }

  return {
    due,
    nextAt,
    connectionsDue,
    unseen,
    startSending,
    opened,
    uncertain,
    planAgain,
    postpone,
    postponeAll,
    hasten,
    drop,
    closed,
    told,
    untold,
    succeed,
    seen,
  }
}
