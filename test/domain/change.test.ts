import { describe, expect, test } from 'vitest'
import {
  approvableReasons,
  changeStates,
  isOpenChange,
  isStructural,
  isUncertain,
  statesBefore,
  structuralReasons,
} from '../../worker/domain/change.ts'

describe('a held change', () => {
  test('is approved by a person unless the PSA or the mapping has to be mended', () => {
    expect(structuralReasons.filter((reason) => !isStructural(reason))).toEqual([])
    expect(approvableReasons.filter(isStructural)).toEqual([])
  })

  test('has one of the reasons that other programs know', () => {
    expect([...structuralReasons, ...approvableReasons].toSorted()).toEqual([
      'adopted_differs',
      'agreement_ended',
      'agreement_inactive',
      'agreement_not_found',
      'agreement_of_other_company',
      'changed_by_hand',
      'duplicate_lines',
      'external_product_not_linked',
      'fell_sharply',
      'fell_to_zero',
      'line_ended_by_hand',
      'line_not_on_contract',
      'needs_approval',
      'price_level_changed',
      'product_inactive',
      'product_not_found',
      'replaces_line',
      'rose_sharply',
      'run_fell',
      'tenant_gone',
      'write_not_confirmed',
    ])
  })

  test('is the only kind that can be dismissed', () => {
    expect(statesBefore('dismissed')).toEqual(['held'])
  })
})

describe('the ledger', () => {
  test('sends only what is planned', () => {
    expect(statesBefore('sending')).toEqual(['planned'])
  })

  test('never moves a change on that is settled', () => {
    const settled = ['verified', 'failed', 'dismissed', 'superseded'] as const

    const moved = changeStates.flatMap((to) => statesBefore(to))

    expect(settled.filter((state) => moved.includes(state))).toEqual([])
  })

  test('does not know what became of a write while it is sent or its answer is lost', () => {
    expect(changeStates.filter(isUncertain)).toEqual(['sending', 'unknown'])
    expect(statesBefore('unknown')).toEqual(['sending'])
  })

  test('lets one change of a line stand in the way of the next until it is over', () => {
    expect(changeStates.filter(isOpenChange)).toEqual(['planned', 'held', 'sending', 'unknown'])
  })
})
