import type { Row, Values } from '../row.ts'
import { type Surroundings, shown } from './entities/entity.ts'
import { inBoard, ticket } from './entities/ticket.ts'
import { referenceTo, type Store } from './store.ts'

export interface DeskBuilders {
  /** With the statuses "New", which new tickets have, "In Progress" and "Closed", and with the types given. */
  addBoard(board: { name: string; types?: string[]; isProject?: boolean; isInactive?: boolean }): Row
  addBoardStatus(board: Row, status: { name: string; closes?: boolean; isInactive?: boolean }): Row
  addBoardType(board: Row, type: { name: string; isInactive?: boolean }): Row
  /** The default one is on every ticket that names none. */
  addPriority(priority: { name: string; isDefault?: boolean }): Row
  /** A person. */
  addMember(member: { firstName: string; lastName: string; isInactive?: boolean }): Row
  /** As the API shows them, ordered by id. */
  ticketsOf(company: number): Row[]
  /** Ordered by id. */
  notesOf(ticket: number): Row[]
  statusNamed(board: Row, name: string): Row
  setTicketStatusByHand(ticket: number, status: number): void
  removeTicketByHand(ticket: number): void
  setBoardInUse(board: number, inUse: boolean): void
}

/** The service desk as people set it up in the vendor's own screens, and what they do to tickets there. */
export function createDeskBuilders(store: Store, surroundings: () => Surroundings): DeskBuilders {
  function addBoardStatus(board: Row, { name, closes, isInactive, ...flags }: StatusValues): Row {
    return store.boardStatuses.insert({
      name,
      board: referenceTo('board', board),
      sortOrder: inBoard(store.boardStatuses.all(), board).length + 1,
      displayOnBoard: true,
      inactive: isInactive ?? false,
      closedStatus: closes ?? false,
      defaultFlag: flags.isDefault ?? false,
    })
  }

  function addBoardType(board: Row, { name, isInactive }: { name: string; isInactive?: boolean }): Row {
    return store.boardTypes.insert({
      name,
      board: referenceTo('board', board),
      category: 'Reactive',
      defaultFlag: false,
      inactiveFlag: isInactive ?? false,
    })
  }

  return {
    addBoard({ name, types, isProject, isInactive }) {
      const board = store.boards.insert({
        name,
        projectFlag: isProject ?? false,
        inactiveFlag: isInactive ?? false,
      })
      addBoardStatus(board, { name: 'New', isDefault: true })
      addBoardStatus(board, { name: 'In Progress' })
      addBoardStatus(board, { name: 'Closed', closes: true })
      for (const type of types ?? []) addBoardType(board, { name: type })
      return board
    },
    addBoardStatus,
    addBoardType,
    addPriority: ({ name, isDefault }) =>
      store.priorities.insert({
        name,
        color: 'Blue',
        sortOrder: store.priorities.all().length + 1,
        defaultFlag: isDefault ?? false,
      }),
    addMember: ({ firstName, lastName, isInactive }) =>
      store.members.insert({
        identifier: `${firstName[0] ?? ''}${lastName}`,
        firstName,
        lastName,
        fullName: `${firstName} ${lastName}`,
        licenseClass: 'F',
        inactiveFlag: isInactive ?? false,
        ssoSessionFlag: false,
      }),
    ticketsOf: (company) =>
      store.tickets
        .all()
        .map((row) => shown(ticket, row, surroundings()))
        .filter((row) => Object(row.company).id === company),
    notesOf: (id) => store.ticketNotes.all().filter(({ ticketId }) => ticketId === id),
    statusNamed(board, name) {
      const status = inBoard(store.boardStatuses.all(), board).find((row) => row.name === name)
      if (!status) throw new Error(`The board has no status ${name}`)
      return status
    },
    setTicketStatusByHand(id, status) {
      const row = store.boardStatuses.get(status)
      if (!row) throw new Error(`There is no status ${status}`)
      change(store.tickets.get(id), { status: referenceTo('boardStatus', row) }, store.tickets.put)
    },
    removeTicketByHand: (id) => store.tickets.remove(id),
    setBoardInUse(board, inUse) {
      change(store.boards.get(board), { inactiveFlag: !inUse }, store.boards.put)
    },
  }
}

interface StatusValues {
  name: string
  closes?: boolean
  isInactive?: boolean
  isDefault?: boolean
}

function change(row: Row | undefined, values: Values, put: (row: Row) => void): void {
  if (!row) throw new Error('There is no such record')
  put({ ...row, ...values, id: row.id })
}
