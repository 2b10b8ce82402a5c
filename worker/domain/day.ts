import * as z from 'zod'

/** A calendar day that exists, `YYYY-MM-DD`. */
export const day = z.iso.date({ error: 'Write the day as YYYY-MM-DD.' })

/** The last quarter of an hour in which a day's run can still be started on that day. */
const lastStart = '23:45'

/** The calendar day on the wall at `instant`, `YYYY-MM-DD`. `timeZone` is an IANA name. */
export function localDay(instant: Date, timeZone: string): string {
  const { year, month, day } = wallClock(instant, timeZone)
  return `${year}-${month}-${day}`
}

/** The time on the wall at `instant`, `HH:MM` from `00:00` to `23:59`; seconds are cut off. */
export function localTime(instant: Date, timeZone: string): string {
  const { hour, minute } = wallClock(instant, timeZone)
  return `${hour}:${minute}`
}

/**
 * Whether the run of the local day should have started by `now`; that it starts only once is up to the caller.
 *
 * A time that the clocks skip is due right after the gap; one that comes twice is due the first time. A time after
 * 23:45 is taken as 23:45: the cron ticks every quarter of an hour, and no later tick falls on the same day.
 *
 * @param due.dailyRunAt `HH:MM` in `timeZone`
 */
export function runIsDue(due: { now: Date; timeZone: string; dailyRunAt: string }): boolean {
  const startAt = due.dailyRunAt > lastStart ? lastStart : due.dailyRunAt
  return localTime(due.now, due.timeZone) >= startAt
}

/** The calendar day of `instant` in UTC, `YYYY-MM-DD`. */
export function utcDay(instant: Date): string {
  return instant.toISOString().slice(0, 10)
}

/** The day `days` whole days after `day`; before it where `days` is negative. */
export function addDays(day: string, days: number): string {
  return utcDay(new Date(midnightUtc(day) + days * dayMs))
}

/** The last days of the `count` months before the month of `day`, oldest first. */
export function monthEnds(day: string, count: number): string[] {
  const [year = 0, month = 1] = day.split('-').map(Number)
  return Array.from({ length: count }, (_, index) =>
    utcDay(new Date(Date.UTC(year, month - count + index, 0))),
  )
}

/** Whole days from `from` to `to`; negative where `to` comes first. */
export function daysBetween(from: string, to: string): number {
  return (midnightUtc(to) - midnightUtc(from)) / dayMs
}

/** Days of UTC are all of this length, whatever local clocks do. */
const dayMs = 86_400_000

function midnightUtc(day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}

function wallClock(instant: Date, timeZone: string) {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(instant)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? ''
  return {
    year: part('year').padStart(4, '0'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
  }
}
