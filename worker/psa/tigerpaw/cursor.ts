import { cursorAt, placeIn } from '../cursor.ts'
import type { TigerpawClient } from './client.ts'

/** A place in one of the lists that a picker goes through. */
export interface Place {
  /** Counted from 0. */
  list: number
  /** A row, or an id; from 0. */
  from: number
}

const start: Place = { list: 0, from: 0 }

export function cursorOf({ list, from }: Place): string {
  return cursorAt(`at ${list} ${from}`)
}

/** The beginning where `cursor` is null. */
export function placeOf(client: TigerpawClient, cursor: string | null): Place {
  if (cursor === null) return start
  const place = placeIn(client.vendor, cursor, /^at ([01]) (\d{1,10})$/)
  return { list: Number(place[1]), from: Number(place[2]) }
}
