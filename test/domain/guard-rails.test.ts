import { describe, expect, test } from 'vitest'
import { defaultGuardRails, quantityHold, runFell } from '../../worker/domain/guard-rails.ts'

const hold = (from: number, to: number) => quantityHold(from, to, defaultGuardRails)

describe('a fall', () => {
  test.each([
    [5, 0, 'fell_to_zero'],
    [4, 0, null],
    [100, 0, 'fell_to_zero'],
    [5, 1, null],
    [100, 70, null],
    [100, 69, 'fell_sharply'],
    [10, 5, null],
    [10, 4, 'fell_sharply'],
    [20, 14, null],
    [19, 13, 'fell_sharply'],
    [6, 1, null],
    [7, 1, 'fell_sharply'],
    [1_000, 999, null],
  ])('from %i to %i: %s', (from, to, reason) => {
    expect(hold(from, to)).toBe(reason)
  })
})

describe('a rise', () => {
  test.each([
    [40, 60, null],
    [40, 61, 'rose_sharply'],
    [100, 150, null],
    [100, 151, 'rose_sharply'],
    [10, 30, null],
    [10, 31, 'rose_sharply'],
    [0, 20, null],
    [0, 21, 'rose_sharply'],
    [1_000, 1_021, null],
    [12, 12, null],
  ])('from %i to %i: %s', (from, to, reason) => {
    expect(hold(from, to)).toBe(reason)
  })
})

describe('the limits are settings', () => {
  test('a cautious MSP holds what the default lets through', () => {
    const cautious = { ...defaultGuardRails, holdFallPercent: 10, holdFallUnits: 0, holdZeroFrom: 1 }

    expect(quantityHold(10, 9, cautious)).toBeNull()
    expect(quantityHold(10, 8, cautious)).toBe('fell_sharply')
    expect(quantityHold(1, 0, cautious)).toBe('fell_to_zero')
  })

  test('a calm one lets through what the default holds', () => {
    const calm = { ...defaultGuardRails, holdRisePercent: 200, holdRiseUnits: 100 }

    expect(quantityHold(100, 300, calm)).toBeNull()
    expect(quantityHold(100, 301, calm)).toBe('rose_sharply')
  })
})

describe('a run that lowers many lines at once', () => {
  test.each([
    ['10 of 100 is 10 % exactly', 10, 100, false],
    ['11 of 100 is more than 10 %', 11, 100, true],
    ['10 of 99 is more than 10 %', 10, 99, true],
    ['9 of 20 are too few lines', 9, 20, false],
    ['10 of 10 is everything', 10, 10, true],
    ['none of none', 0, 0, false],
  ])('%s', (_, lowered, lines, fell) => {
    expect(runFell(lowered, lines, defaultGuardRails)).toBe(fell)
  })
})
