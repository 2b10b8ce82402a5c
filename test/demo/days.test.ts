import { expect, test } from 'vitest'
import { daysBetween, localDay, runIsDue } from '../../worker/domain/day.ts'
import { type DemoDay, lastTwoDays, twoDaysAtOnce } from './days.ts'

/** Of a week in winter and of one in summer. */
const everyHour = [0, 6].flatMap((month) =>
  Array.from({ length: 7 * 24 }, (_, hour) => new Date(Date.UTC(2026, month, 1, hour))),
)

test('both days are today on their own clocks, at any hour, and the second is a day later', () => {
  for (const now of everyHour) {
    const [first, second] = twoDaysAtOnce(now)

    expect([dayOf(first), dayOf(second)]).toEqual(
      [first, second].map(({ timeZone }) => localDay(now, timeZone)),
    )
    expect(daysBetween(dayOf(first), dayOf(second))).toBe(1)
  }
})

test('else they are yesterday and today in Berlin', () => {
  const late = new Date('2026-03-01T23:30:00Z')

  const days = lastTwoDays(late).map(dayOf)

  expect(days).toEqual(['2026-03-01', '2026-03-02'])
})

test('a run at three in the morning is due on each of them', () => {
  for (const now of everyHour) {
    for (const { timeZone, morning } of [...twoDaysAtOnce(now), ...lastTwoDays(now)]) {
      expect(runIsDue({ now: morning, timeZone, dailyRunAt: '03:00' })).toBe(true)
    }
  }
})

function dayOf({ timeZone, morning }: DemoDay): string {
  return localDay(morning, timeZone)
}
