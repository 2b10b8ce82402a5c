import { cursorAt, placeIn } from './cursor.ts'
import type { Choice, ChoicePage, ChoiceQuery } from './port.ts'

/** So many pages are looked through for one page of choices; a further cursor goes on from there. */
export const mostPages = 20

/** A list of a PSA that is read page by page, ordered by id. */
export interface ListById<T extends Choice> {
  /** A page with fewer records is the last one. */
  pageSize: number
  /** The records behind `afterId`, or the first ones where it is null. */
  page(afterId: number | null): Promise<PageById<T>>
}

interface PageById<T extends Choice> {
  /** One for each record; null for one that is not offered. */
  choices: (T | null)[]
  /** `afterId` for a page without records. */
  lastId: number | null
}

/** The page of choices that is asked for; its cursor names the last choice before the next page. */
export async function choicesById<T extends Choice>(
  vendor: string,
  { cursor, limit }: Pick<ChoiceQuery, 'cursor' | 'limit'>,
  list: ListById<T>,
): Promise<ChoicePage<T>> {
  const items: T[] = []
  let afterId = cursor === null ? null : Number(placeIn(vendor, cursor, /^after (\d{1,10})$/)[1])
  for (let pages = 0; pages < mostPages; pages++) {
    const { choices, lastId } = await list.page(afterId)
    for (const choice of choices) {
      if (choice === null) continue
      const last = items.at(-1)
      if (items.length === limit && last) return { items, nextCursor: cursorAt(`after ${last.id}`) }
      items.push(choice)
    }
    if (choices.length < list.pageSize) return { items, nextCursor: null }
    afterId = lastId
  }
  return { items, nextCursor: afterId === null ? null : cursorAt(`after ${afterId}`) }
}
