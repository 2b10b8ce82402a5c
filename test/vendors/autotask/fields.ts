import type { EntityName } from './entities/entity.ts'

type Kind = 'string' | 'integer' | 'long' | 'double' | 'boolean' | 'date' | 'datetime'

export interface Field {
  kind: Kind
  /** Longest text. */
  max?: number
  required?: true
  /** Set by a client once: what an update says of it is ignored. */
  createOnly?: true
  /** The server's own: what a client says of it is ignored. */
  readOnly?: true
  notQueryable?: true
  reference?: EntityName
  /** Labels by their number. */
  picklist?: Record<number, string>
  /** The number on the list that people find chosen already. */
  chosen?: number
}

export type Fields = Record<string, Field>

export const integer: Field = { kind: 'integer' }
export const double: Field = { kind: 'double' }
export const flag: Field = { kind: 'boolean' }
/** A calendar day, shown as its midnight in UTC. */
export const date: Field = { kind: 'date' }
export const datetime: Field = { kind: 'datetime' }

export function text(max?: number): Field {
  return max === undefined ? { kind: 'string' } : { kind: 'string', max }
}

export function reference(to: EntityName): Field {
  return { kind: 'integer', reference: to }
}

export function picklist(labels: Record<number, string>, chosen?: number): Field {
  return { kind: 'integer', picklist: labels, ...(chosen === undefined ? {} : { chosen }) }
}

export function required(field: Field): Field {
  return { ...field, required: true }
}

export function createOnly(field: Field): Field {
  return { ...field, createOnly: true }
}

export function readOnly(field: Field): Field {
  return { ...field, readOnly: true }
}

/** `field` under each of the names, which are separated by spaces. */
export function each(names: string, field: Field): Fields {
  return Object.fromEntries(names.split(' ').map((name) => [name, field]))
}

/** As the record spells a name that came in any letter case. */
export function spelledField(fields: Fields, name: string): string | undefined {
  if (name in fields) return name
  return Object.keys(fields).find((known) => known.toLowerCase() === name.toLowerCase())
}
