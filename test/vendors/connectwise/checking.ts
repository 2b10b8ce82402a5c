import { isObject, type Json, type Values } from '../row.ts'
import type { Entity, Problem, Surroundings } from './entities/entity.ts'
import { invalidObject } from './errors.ts'
import type { Field } from './fields.ts'
import { referenceTo, referred, type Store } from './store.ts'

export interface Check {
  method: 'POST' | 'PUT' | 'PATCH'
  /** Null for a record that is still to be made. */
  id: number | null
  /** Where given, only what is wrong with these fields counts. */
  only?: ReadonlySet<string>
}

/**
 * What may be stored of `given`: fields the record knows and a client may write, references found and written out,
 * nulls left away.
 *
 * @throws ApiError `InvalidObject` with everything that is wrong
 */
export function checked(entity: Entity, given: Values, around: Surroundings, check: Check): Values {
  const values: Values = {}
  const problems: Problem[] = []
  for (const [name, json] of Object.entries(given)) {
    const field = entity.fields[name]
    if (!field || field.readOnly || json === null) continue
    const result = checkedField(name, field, json, around.store)
    if ('value' in result) values[name] = result.value
    else problems.push({ ...result, field: name })
  }
  for (const [name, field] of Object.entries(entity.fields)) {
    const isRequired = field.required || (field.requiredOnPut && check.method === 'PUT')
    const isMissing = given[name] === undefined || given[name] === null || given[name] === ''
    if (isRequired && isMissing) {
      problems.push({ code: 'MissingRequiredField', message: `${name} is required.`, field: name })
    }
  }
  problems.push(...entity.problems(values, around, check.id))
  const counting = problems.filter(({ field }) => check.only?.has(field) ?? true)
  if (counting.length > 0) throw invalidObject(entity.name, counting)
  return values
}

type Checked = { value: Json } | Omit<Problem, 'field'>

const datePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

function checkedField(name: string, field: Field, json: Json, store: Store): Checked {
  switch (field.kind) {
    case 'text': {
      if (typeof json !== 'string') return wrongType(name, 'a text')
      const tooLong = field.max !== undefined && json.length > field.max
      return tooLong
        ? { code: 'MaxLength', message: `The field ${name} must be at most ${field.max} characters long.` }
        : { value: json }
    }
    case 'enum':
      return typeof json === 'string' && field.oneOf.includes(json)
        ? { value: json }
        : { code: 'InvalidEnumValue', message: `The field ${name} must be one of ${field.oneOf.join(', ')}.` }
    case 'number':
      return typeof json === 'number' && (!field.whole || Number.isInteger(json))
        ? { value: json }
        : wrongType(name, field.whole ? 'a whole number' : 'a number')
    case 'flag':
      return typeof json === 'boolean' ? { value: json } : wrongType(name, 'true or false')
    case 'date':
      return typeof json === 'string' && datePattern.test(json) && !Number.isNaN(Date.parse(json))
        ? { value: json }
        : wrongType(name, 'a date like 2026-11-01T00:00:00Z')
    case 'reference': {
      const row = referred(store, field.to, json)
      return row ? { value: referenceTo(field.to, row) } : unknownReference(name)
    }
    case 'references': {
      if (!Array.isArray(json)) return wrongType(name, 'a list')
      const found = json.flatMap((member) => referred(store, field.to, member) ?? [])
      return found.length === json.length
        ? { value: found.map((row) => referenceTo(field.to, row)) }
        : unknownReference(name)
    }
    case 'texts':
      return Array.isArray(json) && json.every((member) => typeof member === 'string')
        ? { value: json }
        : wrongType(name, 'a list of texts')
    case 'customFields':
      return Array.isArray(json) && json.every(isObject) ? { value: json } : wrongType(name, 'a list')
    case 'any':
    case 'info':
      return { value: json }
  }
}

function wrongType(name: string, wanted: string): Checked {
  return { code: 'InvalidValue', message: `The field ${name} must be ${wanted}.` }
}

function unknownReference(name: string): Checked {
  return { code: 'InvalidReference', message: `The field ${name} names no record.` }
}
