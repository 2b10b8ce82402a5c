import type { TicketFiling } from '../../../worker/psa/ticket-port.ts'

/** A ticket as it stands in the PSA, read past the adapter. Ids are text. */
export interface DeskTicket {
  id: string
  title: string
  /** What it was made with. */
  text: string
  status: string
  board: string
  priority: string | null
  type: string | null
  assignee: string | null
  /** In the order in which they were added. */
  notes: string[]
}

/** The service desk of one account at an emulated PSA, as stories see it that hold for each PSA. */
export interface SideDesk {
  /** Something of each kind, ready to file tickets under; its status is for new tickets. */
  filing: TicketFiling
  /** A status of the same board that the PSA calls closed. */
  closedStatus: string
  /** Another status of the same board, in which tickets are open. */
  otherStatus: string
  /** Every ticket of the company, oldest first. */
  tickets(companyId: string): DeskTicket[]
  /** As somebody does in the PSA's own screens. */
  setStatusByHand(id: string, status: string): void
  removeByHand(id: string): void
  /** Takes the board (in Autotask the queue) out of use, or lets it be used again. */
  setBoardInUse(inUse: boolean): void
  /** Lets somebody open the ticket in the PSA's own screens, or close it there; null where the PSA locks nothing. */
  setLocked: ((id: string, isLocked: boolean) => void) | null
}
