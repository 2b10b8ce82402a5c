import { describe, expect, test } from 'vitest'
import { successorOf } from '../../worker/domain/successor.ts'

const ending = { agreementId: '31', startsOn: '2025-01-01', endsOn: '2025-12-31' }
const ended = { id: '31', startDate: '2025-01-01', endDate: '2025-12-31', active: true }
const renewal = { id: '32', startDate: '2026-01-01', endDate: '2026-12-31', active: true }

describe('an agreement that ends', () => {
  test('is followed by the one other that starts later and ends later', () => {
    expect(successorOf(ending, [ended, renewal])).toEqual(renewal)
  })

  test('is followed by one without an end', () => {
    const endless = { ...renewal, endDate: null }

    expect(successorOf(ending, [ended, endless])).toEqual(endless)
  })

  test.each([
    ['is not active', { active: false }],
    ['began before it: that one bills something else', { startDate: '2019-01-01', endDate: null }],
    ['began on the same day', { startDate: '2025-01-01' }],
    ['has no first day', { startDate: null }],
    ['ends no later', { startDate: '2025-06-01', endDate: '2025-12-31' }],
  ])('is not followed by one that %s', (_, difference) => {
    expect(successorOf(ending, [ended, { ...renewal, ...difference }])).toBeNull()
  })

  test('is followed by none where two would do: that takes a person', () => {
    expect(successorOf(ending, [ended, renewal, { ...renewal, id: '33' }])).toBeNull()
  })

  test('is followed by any later one where nobody knows when it began', () => {
    expect(successorOf({ ...ending, startsOn: null }, [renewal])).toEqual(renewal)
  })
})
