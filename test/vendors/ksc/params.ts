/** A value as it stands inside a params container; see docs/vendors/kaspersky.md, "Values". */
export type Value = string | number | boolean | Value[] | Wrapped

export type Wrapped =
  | { type: 'params'; value: Params }
  | { type: 'datetime'; value: string }
  | { type: 'long'; value: number }

/** A container, bare; an attribute that is undefined does not reach the wire. */
export interface Params {
  [name: string]: Value | undefined
}

/** The container as it stands inside another one or in a list. */
export function params(value: Params): Wrapped {
  return { type: 'params', value }
}

export function long(value: number): Wrapped {
  return { type: 'long', value }
}

/** @param at an instant or a day, which stands for its first second in UTC; undefined stays undefined */
export function datetime(at: string | undefined): Wrapped | undefined {
  if (at === undefined) return undefined
  return { type: 'datetime', value: /^\d{4}-\d{2}-\d{2}$/.test(at) ? `${at}T00:00:00Z` : at }
}

/** The attributes among `fields` that there are. */
export function pick(from: Params, fields: string[]): Params {
  const picked: Params = {}
  for (const field of fields) {
    if (Object.hasOwn(from, field) && from[field] !== undefined) picked[field] = from[field]
  }
  return picked
}

export interface Order {
  Name: string
  Asc: boolean
}

export function inOrder(rows: Params[], orders: Order[]): Params[] {
  if (orders.length === 0) return rows
  return rows.toSorted((a, b) => {
    for (const { Name, Asc } of orders) {
      const result = compare(sortable(a[Name]), sortable(b[Name]))
      if (result !== 0) return Asc ? result : -result
    }
    return 0
  })
}

function sortable(value: Value | undefined): string | number {
  if (typeof value === 'number' || typeof value === 'string') return value
  if (typeof value === 'boolean') return Number(value)
  if (typeof value !== 'object' || !('type' in value)) return ''
  return value.type === 'params' ? '' : value.value
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a), String(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
