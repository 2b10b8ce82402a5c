import * as z from 'zod'
import type { CausePlan, KnownTicket, LookPlan } from '../domain/ticket-look.ts'
import { allRows, firstRow, pieces } from './rows.ts'
import { closers, columns, live, type StoredTicket, TicketRow } from './ticket-row.ts'

const KnownRow = z
  .object({
    id: z.string(),
    cause: z.string(),
    live: z.number(),
    closed_by: z.enum(closers).nullable(),
    closed_at: z.string().nullable(),
  })
  .transform(
    (row): KnownTicket => ({
      id: row.id,
      cause: row.cause,
      closed:
        row.live === 1 || row.closed_at === null
          ? null
          : { by: row.closed_by ?? 'person', atMs: Date.parse(row.closed_at) },
    }),
  )

/** A company that gets tickets. */
export interface TicketCompany {
  connection: string
  id: string
}

/** How what happened on devices comes to tickets: what a look found is kept in one go with the tickets it is for. */
export function ticketIntakeStore(db: D1Database) {
  /** Tickets of the company that are not over, and those that were closed since. */
  function known({ connection, id }: TicketCompany, closedSince: string): Promise<KnownTicket[]> {
    return allRows(
      db
        .prepare(
          `SELECT id, cause, ${live} AS live, closed_by, closed_at FROM ticket
           WHERE connection = ?1 AND company_id = ?2 AND (${live} OR closed_at >= ?3)`,
        )
        .bind(connection, id, closedSince),
      KnownRow,
    )
  }

  /** For a batch: what a look at a tenant of the company means. */
  function take(
    company: TicketCompany,
    tenant: { connection: string; id: string },
    plan: LookPlan,
    at: string,
    newId: () => string,
  ): D1PreparedStatement[] {
    return [
      ...plan.causes.flatMap((cause) => happened(company, cause, at, newId())),
      ...faults(company, tenant, plan),
    ]
  }

  /**
   * For a batch: something happened. It is added to the ticket of its cause that is not over; else a ticket that was
   * closed is wanted open again, or a new one is planned.
   */
  function happened(company: TicketCompany, plan: CausePlan, at: string, id: string): D1PreparedStatement[] {
    const place = [company.connection, company.id, plan.cause] as const
    const ofCause = `(SELECT id FROM ticket WHERE connection = ?1 AND company_id = ?2 AND cause = ?3 AND ${live})`
    return [
      ...(plan.reopens === null
        ? []
        : [
            db
              .prepare(
                `UPDATE ticket SET wanted = 'open', look_at = 0, tries = 0 WHERE id = ?4 AND state = 'closed' AND NOT EXISTS ${ofCause}`,
              )
              .bind(...place, plan.reopens),
          ]),
      db
        .prepare(
          `INSERT INTO ticket (id, connection, company_id, cause, rule, subject, example, state, wanted, title, happened, told, created_at, last_at)
           SELECT ?4, ?1, ?2, ?3, ?5, ?6, ?7, 'planned', 'open', ?6, 0, 0, ?8, ?8 WHERE NOT EXISTS ${ofCause}`,
        )
        .bind(...place, id, plan.rule, plan.subject, plan.example, at),
      ...pieces(plan.happenings).map((piece) =>
        db
          .prepare(
            `INSERT INTO ticket_device (ticket_id, device, name, happened, told, first_at, last_at)
             SELECT ${ofCause}, value->>0, value->>1, value->>2, 0, value->>3, value->>4 FROM json_each(?4) WHERE true
             ON CONFLICT DO UPDATE SET happened = happened + excluded.happened, name = excluded.name, last_at = excluded.last_at`,
          )
          .bind(
            ...place,
            JSON.stringify(
              piece.map(({ device, count, firstAt, lastAt }) => [
                device.id,
                device.name,
                count,
                firstAt,
                lastAt,
              ]),
            ),
          ),
      ),
      db
        .prepare(
          `UPDATE ticket SET wanted = 'open', happened = happened + ?4, last_at = ?5,
             example = CASE ?6 WHEN '' THEN example ELSE ?6 END WHERE id = ${ofCause}`,
        )
        .bind(...place, plan.count, at, plan.example),
    ]
  }

  /** For a batch: what devices suffer from now; a ticket of which nothing is left is wanted closed. */
  function faults(
    company: TicketCompany,
    tenant: { connection: string; id: string },
    { faults: present, over }: LookPlan,
  ): D1PreparedStatement[] {
    const gone = JSON.stringify(over.map(({ deviceId, status }) => [deviceId, status]))
    const goneRows = `FROM json_each(?3) j JOIN device_fault f ON f.connection = ?1 AND f.tenant_id = ?2
      AND f.device_id = j.value->>0 AND f.status = j.value->>1`
    return [
      ...pieces(present).map((piece) =>
        db
          .prepare(
            `INSERT INTO device_fault (connection, tenant_id, device_id, status, name, since, ticket_id)
             SELECT ?1, ?2, value->>0, value->>1, value->>2, value->>3, (SELECT id FROM ticket t WHERE value->>4 IS NOT NULL
               AND t.connection = ?4 AND t.company_id = ?5 AND t.cause = value->>4 AND ${live})
             FROM json_each(?3) WHERE true
             ON CONFLICT DO UPDATE SET name = excluded.name, ticket_id = excluded.ticket_id`,
          )
          .bind(
            tenant.connection,
            tenant.id,
            JSON.stringify(
              piece.map(({ deviceId, status, name, sinceMs, cause }) => [
                deviceId,
                status,
                name,
                sinceMs,
                cause,
              ]),
            ),
            company.connection,
            company.id,
          ),
      ),
      ...(over.length === 0
        ? []
        : [
            db
              .prepare(
                `UPDATE ticket SET wanted = 'closed', look_at = 0, tries = 0
                 WHERE id IN (SELECT f.ticket_id ${goneRows}) AND ${live}
                   AND (SELECT COUNT(*) FROM device_fault f WHERE f.ticket_id = ticket.id)
                     = (SELECT COUNT(*) ${goneRows} AND f.ticket_id = ticket.id)`,
              )
              .bind(tenant.connection, tenant.id, gone),
            db
              .prepare(
                `DELETE FROM device_fault WHERE connection = ?1 AND tenant_id = ?2
                   AND (device_id, status) IN (SELECT value->>0, value->>1 FROM json_each(?3))`,
              )
              .bind(tenant.connection, tenant.id, gone),
          ]),
    ]
  }

  /** The ticket of the cause that is not over, whatever its company, else the last one that closed by itself since. */
  function latestOf(connection: string, cause: string, closedSince: string): Promise<StoredTicket | null> {
    return firstRow(
      db
        .prepare(
          `SELECT ${columns} FROM ticket t WHERE t.connection = ?1 AND t.cause = ?2
             AND (${live} OR (t.closed_by = 'itself' AND t.closed_at >= ?3)) ORDER BY ${live} DESC, t.closed_at DESC LIMIT 1`,
        )
        .bind(connection, cause, closedSince),
      TicketRow,
    )
  }

  /** For a batch: what the tickets of this cause are about is over. */
  function wantClosed(connection: string, cause: string): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE ticket SET wanted = 'closed', look_at = 0, tries = 0 WHERE connection = ?1 AND cause = ?2 AND ${live} AND wanted = 'open'`,
      )
      .bind(connection, cause)
  }

  return { known, take, happened, latestOf, wantClosed }
}
