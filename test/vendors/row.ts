export type Json = string | number | boolean | null | Json[] | Values
export type Values = { [field: string]: Json }

/** A record; what has no value has no key. */
export interface Row {
  id: number
  [field: string]: Json
}

export function isObject(json: Json | undefined): json is Values {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

export interface Ids {
  next(): number
  /** Keeps `id` from being given out. */
  reserve(id: number): void
}

export function idsFrom(first: number): Ids {
  let upcoming = first
  return {
    next: () => upcoming++,
    reserve(id) {
      upcoming = Math.max(upcoming, id + 1)
    },
  }
}

export interface Table {
  insert(values: Values, id?: number): Row
  get(id: number): Row | undefined
  put(row: Row): void
  remove(id: number): void
  /** Ordered by id. */
  all(): Row[]
}

export function createTable(ids: Ids): Table {
  const rows = new Map<number, Row>()
  return {
    insert(values, id) {
      if (id !== undefined && rows.has(id)) throw new Error(`There is a record ${id} already`)
      if (id !== undefined) ids.reserve(id)
      const row = { ...values, id: id ?? ids.next() }
      rows.set(row.id, row)
      return row
    },
    get: (id) => rows.get(id),
    put(row) {
      rows.set(row.id, row)
    },
    remove(id) {
      rows.delete(id)
    },
    all: () => [...rows.values()].sort((a, b) => a.id - b.id),
  }
}
