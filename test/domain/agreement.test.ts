import { describe, expect, test } from 'vitest'
import { agreementProblem, isOpenLine } from '../../worker/domain/agreement.ts'
import { agreement, company, line, otherCompany } from '../support/planning.ts'

describe('an agreement that may be billed', () => {
  test('runs through its last day', () => {
    const ending = agreement('31', { endsOn: '2026-03-10' })

    expect(agreementProblem(ending, company, '2026-03-10')).toBeNull()
    expect(agreementProblem(ending, company, '2026-03-11')).toBe('agreement_ended')
  })

  test('runs on where it has no last day', () => {
    expect(agreementProblem(agreement('31'), company, '2099-12-31')).toBeNull()
  })
})

describe('an agreement that may not be billed', () => {
  test.each([
    ['the PSA does not know it', undefined, 'agreement_not_found'],
    ['another company has it', agreement('31', { companyId: otherCompany }), 'agreement_of_other_company'],
    ['the PSA calls it ended', agreement('31', { state: 'ended', endsOn: '2027-01-01' }), 'agreement_ended'],
    [
      'its last day has passed, whatever the PSA calls it',
      agreement('31', { endsOn: '2026-03-09' }),
      'agreement_ended',
    ],
    [
      'it ended before it was made inactive',
      agreement('31', { state: 'inactive', endsOn: '2026-03-09' }),
      'agreement_ended',
    ],
    ['it is inactive', agreement('31', { state: 'inactive' }), 'agreement_inactive'],
    [
      'another company has it, which matters more than its end',
      agreement('31', { companyId: otherCompany, state: 'ended' }),
      'agreement_of_other_company',
    ],
  ] as const)('%s', (_, given, problem) => {
    expect(agreementProblem(given, company, '2026-03-10')).toBe(problem)
  })
})

describe('a line is open', () => {
  test.each([
    ['without a last day', line('7', 12), true],
    ['when it starts later', line('7', 12, { startsOn: '2026-06-01' }), true],
    ['until the day before its last', line('7', 12, { endsOn: '2026-03-11' }), true],
    ['no more on its last day', line('7', 12, { endsOn: '2026-03-10' }), false],
    ['no more after it', line('7', 12, { endsOn: '2026-03-09' }), false],
  ])('%s', (_, given, open) => {
    expect(isOpenLine(given, '2026-03-10')).toBe(open)
  })
})
