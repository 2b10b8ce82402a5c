import { isObject, type Json, type Row, type Values } from '../row.ts'
import { booleanOf, dateText, numberIn } from './checking.ts'
import type { Entity } from './entities/entity.ts'
import { refused, unknownField } from './errors.ts'
import { type Field, spelledField, text } from './fields.ts'

export type Matches = (row: Row) => boolean

type Comparable = string | number | boolean | null

const mostAlternatives = 500

/**
 * What a query's `filter` asks for; its entries must all hold. Where a record has no value, only `notExist` holds.
 *
 * @throws ApiError where it is no filter of this kind of record
 */
export function filterOf(entity: Entity, filter: Json | undefined): Matches {
  if (!Array.isArray(filter) || filter.length === 0) throw refused('The query must have a filter.')
  const parts = filter.map(conditionIn)
  if (alternativesIn(parts, false) > mostAlternatives) {
    throw refused(`A query can have ${mostAlternatives} OR conditions at most.`)
  }
  if (userDefinedIn(parts) > 1)
    throw refused('A query can have one condition on a user-defined field at most.')
  return allHold(parts.map((part) => compiled(entity, part)))
}

interface Condition {
  op: string
  field: string
  value: Json | undefined
  items: Condition[]
  isUserDefined: boolean
}

function conditionIn(json: Json): Condition {
  if (!isObject(json)) throw refused('Each entry of a filter must be an object.')
  const given: Values = Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const op = String(given.op ?? '').toLowerCase()
  const items = Array.isArray(given.items) ? given.items.map(conditionIn) : []
  if ((op === 'and' || op === 'or') && items.length === 0) throw refused(`The operator ${op} needs items.`)
  return {
    op,
    field: String(given.field ?? ''),
    value: given.value,
    items,
    isUserDefined: given.udf === true,
  }
}

function alternativesIn(conditions: Condition[], isBelowOr: boolean): number {
  return conditions.reduce((sum, { op, items, value }) => {
    if (op === 'and' || op === 'or') return sum + alternativesIn(items, isBelowOr || op === 'or')
    if (Array.isArray(value)) return sum + value.length
    return sum + (isBelowOr ? 1 : 0)
  }, 0)
}

function userDefinedIn(conditions: Condition[]): number {
  return conditions.reduce(
    (sum, { items, isUserDefined }) => sum + (isUserDefined ? 1 : 0) + userDefinedIn(items),
    0,
  )
}

function compiled(entity: Entity, condition: Condition): Matches {
  const { op, items } = condition
  if (op === 'and') return allHold(items.map((item) => compiled(entity, item)))
  if (op === 'or') {
    const parts = items.map((item) => compiled(entity, item))
    return (row) => parts.some((matches) => matches(row))
  }
  const { field, read } = namedField(entity, condition)
  const holds = tester(condition, field)
  return (row) => holds(comparable(field, read(row)))
}

function allHold(parts: Matches[]): Matches {
  return (row) => parts.every((matches) => matches(row))
}

interface Named {
  field: Field
  read: (row: Row) => Json | undefined
}

function namedField(entity: Entity, { field: name, isUserDefined }: Condition): Named {
  if (isUserDefined && entity.hasUserDefinedFields) {
    const wanted = name.toLowerCase()
    return {
      field: text(),
      read: ({ userDefinedFields: all }) =>
        Array.isArray(all)
          ? all.filter(isObject).find((entry) => String(entry.name).toLowerCase() === wanted)?.value
          : null,
    }
  }
  const spelled = spelledField(entity.fields, name)
  const field = spelled === undefined ? undefined : entity.fields[spelled]
  if (spelled === undefined || !field || field.notQueryable) throw unknownField(name, entity.singular)
  return { field, read: (row) => row[spelled] }
}

/** As two values are compared: texts without letter case, dates as instants. */
function comparable({ kind }: Field, value: Json | undefined): Comparable {
  if (typeof value === 'string') {
    return kind === 'date' || kind === 'datetime' ? Date.parse(value) : value.toLowerCase()
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function literal(name: string, field: Field, json: Json | undefined): string | number | boolean {
  if (json === null || json === undefined || typeof json === 'object') {
    throw refused(`The condition on ${name} needs a value.`)
  }
  switch (field.kind) {
    case 'integer':
    case 'long':
      return numberIn(json, 'int')
    case 'double':
      return numberIn(json, 'decimal')
    case 'boolean':
      return booleanOf(name, json)
    case 'date':
    case 'datetime':
      return Date.parse(dateText(json))
    case 'string':
      return String(json).toLowerCase()
  }
}

function tester({ op, field: name, value }: Condition, field: Field): (given: Comparable) => boolean {
  switch (op) {
    case 'exist':
      return (given) => given !== null
    case 'notexist':
      return (given) => given === null
    case 'in':
    case 'notin': {
      if (!Array.isArray(value)) throw refused(`The operator ${op} needs a list of values.`)
      const wanted = new Set<Comparable>(value.map((entry) => literal(name, field, entry)))
      return (given) => given !== null && wanted.has(given) === (op === 'in')
    }
    case 'beginswith':
    case 'endswith':
    case 'contains': {
      if (field.kind !== 'string') throw refused(`The operator ${op} cannot be used with ${name}.`)
      const part = String(literal(name, field, value))
      if (op === 'beginswith') return (given) => typeof given === 'string' && given.startsWith(part)
      if (op === 'endswith') return (given) => typeof given === 'string' && given.endsWith(part)
      return (given) => typeof given === 'string' && given.includes(part)
    }
  }
  const wanted = literal(name, field, value)
  switch (op) {
    case 'eq':
      return (given) => given === wanted
    case 'noteq':
      return (given) => given !== null && given !== wanted
    case 'gt':
      return (given) => given !== null && given > wanted
    case 'gte':
      return (given) => given !== null && given >= wanted
    case 'lt':
      return (given) => given !== null && given < wanted
    case 'lte':
      return (given) => given !== null && given <= wanted
  }
  throw refused(`${op} is not an operator.`)
}
