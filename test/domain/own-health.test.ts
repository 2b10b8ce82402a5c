import { expect, test } from 'vitest'
import { type HealthFacts, healthProblems } from '../../worker/domain/own-health.ts'

const well: HealthFacts = {
  run: { day: '2026-03-04', state: 'done', problems: 0, held: 0, failed: 0 },
  silent: [],
  waiting: 0,
}

test('all is well after a run without problems, and before the first', () => {
  expect(healthProblems(well)).toEqual([])
  expect(healthProblems({ ...well, run: null })).toEqual([])
})

test('a run with problems, a silent source and old held changes are each told', () => {
  expect(
    healthProblems({
      run: { day: '2026-03-04', state: 'done_with_problems', problems: 1, held: 3, failed: 0 },
      silent: [{ name: 'Security Center', since: '2026-03-01' }],
      waiting: 2,
    }),
  ).toEqual([
    'The run of 2026-03-04 ended with problems: 1 problem, 3 held changes.',
    'Security Center has said nothing new since 2026-03-01; bills that depend on it stay as they are.',
    '2 changes have been waiting for a person for two days or more.',
  ])
})

test('a run that was given up is told as such', () => {
  expect(
    healthProblems({ ...well, run: { day: '2026-03-04', state: 'failed', problems: 0, held: 0, failed: 0 } }),
  ).toEqual(['The run of 2026-03-04 was given up.'])
})
