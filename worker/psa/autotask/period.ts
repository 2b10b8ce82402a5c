import { addDays } from '../../domain/day.ts'
import type { Days } from './records.ts'

/** Where a service's billing periods begin. */
export interface PeriodGrid {
  /** The first day of the first period, `YYYY-MM-DD`. */
  startsOn: string
  /** The length of each. */
  months: number
}

/** @see docs/vendors/autotask.md, "Units" */
const monthsByType = new Map([
  [2, 1],
  [3, 3],
  [4, 6],
  [5, 12],
])

/** The length of a billing period of this type; null where the type has none that we know. */
export function monthsOf(periodType: number | null | undefined): number | null {
  return monthsByType.get(periodType ?? 0) ?? null
}

/** The first day of a period on `day` or after it. */
export function periodStartFrom({ startsOn, months }: PeriodGrid, day: string): string {
  const [year = 0, month = 0] = startsOn.split('-').map(Number)
  const [dayYear = 0, dayMonth = 0] = day.split('-').map(Number)
  const monthsBetween = (dayYear - year) * 12 + dayMonth - month
  const periods = Math.max(0, Math.floor(monthsBetween / months))
  const start = addMonths(startsOn, periods * months)
  return start >= day ? start : addMonths(startsOn, (periods + 1) * months)
}

/**
 * The first day after `day` on which units may change without being prorated; null where `day` is such a day.
 *
 * @param row what covers `day`; undefined where the service has no units yet
 * @param grid null where it is not known; then a row is taken for a whole period
 */
export function bookableOn(day: string, row: Days | undefined, grid: PeriodGrid | null): string | null {
  const isRowStart = row === undefined || row.startDate === day
  if (grid === null) return isRowStart ? null : addDays(row.endDate, 1)
  const start = periodStartFrom(grid, day)
  if (start > day) return start
  return isRowStart ? null : periodStartFrom(grid, addDays(day, 1))
}

/** The same day of a later month, or that month's last where it has no such day. */
function addMonths(day: string, count: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const lastOfMonth = new Date(Date.UTC(year, month + count, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + count, Math.min(date, lastOfMonth))).toISOString().slice(0, 10)
}
