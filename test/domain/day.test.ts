import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  day,
  daysBetween,
  localDay,
  localTime,
  monthEnds,
  runIsDue,
  utcDay,
} from '../../worker/domain/day.ts'

const at = (iso: string) => new Date(iso)

describe('the local day', () => {
  test.each([
    ['Europe/Berlin', '2026-02-28T22:59:59Z', '2026-02-28', '23:59'],
    ['Europe/Berlin', '2026-02-28T23:00:00Z', '2026-03-01', '00:00'],
    ['America/Los_Angeles', '2026-01-01T07:59:00Z', '2025-12-31', '23:59'],
    ['Pacific/Kiritimati', '2026-01-01T10:00:00Z', '2026-01-02', '00:00'],
    ['Asia/Kathmandu', '2026-05-05T18:15:00Z', '2026-05-06', '00:00'],
    ['UTC', '2024-02-29T12:34:56Z', '2024-02-29', '12:34'],
  ])('in %s %s is %s at %s', (timeZone, instant, onDay, time) => {
    expect(localDay(at(instant), timeZone)).toBe(onDay)
    expect(localTime(at(instant), timeZone)).toBe(time)
  })

  test('the clocks going forward skip from 01:59 to 03:00', () => {
    expect(localTime(at('2026-03-29T00:59:00Z'), 'Europe/Berlin')).toBe('01:59')
    expect(localTime(at('2026-03-29T01:00:00Z'), 'Europe/Berlin')).toBe('03:00')
  })

  test('the clocks going back show 02:30 twice on one day', () => {
    const first = at('2026-10-25T00:30:00Z')
    const second = at('2026-10-25T01:30:00Z')

    expect([localTime(first, 'Europe/Berlin'), localTime(second, 'Europe/Berlin')]).toEqual([
      '02:30',
      '02:30',
    ])
    expect([localDay(first, 'Europe/Berlin'), localDay(second, 'Europe/Berlin')]).toEqual([
      '2026-10-25',
      '2026-10-25',
    ])
  })
})

describe('the daily run', () => {
  const berlin = (now: string, dailyRunAt: string) =>
    runIsDue({ now: at(now), timeZone: 'Europe/Berlin', dailyRunAt })

  test('is due from its time to the end of the day', () => {
    expect(berlin('2026-07-01T00:59:00Z', '03:00')).toBe(false)
    expect(berlin('2026-07-01T01:00:00Z', '03:00')).toBe(true)
    expect(berlin('2026-07-01T21:59:00Z', '03:00')).toBe(true)
    expect(berlin('2026-07-01T22:00:00Z', '03:00')).toBe(false)
  })

  test('at a time that the clocks skip is due right after the gap', () => {
    expect(berlin('2026-03-29T00:45:00Z', '02:30')).toBe(false)
    expect(berlin('2026-03-29T01:00:00Z', '02:30')).toBe(true)
  })

  test('at a time that comes twice is due the first time', () => {
    expect(berlin('2026-10-25T00:15:00Z', '02:30')).toBe(false)
    expect(berlin('2026-10-25T00:30:00Z', '02:30')).toBe(true)
  })

  test.each(['23:45', '23:46', '23:59'])(
    'at %s still starts on its day, with the last tick',
    (dailyRunAt) => {
      const quarters = Array.from({ length: 96 }, (_, quarter) => Date.UTC(2026, 6, 1) + quarter * 900_000)
      const starts = quarters.filter((now) => runIsDue({ now: new Date(now), timeZone: 'UTC', dailyRunAt }))

      expect(starts).toEqual([Date.UTC(2026, 6, 1, 23, 45)])
    },
  )

  test.each([
    ['Europe/Berlin', '2026-03-25', '2026-04-01'],
    ['America/New_York', '2026-10-28', '2026-11-04'],
    ['Australia/Lord_Howe', '2026-10-01', '2026-10-07'],
    ['Asia/Kathmandu', '2026-05-01', '2026-05-07'],
  ])('is due in %s on each day from %s to %s', (timeZone, first, last) => {
    const due = new Set<string>()
    for (let tick = Date.parse(first); tick <= Date.parse(last); tick += 900_000) {
      const now = new Date(tick)
      if (runIsDue({ now, timeZone, dailyRunAt: '02:30' })) due.add(localDay(now, timeZone))
    }

    const wanted = Array.from({ length: daysBetween(first, last) }, (_, days) => addDays(first, days))
    expect([...due]).toEqual(expect.arrayContaining(wanted))
  })
})

describe('counting days', () => {
  test.each([
    ['2026-02-28', 1, '2026-03-01'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2026-01-01', -1, '2025-12-31'],
    ['2026-03-28', 2, '2026-03-30'],
    ['2025-01-01', 400, '2026-02-05'],
  ])('%s and %i days is %s', (from, days, to) => {
    expect(addDays(from, days)).toBe(to)
    expect(daysBetween(from, to)).toBe(days)
  })

  test('adding the days between two days leads from one to the other', () => {
    const someDay = fc
      .integer({ min: 0, max: 40_000 })
      .map((days) => utcDay(new Date(Date.UTC(1990, 0, 1 + days))))

    fc.assert(fc.property(someDay, someDay, (a, b) => addDays(a, daysBetween(a, b)) === b))
  })

  test.each([
    ['2026-03-31', 3, ['2025-12-31', '2026-01-31', '2026-02-28']],
    ['2024-03-01', 2, ['2024-01-31', '2024-02-29']],
    ['2026-01-01', 1, ['2025-12-31']],
  ])('the months before %s end, %i of them, on %j', (from, count, ends) => {
    expect(monthEnds(from, count)).toEqual(ends)
  })

  test('thirteen months back are never further than evidence is kept, 400 days', () => {
    const days = Array.from({ length: 4 * 366 }, (_, index) => addDays('2024-01-01', index))

    const furthest = Math.max(...days.map((today) => daysBetween(monthEnds(today, 13)[0] ?? '', today)))

    expect(furthest).toBe(397)
  })

  test('the day in UTC is cut from the instant', () => {
    expect(utcDay(at('2026-02-28T23:59:59.999Z'))).toBe('2026-02-28')
  })

  test.each(['2026-02-29', '2026-2-1', '2026-13-01', '20260201', '2026-02-01T00:00:00Z', ''])(
    '%j is not a day',
    (text) => {
      expect(day.safeParse(text).success).toBe(false)
    },
  )

  test('2024-02-29 is a day', () => {
    expect(day.parse('2024-02-29')).toBe('2024-02-29')
  })
})
