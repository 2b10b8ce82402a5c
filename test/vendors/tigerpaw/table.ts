export type Row<Values> = Values & { id: number }

/** Records of one kind by their ids. */
export interface Table<Values> {
  insert(values: Values, id?: number): Row<Values>
  get(id: number): Row<Values> | undefined
  put(row: Row<Values>): void
  remove(id: number): void
  /** Ordered by id. */
  all(): Row<Values>[]
}

/** @param first the id of the first record that is not given one */
export function createTable<Values>(first: number): Table<Values> {
  const rows = new Map<number, Row<Values>>()
  let upcoming = first
  return {
    insert(values, id = upcoming) {
      if (rows.has(id)) throw new Error(`There is a record ${id} already`)
      upcoming = Math.max(upcoming, id + 1)
      const row = { ...values, id }
      rows.set(id, row)
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
