import { isObject, type Json, type Values } from '../row.ts'

type Wanted = Map<string, Wanted>

/**
 * The record with only the fields that `fields` names (`id,status/name`), or whole where it is absent. Names it does
 * not have are ignored; `_info` goes unless it is named.
 */
export function selectFields(record: Values, fields: string | undefined): Values {
  return fields === undefined || fields.trim() === '' ? record : pick(record, wantedOf(fields))
}

function wantedOf(fields: string): Wanted {
  const root: Wanted = new Map()
  for (const path of fields.split(',')) {
    let level = root
    for (const name of path.trim().toLowerCase().split('/')) {
      const inner: Wanted = level.get(name) ?? new Map()
      level.set(name, inner)
      level = inner
    }
  }
  return root
}

function pick(record: Values, wanted: Wanted): Values {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]): [string, Json][] => {
      const inner = wanted.get(name.toLowerCase())
      return inner === undefined ? [] : [[name, inner.size === 0 ? value : pickInside(value, inner)]]
    }),
  )
}

function pickInside(value: Json, wanted: Wanted): Json {
  if (Array.isArray(value)) return value.map((member) => pickInside(member, wanted))
  return isObject(value) ? pick(value, wanted) : value
}
