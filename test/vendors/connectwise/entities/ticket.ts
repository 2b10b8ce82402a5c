import { isObject, type Json, type Row, type Values } from '../../row.ts'
import {
  commonFields,
  date,
  each,
  type Fields,
  flag,
  number,
  oneOf,
  readOnly,
  reference,
  required,
  requiredOnPut,
  text,
  whole,
} from '../fields.ts'
import { referenceTo, type Store } from '../store.ts'
import type { Entity, Problem, Surroundings } from './entity.ts'

const level = requiredOnPut(oneOf('Low', 'Medium', 'High'))
const billable = oneOf('Billable', 'DoNotBill', 'NoCharge', 'NoDefault')

const fields: Fields = {
  summary: required(text(100)),
  recordType: oneOf('ProjectIssue', 'ProjectTicket', 'ServiceTicket'),
  board: reference('board'),
  status: reference('boardStatus'),
  company: required(reference('company')),
  contact: reference('contact'),
  contactName: text(62),
  contactEmailAddress: text(250),
  type: reference('boardType'),
  owner: reference('member'),
  priority: reference('priority'),
  ...each('subType item team site source serviceLocation location department sla', reference('other')),
  agreement: reference('agreement'),
  ...each('requiredDate estimatedStartDate', date),
  budgetHours: number,
  ...each('severity impact', level),
  externalXRef: text(100),
  poNumber: text(50),
  ...each('allowAllClientsPortalView customerUpdatedFlag automaticEmailContactFlag', flag),
  ...each('automaticEmailResourceFlag automaticEmailCcFlag processNotifications skipCallback', flag),
  automaticEmailCc: text(1000),
  ...each('initialDescription initialInternalAnalysis initialResolution', text()),
  ...each('billTime billExpenses billProducts', billable),
  parentTicketId: whole,
  ...each('closedDate closedBy', readOnly(text())),
  closedFlag: readOnly(flag),
  ...commonFields,
}

export const ticket: Entity = {
  name: 'ticket',
  fields,
  defaults(values, { store }) {
    const board = boardOf(values, store)
    const status = board && inBoard(store.boardStatuses.all(), board).find(isDefault)
    const priority = store.priorities.all().find(isDefault)
    return {
      recordType: 'ServiceTicket',
      severity: 'Medium',
      impact: 'Medium',
      ...(board ? { board: referenceTo('board', board) } : {}),
      ...(status ? { status: referenceTo('boardStatus', status) } : {}),
      ...(priority ? { priority: referenceTo('priority', priority) } : {}),
    }
  },
  computed(row, { store }) {
    const status = store.boardStatuses.get(idIn(row.status))
    const closed = status?.closedStatus === true
    return {
      closedFlag: closed,
      ...(closed && isObject(row._info) ? { closedDate: row._info.lastUpdated ?? '' } : {}),
    }
  },
  problems: (values, around, id) => [...boardProblems(values, around, id), ...strayProblems(values, around)],
  isInUse: () => false,
}

function boardProblems(values: Values, { store }: Surroundings, id: number | null): Problem[] {
  const board = boardOf(values, store)
  if (board === undefined)
    return [{ code: 'MissingRequiredField', message: 'board is required.', field: 'board' }]
  if (id !== null || board.inactiveFlag !== true) return []
  return [{ code: 'InvalidBoard', message: 'The board is inactive.', field: 'board' }]
}

/** Statuses and types are each one board's own. */
function strayProblems(values: Values, { store }: Surroundings): Problem[] {
  const board = boardOf(values, store)
  return (['status', 'type'] as const).flatMap((field) => {
    if (values[field] === undefined) return []
    const row = (field === 'status' ? store.boardStatuses : store.boardTypes).get(idIn(values[field]))
    if (row === undefined || idIn(row.board) === board?.id) return []
    return [{ code: 'InvalidReference', message: `The ${field} is not one of the board's.`, field }]
  })
}

/** The one that `values` name, or the one for tickets that name none. */
function boardOf(values: Values, store: Store): Row | undefined {
  if (values.board !== undefined) return store.boards.get(idIn(values.board))
  return store.boards.all().find((board) => board.inactiveFlag !== true && board.projectFlag !== true)
}

export function inBoard(rows: Row[], board: Row): Row[] {
  return rows.filter((row) => idIn(row.board) === board.id)
}

export function idIn(reference: Json | undefined): number {
  return isObject(reference) && typeof reference.id === 'number' ? reference.id : 0
}

function isDefault(row: Row): boolean {
  return row.defaultFlag === true
}
