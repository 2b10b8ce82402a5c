import { describe, expect, test } from 'vitest'
import { agreement, line, ours, outcomeOf, part, planOf, wants } from '../support/planning.ts'

/** `today` is 10 March. */
describe('a line that takes one change a day', () => {
  const changed = { lines: [line('7', 40)], own: [ours('7', 40)], changedToday: ['7'] }

  test('gets its second difference of the day tomorrow', () => {
    const { changes } = planOf({ wanted: [wants(43)], ...changed })

    expect(changes).toMatchObject([
      { from: 40, to: 43, reason: null, waits: { until: '2026-03-11', why: 'already_adjusted_today' } },
    ])
  })

  test('keeps the hold of a second difference that a person has to see', () => {
    const { changes } = planOf({ wanted: [wants(10)], ...changed })

    expect(changes).toMatchObject([{ reason: 'fell_sharply', waits: { until: '2026-03-11' } }])
  })

  test('waits for nothing where it agrees', () => {
    expect(outcomeOf({ wanted: [wants(40)], ...changed })).toMatchObject([{ do: 'keep', agrees: true }])
  })

  test('does not keep another line waiting', () => {
    const wanted = [wants(43), wants([part(5, { application: 'mail' })], { product: '502' })]

    expect(planOf({ wanted, ...changed }).changes).toMatchObject([
      { productId: '501', waits: { until: '2026-03-11' } },
      { productId: '502', waits: null },
    ])
  })

  test('makes the line wait too that replaces it', () => {
    const { changes } = planOf({ wanted: [wants(40, { product: '502' })], ...changed })

    expect(changes).toMatchObject([
      {
        productId: '502',
        reason: 'replaces_line',
        waits: { until: '2026-03-11', why: 'already_adjusted_today' },
      },
    ])
  })
})

describe('a line that is booked at the start of a period', () => {
  const inPeriod = line('7', 40, { bookableOn: '2026-04-01' })

  test('gets its difference on the first day of the next one', () => {
    expect(planOf({ wanted: [wants(43)], lines: [inPeriod], own: [ours('7', 40)] }).changes).toMatchObject([
      { to: 43, reason: null, waits: { until: '2026-04-01', why: 'waits_for_period_start' } },
    ])
  })

  test('gets it at once where a period begins today', () => {
    const lines = [line('7', 40, { bookableOn: '2026-03-10' })]

    expect(planOf({ wanted: [wants(43)], lines, own: [ours('7', 40)] }).changes).toMatchObject([
      { waits: null },
    ])
  })

  test('waits for the later of both days', () => {
    const own = [ours('7', 40)]

    expect(
      planOf({ wanted: [wants(43)], lines: [inPeriod], own, changedToday: ['7'] }).changes,
    ).toMatchObject([{ waits: { until: '2026-04-01' } }])
  })
})

describe('a product that is not on the agreement', () => {
  test('is put there by a person where the PSA is not to make lines', () => {
    expect(outcomeOf({ wanted: [wants(9)], makesLines: false })).toMatchObject([
      { do: 'create', to: 9, reason: 'line_not_on_contract' },
    ])
  })

  test('is put there by a person where the agreement bills bundles, which may hold it', () => {
    const agreements = [agreement('31', { bundled: true })]

    expect(outcomeOf({ wanted: [wants(9)], agreements })).toMatchObject([{ reason: 'line_not_on_contract' }])
  })

  test('stays away where nothing of it is used', () => {
    expect(planOf({ wanted: [wants(0)], makesLines: false }).changes).toEqual([])
  })

  test('is no question where its line stands there at 0', () => {
    expect(outcomeOf({ wanted: [wants(9)], lines: [line('7', 0)], makesLines: false })).toMatchObject([
      { do: 'set', from: 0, to: 9, reason: null },
    ])
  })
})

describe('a price level', () => {
  const mine = { lines: [line('7', 40, { priceLevel: '1' })], own: [ours('7', 40, { priceLevel: '1' })] }

  test('is what a new line is made with', () => {
    expect(planOf({ wanted: [wants(9, { priceLevel: '2' })] }).changes).toMatchObject([
      { kind: 'create', priceLevelId: '2', reason: null },
    ])
  })

  test('that the mapping changed is held, whether the quantity differs or not', () => {
    expect(planOf({ wanted: [wants(40, { priceLevel: '2' })], ...mine }).changes).toMatchObject([
      { from: 40, to: 40, priceLevelId: '2', reason: 'price_level_changed' },
    ])
    expect(planOf({ wanted: [wants(42, { priceLevel: '2' })], ...mine }).changes).toMatchObject([
      { from: 40, to: 42, reason: 'price_level_changed' },
    ])
  })

  test('that a person gave the line in the PSA stays', () => {
    const lines = [line('7', 40, { priceLevel: '3' })]

    expect(outcomeOf({ wanted: [wants(40, { priceLevel: '1' })], ...mine, lines })).toMatchObject([
      { do: 'keep', agrees: true },
    ])
  })

  test('of a line that is taken over stays as it is', () => {
    const lines = [line('7', 9, { priceLevel: '3' })]

    expect(outcomeOf({ wanted: [wants(9, { priceLevel: '1' })], lines })).toMatchObject([
      { do: 'keep', agrees: true },
    ])
  })

  test('means nothing in a PSA whose lines have none', () => {
    const own = { lines: [line('7', 40)], own: [ours('7', 40)] }

    expect(outcomeOf({ wanted: [wants(40, { priceLevel: '1' })], ...own })).toMatchObject([{ do: 'keep' }])
  })
})

describe('a company for which nothing may be written', () => {
  test.each(['external_product_not_linked', 'write_not_confirmed'] as const)(
    'has all held: %s',
    (obstacle) => {
      const wanted = [wants(43), wants([part(5, { application: 'mail' })], { product: '502' })]

      expect(outcomeOf({ wanted, lines: [line('7', 40)], own: [ours('7', 40)], obstacle })).toMatchObject([
        { do: 'set', reason: obstacle },
        { do: 'create', reason: obstacle },
      ])
    },
  )

  test('still agrees where nothing has to be written', () => {
    const same = { wanted: [wants(40)], lines: [line('7', 40)], own: [ours('7', 40)] }

    expect(outcomeOf({ ...same, obstacle: 'external_product_not_linked' })).toMatchObject([{ do: 'keep' }])
  })
})
