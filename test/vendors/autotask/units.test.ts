import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayAfter } from './days.ts'
import { adjusted, cutAfter, extended, posted, priceOf, startTimeline, type Timeline } from './units.ts'

/** Ids as they are given out, from 1. */
function ids(): () => number {
  let last = 0
  return () => ++last
}

/** Monthly from the first day on at 3.00, with rows until `through`. */
function monthly(
  units: number,
  {
    from = '2026-01-01',
    until = '2026-12-31',
    through,
  }: { from?: string; until?: string; through?: string } = {},
) {
  const nextId = ids()
  const started = startTimeline(from, 1, { units, unitPrice: 3, unitCost: 1 })
  const timeline = extended(started, until, through ?? until, nextId)
  const adjust = (on: string, unitChange: number, at = timeline) =>
    kept(adjusted(at, { id: nextId(), on, unitChange }, nextId))
  return { timeline, adjust, nextId }
}

function kept(timeline: Timeline | null): Timeline {
  if (!timeline) throw new Error('The adjustment was refused')
  return timeline
}

/** Start, end and units of the rows that touch the days given. */
function rows({ rows: all }: Timeline, from = '2000-01-01', through = '2100-01-01') {
  return all
    .filter(({ startDate, endDate }) => endDate >= from && startDate <= through)
    .map(({ startDate, endDate, units }) => [startDate, endDate, units])
}

function unitsOn({ rows: all }: Timeline, day: string): number | undefined {
  return all.find(({ startDate, endDate }) => startDate <= day && day <= endDate)?.units
}

describe('periods', () => {
  test('are stepped from the first day, and the last is cut where the contract ends', () => {
    const { timeline } = monthly(25, { from: '2026-09-15', until: '2026-11-30' })

    expect(rows(timeline)).toEqual([
      ['2026-09-15', '2026-10-14', 25],
      ['2026-10-15', '2026-11-14', 25],
      ['2026-11-15', '2026-11-30', 25],
    ])
    expect(timeline.rows.map(priceOf)).toEqual([75, 75, 40])
  })

  test('that began on 31 January come back to the 31st after a shorter month', () => {
    const { timeline } = monthly(5, { from: '2026-01-31', until: '2026-06-29' })

    expect(rows(timeline)).toEqual([
      ['2026-01-31', '2026-02-27', 5],
      ['2026-02-28', '2026-03-30', 5],
      ['2026-03-31', '2026-04-29', 5],
      ['2026-04-30', '2026-05-30', 5],
      ['2026-05-31', '2026-06-29', 5],
    ])
  })

  test('are made as time goes on, with the units of the last', () => {
    const { timeline, adjust, nextId } = monthly(25, { through: '2026-02-10' })
    const lower = adjust('2026-02-01', -5)

    const later = extended(lower, '2026-12-31', '2026-04-10', nextId)

    expect(rows(timeline).length).toBe(2)
    expect(rows(later)).toEqual([
      ['2026-01-01', '2026-01-31', 25],
      ['2026-02-01', '2026-02-28', 20],
      ['2026-03-01', '2026-03-31', 20],
      ['2026-04-01', '2026-04-30', 20],
    ])
    expect(extended(later, '2026-12-31', '2026-04-10', nextId)).toBe(later)
  })
})

describe('an adjustment', () => {
  test('inside a period splits it and carries on into all later ones', () => {
    const { adjust } = monthly(25, { until: '2026-04-30' })

    expect(rows(adjust('2026-02-11', 3))).toEqual([
      ['2026-01-01', '2026-01-31', 25],
      ['2026-02-01', '2026-02-10', 25],
      ['2026-02-11', '2026-02-28', 28],
      ['2026-03-01', '2026-03-31', 28],
      ['2026-04-01', '2026-04-30', 28],
    ])
  })

  test('splits the price by days', () => {
    const { adjust } = monthly(25, { until: '2026-03-31' })

    const prices = adjust('2026-02-11', 3).rows.map(priceOf)

    expect(prices).toEqual([75, (3 * 25 * 10) / 28, (3 * 28 * 18) / 28, 84].map((x) => Number(x.toFixed(2))))
    expect(prices).toEqual([75, 26.79, 54, 84])
  })

  test('on a period’s first day changes the whole period without a split', () => {
    const { adjust } = monthly(25, { until: '2026-02-28' })

    expect(rows(adjust('2026-02-01', -25))).toEqual([
      ['2026-01-01', '2026-01-31', 25],
      ['2026-02-01', '2026-02-28', 0],
    ])
  })

  test('in front of an earlier made one raises what that one already changed', () => {
    const { adjust } = monthly(25, { until: '2026-02-28' })

    const both = adjust('2026-02-11', 3, adjust('2026-02-20', -10))

    expect(rows(both, '2026-02-01')).toEqual([
      ['2026-02-01', '2026-02-10', 25],
      ['2026-02-11', '2026-02-19', 28],
      ['2026-02-20', '2026-02-28', 18],
    ])
    expect(both.adjustedOn).toEqual(['2026-02-20', '2026-02-11'])
  })

  test('twice on one day adds up in one row', () => {
    const { adjust } = monthly(25, { until: '2026-01-31' })

    const twice = adjust('2026-01-16', 2, adjust('2026-01-16', 3))

    expect(rows(twice)).toEqual([
      ['2026-01-01', '2026-01-15', 25],
      ['2026-01-16', '2026-01-31', 30],
    ])
  })

  test('that would take any later day below nought is refused, down to nought is not', () => {
    const { adjust, nextId } = monthly(10, { until: '2026-03-31' })
    const lower = adjust('2026-03-01', -8)

    expect(adjusted(lower, { id: 1, on: '2026-01-10', unitChange: -3 }, nextId)).toBeNull()
    expect(unitsOn(adjust('2026-01-10', -2, lower), '2026-03-31')).toBe(0)
  })

  test('may change the price alone', () => {
    const { timeline, nextId } = monthly(10, { until: '2026-02-28' })

    const dearer = kept(adjusted(timeline, { id: 1, on: '2026-02-01', unitChange: 0, unitPrice: 4 }, nextId))

    expect(dearer.rows.map(priceOf)).toEqual([30, 40])
    expect(rows(dearer).map(([, , units]) => units)).toEqual([10, 10])
  })

  test('any number of them bill each day what was adjusted until then', () => {
    const day = fc.integer({ min: 0, max: 364 }).map((days) => dayAfter('2026-01-01', days))
    const changes = fc.array(fc.record({ on: day, unitChange: fc.integer({ min: -5, max: 9 }) }), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(changes, day, (wanted, asked) => {
        const { timeline, adjust } = monthly(100)

        const after = wanted.reduce((at, { on, unitChange }) => adjust(on, unitChange, at), timeline)

        const until = wanted
          .filter(({ on }) => on <= asked)
          .reduce((sum, { unitChange }) => sum + unitChange, 0)
        expect(unitsOn(after, asked)).toBe(100 + until)
        for (const [index, row] of after.rows.entries()) {
          const next = after.rows[index + 1]
          expect(dayAfter(row.endDate)).toBe(next?.startDate ?? '2027-01-01')
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('a contract end', () => {
  test('moved earlier erases what came after it, also when it is moved back', () => {
    const { adjust, nextId } = monthly(25, { until: '2026-04-30' })
    const both = adjust('2026-03-10', 4, adjust('2026-02-11', 3))

    const cut = cutAfter(both, '2026-02-20')
    const restored = extended(cut, '2026-04-30', '2026-04-30', nextId)

    expect(rows(cut, '2026-02-01')).toEqual([
      ['2026-02-01', '2026-02-10', 25],
      ['2026-02-11', '2026-02-20', 28],
    ])
    expect(rows(restored, '2026-02-11')).toEqual([
      ['2026-02-11', '2026-02-28', 28],
      ['2026-03-01', '2026-03-31', 28],
      ['2026-04-01', '2026-04-30', 28],
    ])
    expect(restored.adjustedOn).toEqual(['2026-02-11'])
  })

  test('moved later inside a posted period adds the days in a row of their own', () => {
    const { timeline, nextId } = monthly(25, { until: '2026-01-20' })
    const [billed] = posted(timeline, '2026-01-20', '2026-01-21T08:00:00Z')

    expect(rows(extended(billed, '2026-02-28', '2026-02-28', nextId))).toEqual([
      ['2026-01-01', '2026-01-20', 25],
      ['2026-01-21', '2026-01-31', 25],
      ['2026-02-01', '2026-02-28', 25],
    ])
  })
})

describe('posting', () => {
  test('bills each row once', () => {
    const { timeline } = monthly(25, { until: '2026-03-31' })

    const [first, billed] = posted(timeline, '2026-02-01', '2026-02-02T08:00:00Z')
    const [second, billedAgain] = posted(first, '2026-02-01', '2026-02-03T08:00:00Z')

    expect(billed.map(({ startDate, units, amount }) => [startDate, units, amount])).toEqual([
      ['2026-01-01', 25, 75],
      ['2026-02-01', 25, 75],
    ])
    expect([billedAgain, second]).toEqual([[], first])
    expect(first.rows.map(({ postedAt }) => postedAt)).toEqual([
      '2026-02-02T08:00:00Z',
      '2026-02-02T08:00:00Z',
      null,
    ])
  })

  test('an adjustment inside a posted period is charged for the rest of it by the next posting', () => {
    const { timeline, adjust, nextId } = monthly(25, { until: '2026-02-28' })
    const [billed] = posted(timeline, '2026-01-01', '2026-01-02T08:00:00Z')

    const changed = kept(adjusted(billed, { id: 77, on: '2026-01-17', unitChange: -4 }, nextId))
    const [, next] = posted(changed, '2026-02-01', '2026-02-02T08:00:00Z')

    expect(rows(changed)).toEqual([
      ['2026-01-01', '2026-01-16', 25],
      ['2026-01-17', '2026-01-31', 21],
      ['2026-02-01', '2026-02-28', 21],
    ])
    expect(next.map(({ adjustmentID, units, amount }) => [adjustmentID, units, amount])).toEqual([
      [77, -4, -5.81],
      [null, 21, 63],
    ])
    expect(posted(adjust('2026-02-01', -4, billed), '2026-01-01', '2026-02-02T08:00:00Z')[1]).toEqual([])
  })
})
