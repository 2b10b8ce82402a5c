/** How a ticket is filed; ids are the PSA's own, as text. Where the PSA knows something by its name alone, that is its id. */
export interface TicketFiling {
  /** In Autotask, the queue. */
  board: string
  status: string
  priority: string | null
  type: string | null
  /** Who is to deal with it. */
  assignee: string | null
}

export interface NewTicket {
  /** Our own name for it, at most 50 characters, by which `find` finds it again. */
  key: string
  companyId: string
  /** One line, at most 100 characters. */
  title: string
  /** Plain text of several lines, at most 8,000 characters. */
  text: string
  filing: TicketFiling
}

/** A ticket as the PSA shows it now. */
export interface TicketState {
  id: string
  status: string
  /** Whether that status is one of those that the PSA itself calls closed. */
  closed: boolean
}

/** What a ticket can be filed under. */
export type TicketList = 'board' | 'status' | 'type' | 'priority' | 'assignee'

export interface TicketChoice {
  id: string
  name: string
  /** Of a status: whether tickets in it are closed. Absent where the PSA does not tell. */
  closed?: boolean
}

/**
 * The service desk of a PSA, as this product needs it. Reads are whole or throw a `VendorError`.
 */
export interface TicketDesk {
  /**
   * Everything active that can be chosen, in the PSA's own order.
   *
   * @param board whose statuses and types are listed where each board has its own; ignored for the other lists
   */
  choices(list: TicketList, board: string): Promise<TicketChoice[]>

  /** The MSP's own company, for tickets about its own matters; null where the PSA does not tell it. */
  ownCompany(): Promise<string | null>

  /**
   * Makes a ticket and answers its id.
   *
   * Not safe to repeat. After a failure for which `surelyNotDone` is false, `find` it before anything else.
   */
  create(ticket: NewTicket): Promise<string>

  /** The id of the ticket that was made with this key; null where there is none. */
  find(key: string, companyId: string): Promise<string | null>

  /** Those of `ids` that exist, in as few calls as can be. */
  states(ids: string[]): Promise<TicketState[]>

  /**
   * Gives a ticket another status. Safe to repeat.
   *
   * @returns `locked` where somebody works on it in the PSA's own screens, so that it has to be tried again later
   */
  setStatus(id: string, status: string): Promise<'done' | 'locked'>

  /** Adds a note that the PSA's own people read. Repeating it adds a second one. */
  addNote(id: string, text: string): Promise<void>

  /** Where people open the ticket in the PSA's own screens; null where no such address is known. */
  url(id: string): Promise<string | null>
}
