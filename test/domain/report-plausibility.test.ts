import { describe, expect, test } from 'vitest'
import { assertConsistent, assertOurs } from '../../worker/domain/report-plausibility.ts'
import { ReportRefused } from '../../worker/domain/report-problem.ts'

function problemsOf(check: () => void) {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof ReportRefused) return error.problems
    throw error
  }
}

describe('a report that may be of somebody else', () => {
  test.each([
    ['has none of 40 companies', { companies: 38, known: 40, shared: 0 }],
    ['has 5 of 40, and 60 strangers', { companies: 65, known: 40, shared: 5 }],
    ['has another company than the only one', { companies: 1, known: 1, shared: 0 }],
  ])('%s', (_, of) => {
    expect(problemsOf(() => assertOurs(of)).map(({ code }) => code)).toEqual(['few_known_companies'])
  })

  test.each([
    ['the first one', { companies: 40, known: 0, shared: 0 }],
    ['one with half of the companies', { companies: 20, known: 40, shared: 20 }],
    ['one with a few of ours and nobody else', { companies: 3, known: 40, shared: 3 }],
    ['one with all of ours and many new ones', { companies: 400, known: 10, shared: 10 }],
  ])('is not %s', (_, of) => {
    expect(problemsOf(() => assertOurs(of))).toEqual([])
  })
})

describe('a report that contradicts itself', () => {
  test('states one application of a company twice', () => {
    const repeated = [{ company: 'Acme Ltd', application: 'Endpoint Security Cloud', first_row: 3, row: 9 }]

    const [problem] = problemsOf(() => assertConsistent(repeated, []))

    expect(problem).toMatchObject({ code: 'duplicate_use', row: 9 })
    expect(problem?.message).toContain('Acme Ltd already has Endpoint Security Cloud in row 3')
  })

  test('gives two companies one id', () => {
    const ways = [
      { row: 2, name: 'Acme Ltd', kind: 'workspace' },
      { row: 7, name: 'Birch Inc', kind: 'workspace' },
    ]

    const [problem] = problemsOf(() => assertConsistent([], [{ id: '17', ways }]))

    expect(problem).toMatchObject({ code: 'duplicate_company', row: 7 })
  })

  test('but not one that writes a name in other letters', () => {
    const ways = [
      { row: 2, name: 'Acme Ltd', kind: 'workspace' },
      { row: 7, name: 'ACME  ltd', kind: 'workspace' },
    ]

    expect(problemsOf(() => assertConsistent([], [{ id: 'acme ltd', ways }]))).toEqual([])
  })
})
