import type { Json } from '../../row.ts'
import type { Stored, Table } from '../../table.ts'
import type { Account } from '../account.ts'
import { notFound } from '../errors.ts'

/** A request whose sender is known. */
export interface RestCall {
  account: Account
  method: string
  /** In lower case, without empty parts; each answering function sees those that are left to it. */
  segments: string[]
  /** By names in lower case. */
  query: ReadonlyMap<string, string>
  /** Undefined where there was none or it was no JSON. */
  body: Json | undefined
  /** `YYYY-MM-DD` */
  today: string
  /** As `2026-11-17T09:30:00`. */
  now: string
}

/** @throws ApiError 404 where `id` is none of the table's, or no number */
export function rowOf<Values>(table: Table<Values>, id: string | undefined, what: string): Stored<Values> {
  const row = /^\d+$/.test(id ?? '') ? table.get(Number(id)) : undefined
  if (!row) throw notFound(`${what} ${id ?? ''}`)
  return row
}
