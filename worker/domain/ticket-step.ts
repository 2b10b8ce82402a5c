export const ticketStates = ['planned', 'sending', 'unknown', 'open', 'closed', 'dropped'] as const
export type TicketStoredState = (typeof ticketStates)[number]

/** At most one note is added to a ticket in that time. */
export const noteEveryMs = 3_600_000

export interface TicketNow {
  state: TicketStoredState
  /** How it should be. */
  wanted: 'open' | 'closed'
  /** How often it happened, */
  count: number
  /** and how much of that the ticket tells already. */
  told: number
  /** When the last note was added, in milliseconds; null where there is none. */
  notedMs: number | null
}

/**
 * - `settle`: find out whether it was made, its answer being lost
 * - `drop`: what it was about is over before it was made
 */
export type TicketStep = 'settle' | 'create' | 'drop' | 'close' | 'reopen' | 'note'

/** What is to be done about a ticket now; null where nothing is. */
export function ticketStep(ticket: TicketNow, nowMs: number): TicketStep | null {
  const { state, wanted, count, told, notedMs } = ticket
  switch (state) {
    case 'sending':
    case 'unknown':
      return 'settle'
    case 'planned':
      return wanted === 'open' ? 'create' : 'drop'
    case 'open':
      if (wanted === 'closed') return 'close'
      return count > told && (notedMs === null || nowMs - notedMs >= noteEveryMs) ? 'note' : null
    case 'closed':
      return wanted === 'open' ? 'reopen' : null
    case 'dropped':
      return null
  }
}
