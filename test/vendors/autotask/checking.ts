import { isObject, type Json, type Values } from '../row.ts'
import type { Entity, WriteVerb } from './entities/entity.ts'
import { entities } from './entities.ts'
import { invalidReference, refused } from './errors.ts'
import { type Field, spelledField } from './fields.ts'
import { isStored, midnight, pickName, type Store } from './store.ts'

/**
 * What may be stored of `given`: names as the record spells them, values of the right kind, nothing that is unknown
 * or not the client's to write.
 *
 * @throws ApiError with the first thing that is wrong
 */
export function checked(entity: Entity, given: Values, store: Store, verb: WriteVerb): Values {
  const values: Values = {}
  for (const [name, json] of Object.entries(given)) {
    if (entity.hasUserDefinedFields && name.toLowerCase() === 'userdefinedfields') {
      values.userDefinedFields = userDefinedFields(json)
      continue
    }
    const spelled = spelledField(entity.fields, name)
    const field = spelled === undefined ? undefined : entity.fields[spelled]
    if (spelled === undefined || !field || field.readOnly) continue
    if (field.createOnly && verb !== 'POST') continue
    values[spelled] = json === null ? null : checkedValue(entity.name, spelled, field, json, store)
  }
  assertComplete(entity, values, verb)
  return values
}

function assertComplete({ fields }: Entity, values: Values, verb: WriteVerb): void {
  for (const [name, field] of Object.entries(fields)) {
    const isLeftOut = values[name] === undefined
    const isMissing = values[name] === null || values[name] === '' || (isLeftOut && verb !== 'PATCH')
    if (field.required && isMissing && !(field.createOnly && verb !== 'POST')) {
      throw refused(`Missing Required Field: ${name}`)
    }
  }
}

/** @throws ApiError where `json` is no value of the field */
function checkedValue(entity: Entity['name'], name: string, field: Field, json: Json, store: Store): Json {
  switch (field.kind) {
    case 'string': {
      if (typeof json !== 'string') throw refused(`The value of ${name} must be a string.`)
      if (field.max !== undefined && json.length > field.max) {
        throw refused(`The value of ${name} exceeds the maximum length of ${field.max}.`)
      }
      return json
    }
    case 'boolean':
      return booleanOf(name, json)
    case 'double':
      return numberIn(json, 'decimal')
    case 'date':
      return midnight(dateText(json))
    case 'datetime':
      return `${new Date(dateText(json)).toISOString().slice(0, 19)}Z`
    case 'integer':
    case 'long': {
      const number = numberIn(json, 'int')
      if (!Number.isSafeInteger(number)) throw refused(`The value of ${name} must be a whole number.`)
      const isUnused = store.unusedPicks.has(pickName(entity, name, number))
      if (field.picklist && (isUnused || !(number in field.picklist))) {
        throw refused(`Picklist value ${number} on field: ${name} does not exist or is inactive`)
      }
      if (field.reference) assertReferred(name, field.reference, number, store)
      return number
    }
  }
}

function assertReferred(name: string, to: Entity['name'], id: number, store: Store): void {
  const row = isStored(to, store) ? store.tables[to].get(id) : undefined
  if (!row || row.isActive === false) throw invalidReference(name, entities[to].singular)
}

/** The texts `true` and `false` pass as well. */
export function booleanOf(name: string, json: Json): boolean {
  if (typeof json === 'boolean') return json
  const text = typeof json === 'string' ? json.toLowerCase() : ''
  if (text !== 'true' && text !== 'false') throw refused(`The value of ${name} must be true or false.`)
  return text === 'true'
}

export function numberIn(json: Json, type: 'int' | 'decimal'): number {
  if (typeof json === 'number') return json
  if (typeof json === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(json)) return Number(json)
  throw refused(
    `Conversion failed when converting the nvarchar value '${String(json)}' to data type ${type}.`,
  )
}

export function dateText(json: Json): string {
  if (typeof json === 'string' && /^\d{4}-\d{2}-\d{2}/.test(json) && !Number.isNaN(Date.parse(json)))
    return json
  throw refused('Conversion failed when converting date and/or time from character string.')
}

function userDefinedFields(json: Json): Json {
  if (Array.isArray(json) && json.every((entry) => isObject(entry) && typeof entry.name === 'string'))
    return json
  throw refused('userDefinedFields must be a list of name and value.')
}
