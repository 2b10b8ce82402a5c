import { isObject, type Json, type Row, type Rows, type Values } from '../row.ts'
import { checked } from './checking.ts'
import { type Entity, shown, type Surroundings } from './entities/entity.ts'
import { ApiError, notFound } from './errors.ts'
import { patched } from './patch.ts'

/** One kind of record in one place, e.g. the additions of one agreement. */
export interface Collection {
  entity: Entity
  table: Rows
  around: Surroundings
}

/** Who writes, and when. */
export interface Author {
  name: string
  at: Date
}

/** @param entered the record's own so far, where it is changed */
export function info(at: Date, by: string, entered?: Json): Values {
  const now = `${at.toISOString().slice(0, 19)}Z`
  const before = isObject(entered) ? entered : {}
  return {
    lastUpdated: now,
    updatedBy: by,
    dateEntered: before.dateEntered ?? now,
    enteredBy: before.enteredBy ?? by,
  }
}

export function allOf({ entity, table, around }: Collection): Row[] {
  return table.all().map((row) => shown(entity, row, around))
}

export function oneOf(collection: Collection, id: number): Row {
  return shown(collection.entity, stored(collection, id), collection.around)
}

/** Not safe to repeat: each call makes one more. */
export function create(collection: Collection, body: Json, author: Author): Row {
  const { entity, table, around } = collection
  const values = checked(entity, objectIn(body), around, { method: 'POST', id: null })
  const row = table.insert({
    ...entity.defaults(values, around),
    ...values,
    _info: info(author.at, author.name),
  })
  return shown(entity, row, around)
}

/** Fields that `body` leaves out go back to their defaults. */
export function replace(collection: Collection, id: number, body: Json, author: Author): Row {
  const { entity, around } = collection
  const before = stored(collection, id)
  const values = checked(entity, objectIn(body), around, { method: 'PUT', id })
  return put(collection, before, { ...entity.defaults(values, around), ...values }, author)
}

/** Where no operation touches a field, nothing is written, `_info` included. */
export function patch(collection: Collection, id: number, body: Json, author: Author): Row {
  const { entity, around } = collection
  const before = stored(collection, id)
  const { values, touched } = patched(entity, before, body)
  if (touched.size === 0) return shown(entity, before, around)
  const only = around.policy.revalidatesOnPatch ? {} : { only: touched }
  return put(collection, before, checked(entity, values, around, { method: 'PATCH', id, ...only }), author)
}

export function remove(collection: Collection, id: number): void {
  stored(collection, id)
  if (collection.entity.isInUse(id, collection.around.store)) {
    throw new ApiError(409, 'ConflictingRecord', `${collection.entity.name} ${id} is in use.`)
  }
  collection.table.remove(id)
}

function put({ entity, table, around }: Collection, before: Row, values: Values, author: Author): Row {
  const row = { ...values, id: before.id, _info: info(author.at, author.name, before._info) }
  table.put(row)
  return shown(entity, row, around)
}

function stored({ entity, table }: Collection, id: number): Row {
  const row = table.get(id)
  if (!row) throw notFound(`${entity.name} ${id}`)
  return row
}

function objectIn(body: Json): Values {
  if (!isObject(body)) throw new ApiError(400, 'InvalidRequest', 'The body must be a record.')
  return body
}
