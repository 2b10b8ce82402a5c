import type { Account } from '../../vendors/connectwise/account.ts'
import type { Json, Row } from '../../vendors/row.ts'
import type { SideDesk } from './desk.ts'

export function connectWiseDesk(account: Account): SideDesk {
  const board = account.addBoard({ name: 'Security', types: ['Incident'] })
  const type = account.store.boardTypes.all().find((row) => idIn(row.board) === `${board.id}`)
  const priority = account.addPriority({ name: 'High' })
  const assignee = account.addMember({ firstName: 'Jane', lastName: 'Doe' })
  const status = (name: string) => `${account.statusNamed(board, name).id}`
  return {
    filing: {
      board: `${board.id}`,
      status: status('New'),
      priority: `${priority.id}`,
      type: `${type?.id}`,
      assignee: `${assignee.id}`,
    },
    closedStatus: status('Closed'),
    otherStatus: status('In Progress'),
    tickets: (companyId) => account.ticketsOf(Number(companyId)).map((ticket) => deskTicket(account, ticket)),
    setStatusByHand: (id, to) => account.setTicketStatusByHand(Number(id), Number(to)),
    removeByHand: (id) => account.removeTicketByHand(Number(id)),
    setBoardInUse: (inUse) => account.setBoardInUse(board.id, inUse),
    setLocked: null,
  }
}

/** The first note is what the ticket was made with. */
function deskTicket(account: Account, ticket: Row) {
  const [text, ...notes] = account.notesOf(ticket.id).map((note) => `${note.text}`)
  return {
    id: `${ticket.id}`,
    title: `${ticket.summary}`,
    text: text ?? '',
    status: idIn(ticket.status) ?? '',
    board: idIn(ticket.board) ?? '',
    priority: idIn(ticket.priority),
    type: idIn(ticket.type),
    assignee: idIn(ticket.owner),
    notes,
  }
}

function idIn(reference: Json | undefined): string | null {
  const { id } = Object(reference)
  return id === undefined ? null : `${id}`
}
