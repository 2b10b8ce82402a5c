import * as z from 'zod'
import type { MadeWith, RuleName } from '../domain/ticket-rule.ts'
import { ticketStates } from '../domain/ticket-step.ts'

export const closers = ['itself', 'person'] as const

export const TicketRow = z
  .object({
    id: z.string(),
    connection: z.string(),
    company_id: z.string(),
    cause: z.string(),
    rule: z.custom<RuleName>((value) => typeof value === 'string'),
    subject: z.string(),
    example: z.string(),
    state: z.enum(ticketStates),
    wanted: z.enum(['open', 'closed']),
    psa_id: z.string().nullable(),
    board: z.string().nullable(),
    status_new: z.string().nullable(),
    status_closed: z.string().nullable(),
    title: z.string(),
    happened: z.number(),
    told: z.number(),
    noted_at: z.number().nullable(),
    created_at: z.string(),
    last_at: z.string(),
    opened_at: z.string().nullable(),
    closed_at: z.string().nullable(),
    closed_by: z.enum(closers).nullable(),
    tries: z.number(),
    detail: z.string().nullable(),
    devices: z.number(),
  })
  .transform((row) => ({
    id: row.id,
    connection: row.connection,
    companyId: row.company_id,
    cause: row.cause,
    rule: row.rule,
    subject: row.subject,
    example: row.example,
    state: row.state,
    wanted: row.wanted,
    /** The PSA's own id. */
    psaId: row.psa_id,
    made: madeWith(row),
    title: row.title,
    /** How often it happened, */
    count: row.happened,
    /** and how much of that the ticket tells. */
    told: row.told,
    notedMs: row.noted_at,
    createdAt: row.created_at,
    lastAt: row.last_at,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
    /** Failures in a row. */
    tries: row.tries,
    /** Why it waits. */
    detail: row.detail,
    devices: row.devices,
  }))

/** Null before it was sent. */
function madeWith(row: {
  board: string | null
  status_new: string | null
  status_closed: string | null
}): MadeWith | null {
  const { board, status_new: statusNew, status_closed: statusClosed } = row
  return board === null || statusNew === null || statusClosed === null
    ? null
    : { board, statusNew, statusClosed }
}

export type StoredTicket = z.output<typeof TicketRow>

/** SQL: not over, or about to be opened again. */
export const live = `(state IN ('planned', 'sending', 'unknown', 'open') OR wanted = 'open')`

/** SQL: what `TicketRow` reads of the ticket `t`. */
export const columns = `t.*, (SELECT COUNT(*) FROM ticket_device d WHERE d.ticket_id = t.id) AS devices`
