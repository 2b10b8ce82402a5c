import { describe, expect, test } from 'vitest'
import { agreement, line, otherCompany, ours, outcomeOf, part, planOf, wants } from '../support/planning.ts'

describe('a new line', () => {
  test('is created with what is used', () => {
    const { changes } = planOf({ wanted: [wants(93)] })

    expect(changes).toEqual([
      {
        agreementId: '31',
        productId: '501',
        lineId: null,
        kind: 'create',
        from: 0,
        to: 93,
        reason: null,
        drift: null,
        adopted: false,
        replaces: [],
        priceLevelId: null,
        waits: null,
        parts: [part(93)],
      },
    ])
  })

  test('is not created for nothing', () => {
    expect(planOf({ wanted: [wants(0)] })).toEqual({ changes: [], kept: [] })
  })

  test('is not held as a rise, however large', () => {
    expect(outcomeOf({ wanted: [wants(5_000)] })).toMatchObject([{ do: 'create', to: 5_000, reason: null }])
  })
})

describe('a line of ours', () => {
  const own = [ours('7', 40)]

  test.each([
    ['is set to what is used', 43, { do: 'set', from: 40, to: 43, reason: null }],
    ['stays where it agrees', 40, { do: 'keep', at: 40, agrees: true }],
    ['falls by exactly 30 %', 28, { do: 'set', from: 40, to: 28, reason: null }],
    ['is held when it falls by more', 27, { do: 'set', from: 40, to: 27, reason: 'fell_sharply' }],
    ['rises by exactly 50 %', 60, { do: 'set', from: 40, to: 60, reason: null }],
    ['is held when it rises by more', 61, { do: 'set', from: 40, to: 61, reason: 'rose_sharply' }],
    ['is held when nothing is used any more', 0, { do: 'set', from: 40, to: 0, reason: 'fell_to_zero' }],
  ])('%s', (_, used, outcome) => {
    expect(outcomeOf({ wanted: [wants(used)], lines: [line('7', 40)], own })).toMatchObject([outcome])
  })

  test('goes to 0 and stays there where 4 were used', () => {
    const was = { lines: [line('7', 4)], own: [ours('7', 4)] }
    const is = { lines: [line('7', 0)], own: [ours('7', [])] }

    expect(outcomeOf({ wanted: [wants(0)], ...was })).toMatchObject([{ do: 'set', to: 0, reason: null }])
    expect(outcomeOf({ wanted: [wants(0)], ...is })).toMatchObject([{ do: 'keep', at: 0, agrees: true }])
  })

  test('is left alone where nothing wants it any more', () => {
    expect(planOf({ wanted: [], lines: [line('7', 40)], own })).toEqual({ changes: [], kept: [] })
  })

  test('is taken up again where it is wanted again', () => {
    expect(outcomeOf({ wanted: [wants(38)], lines: [line('7', 40)], own })).toMatchObject([
      { do: 'set', from: 40, to: 38, reason: null },
    ])
  })
})

describe('a line of ours that a person ended or deleted', () => {
  test.each([
    ['ended', [line('7', 40, { endsOn: '2026-03-09' })]],
    ['ends today', [line('7', 40, { endsOn: '2026-03-10' })]],
    ['deleted', []],
  ])('is not made again without being asked: %s', (_, lines) => {
    expect(outcomeOf({ wanted: [wants(40)], lines, own: [ours('7', 40)] })).toEqual([
      { product: '501', do: 'create', from: 0, to: 40, reason: 'line_ended_by_hand' },
    ])
  })

  test('is not missed where nothing is used', () => {
    expect(planOf({ wanted: [wants(0)], own: [ours('7', 40)] })).toEqual({ changes: [], kept: [] })
  })

  test('is followed by the one line that a person made in its place', () => {
    const lines = [line('7', 40, { endsOn: '2026-02-28' }), line('8', 40, { startsOn: '2026-03-01' })]

    expect(planOf({ wanted: [wants(40)], lines, own: [ours('7', 40)] }).kept).toMatchObject([
      { lineId: '8', quantity: 40, adopted: true },
    ])
  })
})

describe('a line that a person made', () => {
  test('is adopted as it is where it agrees', () => {
    expect(planOf({ wanted: [wants(40)], lines: [line('7', 40)] })).toMatchObject({
      changes: [],
      kept: [{ lineId: '7', quantity: 40, agrees: true, adopted: true }],
    })
  })

  test('is held before its first change where it differs, by however little', () => {
    expect(planOf({ wanted: [wants(41)], lines: [line('7', 40)] }).changes).toMatchObject([
      { lineId: '7', kind: 'set', from: 40, to: 41, reason: 'adopted_differs', adopted: true },
    ])
  })

  test('counts as new where it stands at 0', () => {
    expect(planOf({ wanted: [wants(400)], lines: [line('7', 0)] }).changes).toMatchObject([
      { lineId: '7', kind: 'set', from: 0, to: 400, reason: null, adopted: true },
    ])
  })

  test('is open although it starts later', () => {
    const lines = [line('7', 40, { startsOn: '2026-09-01' })]

    expect(planOf({ wanted: [wants(40)], lines }).kept).toMatchObject([{ lineId: '7', adopted: true }])
  })

  test('is not looked at where nothing is used', () => {
    expect(planOf({ wanted: [wants(0)], lines: [line('7', 40)] })).toEqual({ changes: [], kept: [] })
  })

  test('is passed over where it has ended, or is of another product', () => {
    const lines = [line('6', 40, { endsOn: '2026-03-10' }), line('7', 40, { product: '999' })]

    expect(outcomeOf({ wanted: [wants(40)], lines })).toMatchObject([{ do: 'create', to: 40, reason: null }])
  })
})

describe('several open lines of one product', () => {
  const several = { wanted: [wants(42)], lines: [line('10', 5), line('9', 42)] }

  test('wait until a person chooses one, even where one of them agrees', () => {
    expect(planOf(several).changes).toMatchObject([
      { lineId: '9', from: 42, to: 42, reason: 'duplicate_lines', adopted: true },
    ])
  })

  test('leave the others as they are once one is chosen', () => {
    const { changes } = planOf({ ...several, chosen: [[wants(42), '10']] })

    expect(changes).toMatchObject([
      { lineId: '10', from: 5, to: 42, reason: null, adopted: true, replaces: [] },
    ])
  })

  test('need no write where the chosen one agrees', () => {
    expect(planOf({ ...several, chosen: [[wants(42), '9']] })).toMatchObject({
      changes: [],
      kept: [{ lineId: '9', quantity: 42, agrees: true, adopted: true }],
    })
  })

  test('are no matter where nothing is used', () => {
    expect(planOf({ ...several, wanted: [wants(0)] })).toEqual({ changes: [], kept: [] })
  })
})

describe('another open line beside ours', () => {
  const beside = { lines: [line('7', 40), line('8', 3)], own: [ours('7', 40)] }

  test('changes nothing while ours agrees', () => {
    expect(outcomeOf({ ...beside, wanted: [wants(40)] })).toMatchObject([
      { do: 'keep', at: 40, agrees: true },
    ])
  })

  test('makes a person choose before ours changes', () => {
    expect(planOf({ ...beside, wanted: [wants(42)] }).changes).toMatchObject([
      { lineId: '7', from: 40, to: 42, reason: 'duplicate_lines', adopted: false },
    ])
  })

  test('does not keep ours from going down to 0', () => {
    const wanted = [wants(0)]

    expect(outcomeOf({ wanted, lines: [line('7', 4), line('8', 3)], own: [ours('7', 4)] })).toMatchObject([
      { do: 'set', from: 4, to: 0, reason: null },
    ])
  })

  test('stays as it is where ours is chosen, whatever else would have held the change', () => {
    const wanted = [wants(12)]

    expect(planOf({ ...beside, wanted, chosen: [[wants(12), '7']] }).changes).toMatchObject([
      { lineId: '7', from: 40, to: 12, reason: null, replaces: [] },
    ])
  })

  test('takes over from ours where it is chosen: ours goes to 0 first', () => {
    const wanted = [wants(42)]

    expect(planOf({ ...beside, wanted, chosen: [[wants(42), '8']] }).changes).toMatchObject([
      {
        lineId: '8',
        from: 3,
        to: 42,
        reason: 'duplicate_lines',
        adopted: true,
        replaces: [{ lineId: '7', from: 40, to: 0, parts: [] }],
      },
    ])
  })
})

describe('a quantity that a person changed since we wrote 40', () => {
  const changed = (used: number, found: number, manualQuantity: 'ask' | 'overwrite' | 'keep') => ({
    wanted: [wants(used, { manualQuantity })],
    lines: [line('7', found)],
    own: [ours('7', 40)],
  })

  test('is asked about', () => {
    expect(planOf(changed(43, 45, 'ask')).changes).toMatchObject([
      { from: 45, to: 43, reason: 'changed_by_hand', drift: { written: 40, found: 45 } },
    ])
  })

  test('is overwritten where that is the rule, and the change says so', () => {
    expect(planOf(changed(43, 45, 'overwrite')).changes).toMatchObject([
      { from: 45, to: 43, reason: null, drift: { written: 40, found: 45 } },
    ])
  })

  test.each([
    [40, 400, null],
    [60, 1, null],
    [61, 61 - 1, 'rose_sharply'],
    [28, 1_000, null],
    [27, 28, 'fell_sharply'],
    [0, 3, 'fell_to_zero'],
  ])('is no measure for the guard rails when overwritten: %i used, %i found', (used, found, reason) => {
    expect(planOf(changed(used, found, 'overwrite')).changes).toMatchObject([
      { from: found, to: used, reason },
    ])
  })

  test('stays where that is the rule', () => {
    expect(outcomeOf(changed(43, 45, 'keep'))).toEqual([
      { product: '501', do: 'keep', at: 45, agrees: false },
    ])
  })

  test.each(['ask', 'overwrite', 'keep'] as const)('is no matter where it is what is used (%s)', (rule) => {
    expect(outcomeOf(changed(45, 45, rule))).toEqual([{ product: '501', do: 'keep', at: 45, agrees: true }])
  })
})

describe('what can only be mended', () => {
  test.each([
    ['agreement_not_found', { missingAgreements: ['31'] }],
    ['agreement_of_other_company', { agreements: [agreement('31', { companyId: otherCompany })] }],
    ['agreement_ended', { agreements: [agreement('31', { endsOn: '2026-03-09' })] }],
    ['agreement_inactive', { agreements: [agreement('31', { state: 'inactive' as const })] }],
    ['product_not_found', { missingProducts: ['501'] }],
    ['product_inactive', { inactiveProducts: ['501'] }],
  ])('holds the new line and a line of ours: %s', (reason, fault) => {
    const own = { lines: [line('7', 40)], own: [ours('7', 40)] }

    expect(outcomeOf({ wanted: [wants(43)], ...fault })).toEqual([
      { product: '501', do: 'create', from: 0, to: 43, reason },
    ])
    expect(outcomeOf({ wanted: [wants(43)], ...own, ...fault })).toEqual([
      { product: '501', do: 'set', from: 40, to: 43, reason },
    ])
  })

  test('a product that is gone holds nothing while nothing has to be written', () => {
    const agreed = { wanted: [wants(40)], lines: [line('7', 40)], own: [ours('7', 40)] }

    expect(outcomeOf({ ...agreed, missingProducts: ['501'] })).toMatchObject([{ do: 'keep', agrees: true }])
  })

  test('an agreement that ended holds nothing where nothing is used', () => {
    const ended = [agreement('31', { state: 'ended' })]

    expect(outcomeOf({ wanted: [wants(0)], own: [ours('7', 40)], agreements: ended })).toEqual([])
  })

  test('an agreement that passed to another company is shown while it bills our line on', () => {
    const passed = [agreement('31', { companyId: otherCompany })]

    expect(outcomeOf({ wanted: [wants(0)], own: [ours('7', 40)], agreements: passed })).toEqual([
      { product: '501', do: 'set', from: 40, to: 0, reason: 'agreement_of_other_company' },
    ])
  })

  test('holds only its own line', () => {
    const wanted = [
      wants(5, { product: '501' }),
      wants([part(6, { application: 'edr' })], { product: '502' }),
    ]

    expect(outcomeOf({ wanted, inactiveProducts: ['501'] })).toMatchObject([
      { product: '501', reason: 'product_inactive' },
      { product: '502', reason: null },
    ])
  })
})

describe('use of tenants that are gone', () => {
  const was = { lines: [line('7', 40)], own: [ours('7', 40)] }
  const gone = wants([part(30), part(10, { tenant: 'hub/anna' })], { gone: 10 })

  test('stays on the bill, and a person is asked to take it out', () => {
    expect(outcomeOf({ wanted: [gone], ...was })).toEqual([
      { product: '501', do: 'set', from: 40, to: 30, reason: 'tenant_gone' },
    ])
  })

  test('is in the sum that a line is set to first', () => {
    const wanted = [wants([part(33), part(10, { tenant: 'hub/anna' })], { gone: 10 })]

    expect(outcomeOf({ wanted, ...was })).toMatchObject([{ from: 40, to: 43, reason: null }])
  })

  test('stays quietly once a person said so', () => {
    expect(outcomeOf({ wanted: [gone], ...was, dismissed: [[gone, 30]] })).toMatchObject([
      { do: 'keep', at: 40, agrees: true },
    ])
  })

  test('makes and adopts no line by itself', () => {
    const only = wants(10, { gone: 10 })

    expect(outcomeOf({ wanted: [only] })).toEqual([])
    expect(outcomeOf({ wanted: [only], lines: [line('8', 10)] })).toEqual([])
    expect(outcomeOf({ wanted: [only], missingAgreements: ['31'] })).toEqual([])
  })

  test('stays where it is billed although its application is mapped to another product', () => {
    const wanted = [wants(0, { product: '501' }), wants(40, { product: '502', gone: 40 })]

    expect(outcomeOf({ wanted, ...was })).toEqual([
      { product: '501', do: 'set', from: 40, to: 0, reason: 'tenant_gone' },
    ])
  })

  test('can only be mended where the product is gone too', () => {
    expect(outcomeOf({ wanted: [gone], ...was, missingProducts: ['501'] })).toMatchObject([
      { from: 40, to: 30, reason: 'product_not_found' },
    ])
  })
})

describe('a dismissed quantity', () => {
  const line40 = { lines: [line('7', 40)], own: [ours('7', 40)] }

  test('is not proposed again, and the bill stays', () => {
    const wanted = wants(20)

    expect(outcomeOf({ wanted: [wanted], ...line40, dismissed: [[wanted, 20]] })).toEqual([
      { product: '501', do: 'keep', at: 40, agrees: false },
    ])
  })

  test('says nothing about any other', () => {
    const wanted = wants(19)

    expect(outcomeOf({ wanted: [wanted], ...line40, dismissed: [[wanted, 20]] })).toMatchObject([
      { to: 19, reason: 'fell_sharply' },
    ])
  })

  test('makes no line and adopts none', () => {
    const wanted = wants(20)
    const dismissed: [typeof wanted, number][] = [[wanted, 20]]

    expect(outcomeOf({ wanted: [wanted], dismissed })).toEqual([])
    expect(outcomeOf({ wanted: [wanted], dismissed, lines: [line('8', 3)] })).toEqual([])
  })
})

describe('approval of everything', () => {
  const everything = { approval: 'everything' as const }

  test('holds new lines and changes that nothing else holds', () => {
    const own = { lines: [line('7', 40)], own: [ours('7', 40)] }

    expect(outcomeOf({ wanted: [wants(3)], ...everything })).toMatchObject([{ reason: 'needs_approval' }])
    expect(outcomeOf({ wanted: [wants(41)], ...own, ...everything })).toMatchObject([
      { reason: 'needs_approval' },
    ])
    expect(outcomeOf({ wanted: [wants(0)], ...own, ...everything })).toMatchObject([
      { reason: 'fell_to_zero' },
    ])
  })

  test('lets a line agree without being asked', () => {
    expect(outcomeOf({ wanted: [wants(40)], lines: [line('7', 40)], ...everything })).toMatchObject([
      { do: 'keep', agrees: true },
    ])
  })
})
