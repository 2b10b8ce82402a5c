import { expect, test } from 'vitest'
import { openMsp, tuesday, wednesday } from '../../support/msp.ts'
import type { Stack } from '../../support/stack.ts'

export function adoption(stack: () => Stack): void {
  test('an addition that people made is taken over: as it is, from 0, or once a person agrees', async () => {
    const msp = await openMsp(stack())
    const equal = msp.customer('Equal', { workstations: 40 })
    const differs = msp.customer('Differs', { workstations: 41 })
    const atZero = msp.customer('At zero', { workstations: 42 })
    const ahead = msp.customer('Ahead', { workstations: 43 })
    const unused = msp.customer('Unused', {})
    const byHand = { product: 500, unitPrice: 2.5 }
    msp.psa.addAddition({ ...byHand, agreement: equal.agreementId, quantity: 40 })
    msp.psa.addAddition({ ...byHand, agreement: differs.agreementId, quantity: 38 })
    msp.psa.addAddition({ ...byHand, agreement: atZero.agreementId, quantity: 0, lessIncluded: 5 })
    msp.psa.addAddition({
      ...byHand,
      agreement: ahead.agreementId,
      quantity: 43,
      effectiveDate: '2999-01-01',
    })
    msp.psa.addAddition({ ...byHand, agreement: unused.agreementId, quantity: 7 })

    const first = await msp.run()

    expect(first.told).toEqual(['set KES 38 → 41: held, adopted_differs', 'set KES 0 → 42: verified'])
    expect(first.changes.map((change) => change.adopted)).toEqual([true, true])
    expect(first).toMatchObject({
      state: 'done_with_problems',
      counts: { updated: 1, unchanged: 2, held: 1 },
    })
    expect(msp.writes()).toEqual(['PATCH KES 42'])
    expect(msp.psa.additionsOf(atZero.agreementId)).toMatchObject([
      { quantity: 42, unitPrice: 2.5, lessIncluded: 5 },
    ])

    await msp.approve(first.changes[0])
    const second = await msp.run({ day: tuesday })

    expect(second).toMatchObject({ state: 'done', counts: { unchanged: 4 } })
    expect(msp.writes()).toEqual(['PATCH KES 41'])
    expect(msp.lines(unused)).toEqual([['KES', 7]])
  })

  test('a quantity changed by hand waits, is overwritten or stays, as its company has it', async () => {
    const msp = await openMsp(stack())
    const ask = msp.customer('Ask', { workstations: 40 }, { manualQuantity: 'ask' })
    const overwrite = msp.customer('Overwrite', { workstations: 41 }, { manualQuantity: 'overwrite' })
    const keep = msp.customer('Keep', { workstations: 42 }, { manualQuantity: 'keep' })
    const all = [ask, overwrite, keep]
    await msp.run()
    for (const { agreementId } of all) {
      const [line] = msp.psa.additionsOf(agreementId)
      msp.psa.editAdditionByHand(agreementId, line?.id ?? 0, { quantity: 90 })
    }
    msp.writes()

    const run = await msp.run({ day: tuesday, only: all })

    expect(run.told).toEqual(['set KES 90 → 40: held, changed_by_hand', 'set KES 90 → 41: verified'])
    expect(run.changes.map((change) => change.drift)).toEqual([
      { written: 40, found: 90 },
      { written: 41, found: 90 },
    ])
    expect(msp.writes()).toEqual(['PATCH KES 41'])

    keep.mapping.manualQuantity = 'overwrite'
    await msp.run({ day: wednesday })
    await msp.approve((await msp.held())[0])

    expect(msp.writes()).toEqual(['PATCH KES 42', 'PATCH KES 40'])
    expect(all.map(msp.lines)).toEqual([[['KES', 40]], [['KES', 41]], [['KES', 42]]])
  })

  test('additions that people ended, deleted or doubled wait until a person says what bills', async () => {
    const msp = await openMsp(stack())
    const { psa } = msp
    const ended = msp.customer('Ended', { workstations: 40 })
    const deleted = msp.customer('Deleted', { workstations: 41 })
    const chosen = msp.customer('Another chosen', { workstations: 42 })
    const two = msp.customer('Two by hand', { workstations: 43 })
    const all = [ended, deleted, chosen, two]
    psa.addAddition({ agreement: two.agreementId, product: 500, quantity: 20 })
    const rightOfTwo = psa.addAddition({ agreement: two.agreementId, product: 500, quantity: 21 })
    await msp.run()
    const ourLine = ({ agreementId }: { agreementId: number }) => psa.additionsOf(agreementId)[0]?.id ?? 0
    psa.editAdditionByHand(ended.agreementId, ourLine(ended), { cancelledDate: '2026-03-01T00:00:00Z' })
    psa.removeAdditionByHand(deleted.agreementId, ourLine(deleted))
    const rightOne = psa.addAddition({ agreement: chosen.agreementId, product: 500, quantity: 5 })
    chosen.uses({ workstations: 44 })
    msp.writes()

    const run = await msp.run({ day: tuesday, only: all })

    expect(run.told).toEqual([
      'create KES 0 → 40: held, line_ended_by_hand',
      'create KES 0 → 41: held, line_ended_by_hand',
      'set KES 42 → 44: held, duplicate_lines',
      'set KES 20 → 43: held, duplicate_lines',
    ])
    expect(msp.writes()).toEqual([])

    await msp.approve(run.changes[0])
    await msp.approve(run.changes[1])
    expect(await msp.approve(run.changes[2], rightOne.id)).toMatchObject({ state: 'verified', from: 5 })
    expect(await msp.approve(run.changes[3], rightOfTwo.id)).toMatchObject({ state: 'verified', from: 21 })

    expect(msp.writes()).toEqual([
      'POST KES 40',
      'POST KES 41',
      'PATCH KES 0',
      'PATCH KES 44',
      'PATCH KES 43',
    ])
    expect(all.map((customer) => msp.lines(customer).map(([, quantity]) => quantity))).toEqual([
      [40, 40],
      [41],
      [0, 44],
      [20, 43],
    ])
    expect(await msp.run({ day: tuesday, only: all })).toMatchObject({
      state: 'done',
      counts: { unchanged: 4 },
    })
    expect(msp.writes()).toEqual([])
  })
}
