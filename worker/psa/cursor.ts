import { rejected } from './rejected.ts'

/** `place` as text that says nothing to those who pass it on, fit for an address. */
export function cursorAt(place: string): string {
  return btoa(place).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/**
 * What `pattern` finds in the place of a cursor.
 *
 * @throws VendorError `rejected` where the cursor was not made here
 */
export function placeIn(vendor: string, cursor: string, pattern: RegExp): RegExpExecArray {
  const place = pattern.exec(decoded(cursor))
  if (place !== null) return place
  throw rejected(vendor, 400, 'this cursor was not given out by us')
}

function decoded(cursor: string): string {
  try {
    return atob(cursor.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return ''
  }
}
