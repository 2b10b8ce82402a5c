import { type Answer, jsonAnswer } from '../faults.ts'
import type { Json, Row, Rows } from '../row.ts'
import type { Account } from './account.ts'
import {
  type ApiRequest,
  assertAllowed,
  bodyOf,
  collectionAnswer,
  lightListAnswer,
  notSupported,
} from './answers.ts'
import { boardFields, boardStatusFields, boardTypeFields, priorityFields } from './entities/board.ts'
import { inBoard, ticket } from './entities/ticket.ts'
import { ticketNote } from './entities/ticket-note.ts'
import { notFound } from './errors.ts'
import { selectFields } from './field-selection.ts'
import { type Author, type Collection, create, info, oneOf } from './records.ts'
import type { Area } from './rights.ts'
import type { Caller } from './sign-in.ts'
import { referred } from './store.ts'

const tickets: Area = ['Service Desk', 'Service Tickets']
const closing: Area = ['Service Desk', 'Close Service Tickets']

/** Everything below `/service`. Anyone may read how the service desk is set up; nobody sets it up here. */
export function serviceAnswer(caller: Caller, [resource, ...rest]: string[], request: ApiRequest): Answer {
  const { store } = caller.account
  switch (resource) {
    case 'boards':
      if (rest[1] !== undefined) return boardListAnswer(caller.account, rest, request)
      return lightListAnswer(store.boards.all(), boardFields, rest, request)
    case 'priorities':
      return lightListAnswer(store.priorities.all(), priorityFields, rest, request)
    case 'tickets':
      assertAllowed(caller, tickets, request.method)
      return rest[1] === 'notes' ? notesAnswer(caller, rest, request) : ticketsAnswer(caller, rest, request)
  }
  throw notFound('The resource was')
}

function boardListAnswer(
  { store }: Account,
  [name = '', list, ...rest]: string[],
  request: ApiRequest,
): Answer {
  const board = ownerNamed(store.boards, name, 'board')
  switch (list) {
    case 'statuses':
      return lightListAnswer(inBoard(store.boardStatuses.all(), board), boardStatusFields, rest, request)
    case 'types':
      return lightListAnswer(inBoard(store.boardTypes.all(), board), boardTypeFields, rest, request)
  }
  throw notFound('The resource was')
}

function ticketsAnswer(caller: Caller, rest: string[], request: ApiRequest): Answer {
  const { account } = caller
  const collection = { entity: ticket, table: account.store.tickets, around: account.surroundings() }
  if (rest.length === 0 && request.method === 'POST') return newTicketAnswer(caller, collection, request)
  if (request.method === 'PATCH' && closes(account, request.body)) assertAllowed(caller, closing, 'PATCH')
  return collectionAnswer(collection, rest, caller, request)
}

/** What a ticket is made with becomes its first notes, and is not among its fields. */
function newTicketAnswer({ account, member }: Caller, collection: Collection, request: ApiRequest): Answer {
  const { store } = account
  const author = { name: String(member.identifier), at: request.at }
  const made = create(collection, bodyOf(request), author)
  const stored = store.tickets.get(made.id) ?? made
  const { initialDescription, initialInternalAnalysis, initialResolution, ...kept } = stored
  store.tickets.put({ ...kept, id: made.id })
  const texts: [Json | undefined, string][] = [
    [initialDescription, 'detailDescriptionFlag'],
    [initialInternalAnalysis, 'internalAnalysisFlag'],
    [initialResolution, 'resolutionFlag'],
  ]
  for (const [text, place] of texts) {
    if (typeof text === 'string' && text !== '') addNote(account, made.id, { text, [place]: true }, author)
  }
  const shown = selectFields(oneOf(collection, made.id), request.query.get('fields'))
  return jsonAnswer(shown, 201, { location: `${request.address}/${made.id}` })
}

function addNote(
  account: Account,
  ticketId: number,
  values: Record<string, Json>,
  { name, at }: Author,
): Row {
  const around = account.surroundings()
  const row = { ...ticketNote.defaults(values, around), ...values, ticketId, _info: info(at, name) }
  return account.store.ticketNotes.insert(row)
}

/** Notes are listed and added. */
function notesAnswer({ account, member }: Caller, rest: string[], request: ApiRequest): Answer {
  const { store } = account
  const [name = '', , ...more] = rest
  const owner = ownerNamed(store.tickets, name, 'ticket')
  const own = store.ticketNotes.all().filter(({ ticketId }) => ticketId === owner.id)
  if (request.method === 'GET') return lightListAnswer(own, ticketNote.fields, more, request)
  if (request.method !== 'POST' || more.length > 0) throw notSupported(request.method)
  const collection = { entity: ticketNote, table: store.ticketNotes, around: account.surroundings() }
  const made = create(collection, bodyOf(request), { name: String(member.identifier), at: request.at })
  store.ticketNotes.put({ ...made, ticketId: owner.id })
  return jsonAnswer({ ...made, ticketId: owner.id }, 201, { location: `${request.address}/${made.id}` })
}

function ownerNamed(table: Rows, name: string, what: string): Row {
  const owner = /^\d+$/.test(name) ? table.get(Number(name)) : undefined
  if (!owner) throw notFound(`${what} ${name}`)
  return owner
}

function closes({ store }: Account, operations: Json | undefined): boolean {
  if (!Array.isArray(operations)) return false
  return operations.some((operation) => {
    const { path, value } = Object(operation)
    return path === 'status' && referred(store, 'boardStatus', value ?? null)?.closedStatus === true
  })
}
