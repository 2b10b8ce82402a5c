/** A record and the number it is known by. */
export type Stored<Values> = Values & { id: number }

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

/** Records of one kind by their ids. */
export interface Table<Values> {
  insert(values: Values, id?: number): Stored<Values>
  get(id: number): Stored<Values> | undefined
  put(row: Stored<Values>): void
  remove(id: number): void
  /** Ordered by id. */
  all(): Stored<Values>[]
}

export function createTable<Values>(ids: Ids): Table<Values> {
  const rows = new Map<number, Stored<Values>>()
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
