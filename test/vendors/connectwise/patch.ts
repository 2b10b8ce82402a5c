import { isObject, type Json, type Values } from '../row.ts'
import type { Entity } from './entities/entity.ts'
import { ApiError, invalidObject } from './errors.ts'

/**
 * The record's values after the operations, unchecked, and the fields they touched.
 *
 * Not JSON Patch: a path is a field's bare name in its exact spelling, a slash in front is put up with, and a path
 * into a field is answered like a success but changes nothing.
 *
 * @see docs/vendors/connectwise.md
 */
export function patched(
  entity: Entity,
  stored: Values,
  operations: Json,
): { values: Values; touched: ReadonlySet<string> } {
  if (!Array.isArray(operations) || operations.length === 0)
    throw malformed('The body must be a list of operations.')
  const values = { ...stored }
  const touched = new Set<string>()
  for (const operation of operations) {
    const { op, path, value } = isObject(operation) ? operation : {}
    if (typeof path !== 'string' || path === '') throw malformed('An operation needs a path.')
    if (op !== 'add' && op !== 'replace' && op !== 'remove')
      throw malformed('op must be add, replace or remove.')
    if (op !== 'remove' && value === undefined) throw malformed('An operation needs a value.')
    const name = path.replace(/^\//, '')
    if (name.includes('/')) continue
    if (!entity.fields[name]) {
      throw invalidObject(entity.name, [
        { code: 'InvalidField', message: `${name} is not a field.`, field: name },
      ])
    }
    touched.add(name)
    if (op === 'remove' || value === undefined || value === null) delete values[name]
    else values[name] = value
  }
  return { values, touched }
}

function malformed(message: string): ApiError {
  return new ApiError(400, 'InvalidPatch', message)
}
