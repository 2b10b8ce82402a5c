import { expect, test } from 'vitest'
import { openMsp } from '../../support/msp.ts'
import type { Stack } from '../../support/stack.ts'

export function recheck(stack: () => Stack): void {
  test('lines whose use stays are looked at once a week, and in each run before an invoice', async () => {
    const msp = await openMsp(stack())
    const weekly = msp.customer('Weekly', { workstations: 90 }, { agreementId: 21 })
    const invoiced = msp.customer(
      'Invoiced',
      { workstations: 20 },
      { agreementId: 22, nextInvoiceDate: '2026-03-10' },
    )
    await msp.run({ day: '2026-03-02' })
    const [line] = msp.psa.additionsOf(weekly.agreementId)
    msp.psa.editAdditionByHand(weekly.agreementId, line?.id ?? 0, { quantity: 95 })
    msp.reads()

    const quiet = await msp.run({ day: '2026-03-03' })

    expect(quiet).toMatchObject({ state: 'done', counts: { unchanged: 2 }, calls: { cw: 2 } })
    expect(msp.reads()).toEqual(['agreements', 'catalog'])

    const onePerRun = ['agreements', 'catalog', 'agreements/22/additions']
    expect(await msp.run({ day: '2026-03-07' })).toMatchObject({ state: 'done', calls: { cw: 3 } })
    expect(msp.reads()).toEqual(onePerRun)
    expect(await msp.run({ day: '2026-03-07' })).toMatchObject({ state: 'done', calls: { cw: 3 } })
    expect(msp.reads()).toEqual(onePerRun)

    msp.psa.editByHand('agreement', invoiced.agreementId, { nextInvoiceDate: '2026-04-10T00:00:00Z' })
    const weekLater = await msp.run({ day: '2026-03-09' })

    expect(weekLater).toMatchObject({ calls: { cw: 3 }, told: ['set KES 95 → 90: held, changed_by_hand'] })
    expect(msp.reads()).toEqual(['agreements', 'catalog', 'agreements/21/additions'])
  })
}
