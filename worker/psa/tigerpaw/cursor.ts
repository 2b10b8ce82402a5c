import type { TigerpawClient } from './client.ts'
import { rejected } from './failure.ts'

/** A place in one of the lists that a picker goes through. */
export interface Place {
  /** Counted from 0. */
  list: number
  /** A row, or an id; from 0. */
  from: number
}

const start: Place = { list: 0, from: 0 }

export function cursorAt({ list, from }: Place): string {
  return btoa(`at ${list} ${from}`).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The beginning where `cursor` is null. */
export function placeOf(client: TigerpawClient, cursor: string | null): Place {
  if (cursor === null) return start
  const place = /^at ([01]) (\d{1,10})$/.exec(decoded(cursor))
  if (place !== null) return { list: Number(place[1]), from: Number(place[2]) }
  throw rejected(client.vendor, 400, 'this cursor was not given out by us')
}

function decoded(cursor: string): string {
  try {
    return atob(cursor.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return ''
  }
}
