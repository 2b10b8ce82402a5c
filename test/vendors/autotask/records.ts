import { isObject, type Json, type Row, type Values } from '../row.ts'
import { checked } from './checking.ts'
import type { Entity, EntityName, StoredName } from './entities/entity.ts'
import { apiUserLicense } from './entities/resources.ts'
import { completeStatus } from './entities/tickets.ts'
import { entities } from './entities.ts'
import { invalidReference, refused } from './errors.ts'
import type { Lines } from './lines.ts'
import { complete, dayOf, isStored, lineKinds, type Store } from './store.ts'
import { unitRows } from './unit-rows.ts'

/** What is stored, and what follows from it when it changes. */
export interface Database {
  store: Store
  lines: Lines
  now: () => Date
}

/** The parent that a record's address names. */
export interface Parent {
  field: string
  id: number
}

/** All that can be queried of a kind, ordered by id. */
export function rowsOf({ store, lines }: Database, name: EntityName): Row[] {
  if (isStored(name, store)) return store.tables[name].all()
  return lineKinds.some(({ units }) => units === name)
    ? lineKinds.flatMap(({ units }) => (units === name ? unitRows(store, lines, units) : []))
    : []
}

/**
 * Not safe to repeat: each call makes one more.
 *
 * @returns the new record's id
 * @throws ApiError where a rule forbids it
 */
export function create(database: Database, entity: Entity, body: Json | undefined, parent?: Parent): number {
  const { store, lines } = database
  const given = { ...objectIn(body), ...(parent ? { [parent.field]: parent.id } : {}) }
  const values = { ...entity.defaults, ...checked(entity, given, store, 'POST') }
  for (const kind of lineKinds) {
    if (entity.name === kind.adjustments) return lines.adjust(kind, values, 'client')
    if (entity.name === kind.lines) return lines.add(kind, values).id
  }
  const { name } = entity
  if (!isStored(name, store)) throw new Error(`${name} cannot be created`)
  assertConsistent(name, values, store)
  if (name === 'Tickets') assertAssignable(values, store)
  return insert(database, name, values).id
}

/** Stores a record as it is given, with what the server fills in. */
export function insert({ store, now }: Database, name: StoredName, values: Values, id?: number): Row {
  const at = stamp(now())
  const filled: Partial<Record<StoredName, Values>> = {
    Companies: { createDate: at, lastActivityDate: at },
    Contracts: { lastModifiedDateTime: at },
    Services: { createDate: at, lastModifiedDate: at },
    ServiceBundles: { createDate: at, lastModifiedDate: at },
    Tickets: {
      createDate: at,
      lastActivityDate: at,
      ticketNumber: ticketNumber(at, store.tables.Tickets.all().length + 1),
      completedDate: values.status === completeStatus ? at : null,
    },
    TicketNotes: { createDateTime: at, lastActivityDate: at },
    ContractNotes: { createDateTime: at, lastActivityDate: at },
  }
  return store.tables[name].insert(complete(name, { ...values, ...filled[name] }), id)
}

/**
 * Changes the record whose id is in the body. PUT empties what the body leaves out. Safe to repeat.
 *
 * @throws ApiError where a rule forbids it
 */
export function update(
  database: Database,
  entity: Entity,
  verb: 'PATCH' | 'PUT',
  body: Json | undefined,
  parent?: Parent,
): number {
  const { store } = database
  const { name } = entity
  if (!isStored(name, store)) throw new Error(`${name} cannot be changed`)
  const given = objectIn(body)
  const idName = Object.keys(given).find((field) => field.toLowerCase() === 'id')
  const id = idName === undefined ? undefined : given[idName]
  if (typeof id !== 'number') throw refused('Missing Required Field: id')
  const before = store.tables[name].get(id)
  if (!before || (parent && before[parent.field] !== parent.id)) {
    throw refused(`No matching records found for id ${id}`)
  }
  const values = checked(entity, given, store, verb)
  const emptied = verb === 'PUT' ? emptiable(entity) : {}
  const after = { ...before, ...emptied, ...values }
  assertConsistent(name, after, store)
  if (name === 'Tickets' && isReassigned(before, after)) assertAssignable(after, store)
  put(database, name, after)
  return id
}

/** Stores a record as it is now, and carries on what follows from it. */
export function put({ store, lines, now }: Database, name: StoredName, row: Row): void {
  const before = store.tables[name].get(row.id)
  const at = stamp(now())
  switch (name) {
    case 'Contracts':
      store.tables.Contracts.put({ ...row, lastModifiedDateTime: at })
      if (before?.endDate !== row.endDate) lines.contractMoved(row.id)
      return
    case 'Tickets': {
      const completedDate = row.status === completeStatus ? (row.completedDate ?? at) : null
      store.tables.Tickets.put({ ...row, completedDate, lastActivityDate: at })
      return
    }
    default:
      store.tables[name].put(row)
  }
}

function emptiable({ fields }: Entity): Values {
  const names = Object.entries(fields).flatMap(([name, field]) =>
    field.readOnly || field.createOnly ? [] : [name],
  )
  return Object.fromEntries(names.map((name) => [name, null]))
}

function assertConsistent(name: StoredName, values: Values, store: Store): void {
  if (name === 'Contracts' && dayOf(values, 'startDate') >= dayOf(values, 'endDate')) {
    throw refused('The start date of the Contract must be before its end date.')
  }
  if (name === 'Tickets') assertTicket(values, store)
}

function assertTicket(values: Values, store: Store): void {
  const isAssigned = typeof values.assignedResourceID === 'number'
  if (isAssigned !== (typeof values.assignedResourceRoleID === 'number')) {
    throw refused(
      'When assigning a Resource, you must assign both a assignedResourceID and assignedResourceRoleID',
    )
  }
  if (!isAssigned && typeof values.queueID !== 'number') throw refused('Missing Required Field: queueID')
  if (typeof values.contractID === 'number') {
    const contract = store.tables.Contracts.get(values.contractID)
    if (contract?.companyID !== values.companyID || contract?.status !== 1) {
      throw refused(`${entities.Contracts.singular} must be active and belong to the Company of the Ticket.`)
    }
  }
}

function isReassigned(before: Values, after: Values): boolean {
  return (
    before.assignedResourceID !== after.assignedResourceID ||
    before.assignedResourceRoleID !== after.assignedResourceRoleID
  )
}

/** Who has lost a role keeps the tickets of before. */
function assertAssignable({ assignedResourceID, assignedResourceRoleID }: Values, { tables }: Store): void {
  if (typeof assignedResourceID !== 'number') return
  const hasRole = tables.ResourceServiceDeskRoles.all().some(
    ({ resourceID, roleID, isActive }) =>
      resourceID === assignedResourceID && roleID === assignedResourceRoleID && isActive === true,
  )
  if (tables.Resources.get(assignedResourceID)?.licenseType === apiUserLicense) {
    throw invalidReference('assignedResourceID', entities.Resources.singular)
  }
  if (!hasRole) throw invalidReference('assignedResourceRoleID', 'Role')
}

function ticketNumber(at: string, number: number): string {
  return `T${at.slice(0, 10).replaceAll('-', '')}.${String(number).padStart(4, '0')}`
}

export function stamp(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}

function objectIn(body: Json | undefined): Values {
  if (!isObject(body)) throw refused('The body must be a JSON object.')
  return body
}
