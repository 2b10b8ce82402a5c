import { expect, test } from 'vitest'
import { tooOld } from '../../worker/domain/freshness.ts'

const now = { at: new Date('2026-11-25T03:00:00Z'), today: '2026-11-25' }

test('a report is as old as the day that it is of, whenever it came', () => {
  const ofDay = (asOf: string) => tooOld({ at: '2026-11-25T02:00:00Z', asOf }, 48, now)

  expect(ofDay('2026-11-25')).toBeNull()
  expect(ofDay('2026-11-23')).toBeNull()
  expect(ofDay('2026-11-22')).toEqual({ days: 3 })
})

test('where less than a day is allowed only a report of today will do', () => {
  expect(tooOld({ at: now.at.toISOString(), asOf: '2026-11-25' }, 12, now)).toBeNull()
  expect(tooOld({ at: now.at.toISOString(), asOf: '2026-11-24' }, 12, now)).toEqual({ days: 1 })
})

test('what the vendor was asked is as old as the answer', () => {
  expect(tooOld({ at: '2026-11-24T03:00:00Z', asOf: null }, 24, now)).toBeNull()
  expect(tooOld({ at: '2026-11-24T02:00:00Z', asOf: null }, 24, now)).toEqual({ hours: 25 })
})
