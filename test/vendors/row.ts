import type { Stored, Table } from './table.ts'

export type Json = string | number | boolean | null | Json[] | Values
export type Values = { [field: string]: Json }

/** A record; what has no value has no key. */
export type Row = Stored<Values>
export type Rows = Table<Values>

export function isObject(json: Json | undefined): json is Values {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
