export interface Days {
  /** `YYYY-MM-DD`, the first of them. */
  startDate: string
  /** `YYYY-MM-DD`, the last of them. */
  endDate: string
}

/** @param days negative for a day before */
export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
}

/** The same day of a later month, or that month's last where it has no such day. */
export function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const lastOfMonth = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, lastOfMonth))).toISOString().slice(0, 10)
}

export function countOf({ startDate, endDate }: Days): number {
  return (Date.parse(endDate) - Date.parse(startDate)) / 86_400_000 + 1
}

export function earlier(a: string, b: string): string {
  return a < b ? a : b
}

export function later(a: string, b: string): string {
  return a < b ? b : a
}
