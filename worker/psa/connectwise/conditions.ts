/**
 * Filters in ConnectWise's own query language. They are plain text: whoever puts them into an address encodes them.
 *
 * @see docs/vendors/connectwise.md, "Asking for records"
 */

/** Ids are written bare, so that nothing but digits may get in. */
export function idIn(ids: number[]): string {
  return `id in (${ids.join(',')})`
}

export function equalTo(path: string, id: number): string {
  return `${path} = ${id}`
}

/**
 * Finds `text` anywhere in the field at `path`.
 *
 * A character that the language gives a meaning inside strings becomes a wildcard, because how to escape it differs
 * between servers; so the answer may hold more than was asked for wherever `foundLoosely` is true.
 */
export function containing(path: string, text: string): string {
  if (!foundLoosely(text)) return `${path} contains "${text}"`
  const pattern = text.replaceAll('[', '[[]').replace(/["\\*%_]/g, '*')
  return `${path} like "*${pattern}*"`
}

/** True where the vendor's answer to `containing` has to be looked through again. */
export function foundLoosely(text: string): boolean {
  return /["\\*%_[\]]/.test(text)
}

export function allOf(conditions: string[]): string {
  return conditions.join(' and ')
}

export function anyOf(conditions: string[]): string {
  return `(${conditions.join(' or ')})`
}
