import * as z from 'zod'

/** The parameters of every list; `key` is where a page ended, as its last item says. */
export function pageQuery<Key extends z.ZodType>(key: Key) {
  return {
    cursor: z
      .string()
      .transform((text, context): z.output<Key> => {
        const result = key.safeParse(decoded(text))
        if (result.success) return result.data
        context.addIssue({
          code: 'custom',
          message:
            'This cursor is not from this list. Take it from "nextCursor", or leave it out to begin anew.',
          params: { code: 'invalid_cursor' },
        })
        return z.NEVER
      })
      .optional(),
    limit: z.coerce.number<string>().int().min(1).max(1000).default(100),
  }
}

export function PageBody<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

export interface Page<Item> {
  items: Item[]
  /** Null on the last page. */
  nextCursor: string | null
}

/** @param rows one more than `limit`, where there are more */
export function page<Row, Item>(
  rows: Row[],
  limit: number,
  keyOf: (row: Row) => unknown,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? encoded(keyOf(last)) : null,
  }
}

/** Base64url of the key as JSON. */
export function encoded(key: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(key))
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Undefined where the text was not made by `encoded`. */
function decoded(text: string): unknown {
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))))
  } catch {
    return undefined
  }
}
