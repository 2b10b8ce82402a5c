import { expect, test } from 'vitest'
import { numberChanges, trendSince } from '../../worker/domain/trend.ts'

const history = [
  { day: '2026-01-05', billed: 10 },
  { day: '2026-02-09', billed: 12 },
  { day: '2026-02-20', billed: 12 },
  { day: '2026-03-02', billed: 0 },
  { day: '2026-03-03', billed: 12 },
]

test('12 that is made of something else is no change of the number', () => {
  expect(numberChanges(history).map(({ day, billed }) => `${day}: ${billed}`)).toEqual([
    '2026-01-05: 10',
    '2026-02-09: 12',
    '2026-03-02: 0',
    '2026-03-03: 12',
  ])
  expect(numberChanges([])).toEqual([])
})

test('a trend begins with the number that was in force', () => {
  expect(trendSince(numberChanges(history), '2026-02-25')).toEqual([
    { day: '2026-02-25', billed: 12 },
    { day: '2026-03-02', billed: 0 },
    { day: '2026-03-03', billed: 12 },
  ])
})

test('a number of its very first day stands once', () => {
  expect(trendSince(numberChanges(history.slice(0, 2)), '2026-02-09')).toEqual([
    { day: '2026-02-09', billed: 12 },
  ])
})

test('a line that was not billed yet begins with its first number', () => {
  expect(trendSince(numberChanges(history.slice(0, 1)), '2025-12-01')).toEqual([
    { day: '2026-01-05', billed: 10 },
  ])
})
