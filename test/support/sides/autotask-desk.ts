import type { Account } from '../../vendors/autotask/account.ts'
import type { Json } from '../../vendors/row.ts'
import type { SideDesk } from './desk.ts'

const queue = 29_682_833

/** The service desk of `account`, whose tickets are for the one person who is there from the beginning. */
export function autotaskDesk(account: Account): SideDesk {
  const { tables } = account.database.store
  return {
    filing: { board: `${queue}`, status: '1', priority: '3', type: '12', assignee: '70001' },
    closedStatus: '5',
    otherStatus: '8',
    tickets: (companyId) =>
      tables.Tickets.all()
        .filter(({ companyID }) => `${companyID}` === companyId)
        .map((ticket) => ({
          id: `${ticket.id}`,
          title: `${ticket.title}`,
          text: `${ticket.description}`,
          status: `${ticket.status}`,
          board: `${ticket.queueID}`,
          priority: textOrNull(ticket.priority),
          type: textOrNull(ticket.issueType),
          assignee: textOrNull(ticket.assignedResourceID),
          notes: tables.TicketNotes.all()
            .filter(({ ticketID }) => ticketID === ticket.id)
            .map(({ description }) => `${description}`),
        })),
    setStatusByHand: (id, status) => account.editByHand('Tickets', Number(id), { status: Number(status) }),
    removeByHand: (id) => account.removeByHand('Tickets', Number(id)),
    setBoardInUse: (isInUse) => account.setPickInUse('Tickets', 'queueID', queue, isInUse),
    setLocked: null,
  }
}

function textOrNull(value: Json | undefined): string | null {
  return value === undefined || value === null ? null : `${value}`
}
