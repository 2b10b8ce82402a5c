import { day } from './day.ts'
import { neverWords } from './report-words.ts'

/** The last day of a licence, `YYYY-MM-DD`; null where it has none. */
export type ReadDate = string | null | { code: string; message: string }

/** @param text may be empty, which means that the licence does not end */
export function readDate(text: string): ReadDate {
  if (text === '' || neverWords.has(text.toLowerCase())) return null
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$/.exec(text)?.[1]
  if (iso !== undefined) return real(iso, text)

  const [, first = '', separator, second = '', year] =
    /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?: .*)?$/.exec(text) ?? []
  if (year === undefined) return unreadable(text)
  const of = (dayOfMonth: string, month: string) =>
    `${year}-${month.padStart(2, '0')}-${dayOfMonth.padStart(2, '0')}`
  if (separator === '.' || Number(first) > 12 || first === second) return real(of(first, second), text)
  if (Number(second) > 12) return real(of(second, first), text)
  return {
    code: 'ambiguous_date',
    message: `"${text}" may be two different days. Write it as YYYY-MM-DD.`,
  }
}

function real(date: string, text: string): ReadDate {
  return day.safeParse(date).success ? date : unreadable(text)
}

function unreadable(text: string): ReadDate {
  return { code: 'not_a_date', message: `"${text.slice(0, 40)}" is no date. Write it as YYYY-MM-DD.` }
}
