import { isObject, type Json, type Values } from '../row.ts'
import { type Condition, type Comparison, type Literal, parseConditions } from './conditions.ts'
import { invalidCondition } from './errors.ts'
import { customFieldFields, type Field, type Fields, infoFields, referenceFields } from './fields.ts'

export type Matches = (record: Values) => boolean

/** A name of the record that conditions and `orderBy` may use. */
export interface Named {
  field: Field
  read: (record: Values) => Json | undefined
}

/** For `conditions`: names on the record itself. */
export function conditionsOn(fields: Fields, source: string): Matches {
  return compile(parseConditions(source), (path) => named(fields, path))
}

/** For `childConditions`: names inside one of the record's lists, met where one of its members meets them all. */
export function childConditionsOn(fields: Fields, source: string): Matches {
  const condition = parseConditions(source)
  const [list, ...others] = new Set(pathsOf(condition).map((path) => path.split('/')[0]?.toLowerCase() ?? ''))
  const found = Object.entries(fields).find(([name]) => name.toLowerCase() === list)
  const [name, field] = found ?? []
  if (name === undefined || field?.kind !== 'references' || others.length > 0) {
    throw notRecognized(pathsOf(condition)[0] ?? source)
  }
  const inside = referenceFields(field.to)
  const matches = compile(
    condition,
    (path) => named(inside, path.split('/').slice(1).join('/'), path),
    'no lists',
  )
  return (record) => membersOf(record[name]).some(matches)
}

/** For `customFieldConditions`: names of a custom field, met where one custom field meets them all. */
export function customFieldConditionsOn(source: string): Matches {
  const matches = compile(parseConditions(source), (path) => named(customFieldFields, path), 'no lists')
  return (record) => membersOf(record.customFields).some(matches)
}

/** @throws ApiError `ApiFindCondition` where the record has no such name, or has it in a list */
export function named(fields: Fields, path: string, wholePath = path): Named {
  const [first = '', second, ...more] = path.split('/')
  const exact = Object.keys(fields).find((name) => name.toLowerCase() === first.toLowerCase())
  if (exact === undefined) {
    if (first.toLowerCase() === 'lastupdated' && fields._info)
      return named(fields, '_info/lastUpdated', wholePath)
    throw notRecognized(wholePath)
  }
  const field = fields[exact]
  if (!field || more.length > 0) throw notRecognized(wholePath)
  if (second === undefined) {
    if (field.kind === 'references' || field.kind === 'customFields' || field.kind === 'texts') {
      throw notRecognized(wholePath)
    }
    return { field, read: (record) => record[exact] }
  }
  const inside =
    field.kind === 'reference' ? referenceFields(field.to) : field.kind === 'info' ? infoFields : undefined
  if (!inside) throw notRecognized(wholePath)
  const inner = named(inside, second, wholePath)
  return {
    field: inner.field,
    read: (record) => {
      const owner = record[exact]
      return isObject(owner) ? inner.read(owner) : undefined
    },
  }
}

function notRecognized(path: string): Error {
  return invalidCondition(`${path} is not a recognized name.`)
}

function compile(condition: Condition, resolve: (path: string) => Named, lists?: 'no lists'): Matches {
  switch (condition.kind) {
    case 'and': {
      const parts = condition.parts.map((part) => compile(part, resolve, lists))
      return (record) => parts.every((matches) => matches(record))
    }
    case 'or': {
      const parts = condition.parts.map((part) => compile(part, resolve, lists))
      return (record) => parts.some((matches) => matches(record))
    }
    case 'not': {
      const matches = compile(condition.part, resolve, lists)
      return (record) => !matches(record)
    }
    case 'in': {
      if (lists) throw invalidCondition('The operator "in" is not supported here.')
      const name = resolve(condition.path)
      for (const literal of condition.literals) assertFits(name.field, condition.path, '=', literal)
      const wanted = new Set(condition.literals.map(comparableLiteral))
      return (record) => wanted.has(comparable(name, record))
    }
    case 'compare': {
      const { comparison, literal, path } = condition
      const name = resolve(path)
      assertFits(name.field, path, comparison, literal)
      const test = tester(comparison, literal)
      return (record) => test(comparable(name, record))
    }
  }
}

type Comparable = string | number | boolean | null

/** As two values are compared: texts without letter case, dates as instants. */
export function comparable({ field, read }: Named, record: Values): Comparable {
  const value = read(record) ?? null
  if (typeof value === 'string') return field.kind === 'date' ? Date.parse(value) : value.toLowerCase()
  if (typeof value === 'object' && value !== null) return 'some'
  return value
}

function comparableLiteral(literal: Literal): Comparable {
  if (literal.kind === 'null') return null
  return literal.kind === 'text' ? literal.value.toLowerCase() : literal.value
}

/** Where there is no value, only `=`, `!=` and `in` can hold. */
function tester(comparison: Comparison, literal: Literal): (value: Comparable) => boolean {
  const wanted = comparableLiteral(literal)
  switch (comparison) {
    case '=':
      return (value) => value === wanted
    case '!=':
      return (value) => value !== wanted
    case '<':
      return (value) => value !== null && wanted !== null && value < wanted
    case '<=':
      return (value) => value !== null && wanted !== null && value <= wanted
    case '>':
      return (value) => value !== null && wanted !== null && value > wanted
    case '>=':
      return (value) => value !== null && wanted !== null && value >= wanted
    case 'contains':
      return (value) => typeof value === 'string' && value.includes(String(wanted))
    case 'like': {
      const pattern = likePattern(String(wanted))
      return (value) => typeof value === 'string' && pattern.test(value)
    }
  }
}

/** `*` and `%` stand for any text, `[…]` for one of the characters in it. */
export function likePattern(like: string): RegExp {
  const source = like.replace(/\[([^\]]*)\]|[*%]|[^*%[]+|\[/g, (part, set: string | undefined) => {
    if (set) return `[${set.replace(/[\\\]^[]/g, '\\$&')}]`
    return part === '*' || part === '%' ? '.*' : part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  })
  return new RegExp(`^${source}$`, 'isu')
}

function assertFits(field: Field, path: string, comparison: Comparison, literal: Literal): void {
  const isWordOperator = comparison === 'contains' || comparison === 'like'
  if (field.kind === 'enum') {
    const { oneOf } = field
    const known =
      literal.kind === 'null' ||
      (literal.kind === 'text' && oneOf.some((name) => name.toLowerCase() === literal.value.toLowerCase()))
    if (known && (comparison === '=' || comparison === '!=')) return
    throw invalidCondition('Enum value supplied was invalid')
  }
  if (isWordOperator && (literal.kind !== 'text' || (field.kind !== 'text' && field.kind !== 'any'))) {
    throw invalidCondition(`The operator "${comparison}" is not supported for ${path}.`)
  }
  if (literal.kind === 'null' || literal.kind === field.kind || field.kind === 'any') return
  throw invalidCondition(`The value for ${path} has the wrong type.`)
}

function pathsOf(condition: Condition): string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap(pathsOf)
    case 'not':
      return pathsOf(condition.part)
    case 'compare':
    case 'in':
      return [condition.path]
  }
}

function membersOf(list: Json | undefined): Values[] {
  return Array.isArray(list) ? list.filter(isObject) : []
}
