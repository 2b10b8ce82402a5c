import { daysBetween } from './day.ts'

/** When use was read, and of which day the report is that it was taken from; null where the vendor was asked. */
export interface ReadOn {
  /** ISO 8601 in UTC. */
  at: string
  asOf: string | null
}

/**
 * How old use is where that is more than allowed, else null. A report says of a day what it was, and is as old as that
 * day: one of yesterday is a day old, at whatever hour.
 *
 * @param now.today local day
 */
export function tooOld(
  read: ReadOn,
  maxAgeHours: number,
  now: { at: Date; today: string },
): { hours: number } | { days: number } | null {
  if (read.asOf !== null) {
    const days = daysBetween(read.asOf, now.today)
    return days * 24 > maxAgeHours ? { days } : null
  }
  const hours = (now.at.getTime() - Date.parse(read.at)) / 3_600_000
  return hours > maxAgeHours ? { hours: Math.floor(hours) } : null
}
