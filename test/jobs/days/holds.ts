import { expect, test } from 'vitest'
import { openMsp, tuesday, wednesday } from '../../support/msp.ts'
import type { Stack } from '../../support/stack.ts'

export function holds(stack: () => Stack): void {
  test('a sharp fall, a fall to zero and a sharp rise wait for a person, all else is written', async () => {
    const msp = await openMsp(stack())
    const customers = Object.entries({
      'to zero from 5': [5, 0],
      'to zero from 4': [4, 0],
      'by 6 of 20, which is 30 %': [20, 14],
      'by 7 of 20': [20, 13],
      'by 5 of 10': [10, 5],
      'up by 21 of 30': [30, 51],
      'up by 20 of 30': [30, 50],
      'up by 21 of 42, which is 50 %': [42, 63],
    })
    const opened = customers.map(([name, [before = 0, after = 0]]) => ({
      after,
      customer: msp.customer(name, { workstations: before }),
    }))
    await msp.run()
    msp.writes()

    for (const { customer, after } of opened) customer.uses({ workstations: after })
    const run = await msp.run({ day: tuesday })

    expect(run.told).toEqual([
      'set KES 5 → 0: held, fell_to_zero',
      'set KES 4 → 0: verified',
      'set KES 20 → 14: verified',
      'set KES 20 → 13: held, fell_sharply',
      'set KES 10 → 5: verified',
      'set KES 30 → 51: held, rose_sharply',
      'set KES 30 → 50: verified',
      'set KES 42 → 63: verified',
    ])
    expect(run).toMatchObject({ state: 'done_with_problems', counts: { updated: 5, held: 3 } })
    expect(opened.map(({ customer }) => msp.lines(customer))).toEqual(
      [5, 0, 14, 20, 5, 30, 50, 63].map((quantity) => [['KES', quantity]]),
    )
  })

  test('what is wrong with an agreement or a product holds its lines until it is mended', async () => {
    const msp = await openMsp(stack(), { billByCategory: true })
    const { psa } = msp
    const ended = msp.customer('Ended', { workstations: 40 })
    const cancelled = msp.customer('Cancelled', { workstations: 41 })
    const missing = msp.customer('Missing', { workstations: 42 })
    const others = msp.customer('Of others', { workstations: 43 })
    const inactive = msp.customer('Inactive product', { servers: 44 })
    const unknown = msp.customer('Unknown product', { others: 45 })
    msp.customer('In order', { workstations: 46 })
    psa.editByHand('agreement', ended.agreementId, {
      noEndingDateFlag: false,
      endDate: '2026-02-28T00:00:00Z',
    })
    psa.editByHand('agreement', cancelled.agreementId, { cancelledFlag: true })
    missing.mapping.agreementId = '999'
    others.mapping.agreementId = `${psa.addAgreement({ company: ended.companyId, name: 'Not theirs' }).id}`
    psa.editByHand('product', 502, { inactiveFlag: true })
    psa.removeByHand('product', 503)

    const run = await msp.run()

    expect(run.told.sort()).toEqual([
      'create 503 0 → 45: held, product_not_found',
      'create KES server 0 → 44: held, product_inactive',
      'create KES workstation 0 → 40: held, agreement_ended',
      'create KES workstation 0 → 41: held, agreement_inactive',
      'create KES workstation 0 → 42: held, agreement_not_found',
      'create KES workstation 0 → 43: held, agreement_of_other_company',
      'create KES workstation 0 → 46: verified',
    ])
    expect(msp.writes()).toEqual(['POST KES workstation 46'])

    psa.editByHand('agreement', ended.agreementId, { noEndingDateFlag: true })
    psa.editByHand('agreement', cancelled.agreementId, { cancelledFlag: false })
    psa.editByHand('product', 502, { inactiveFlag: false })
    missing.mapping.agreementId = `${missing.agreementId}`
    others.mapping.agreementId = `${others.agreementId}`
    const mended = await msp.run({ day: tuesday })

    expect(mended).toMatchObject({ counts: { created: 5, unchanged: 1, held: 1 } })
    expect(msp.writes().sort()).toEqual([
      'POST KES server 44',
      'POST KES workstation 40',
      'POST KES workstation 41',
      'POST KES workstation 42',
      'POST KES workstation 43',
    ])
    expect(await msp.held()).toMatchObject([
      { companyId: `${unknown.companyId}`, reason: 'product_not_found' },
    ])
    expect(msp.lines(inactive)).toEqual([['KES server', 44]])
  })

  test('ten of thirteen lines that would fall at once all stay until a person looks; what rises is written', async () => {
    const msp = await openMsp(stack())
    const falling = Array.from({ length: 10 }, (_, i) => msp.customer(`Falling ${i}`, { workstations: 8 }))
    const steady = msp.customer('Steady', { workstations: 8 })
    const rising = msp.customer('Rising', { workstations: 8 })
    const zero = msp.customer('Idle', { workstations: 1 })
    await msp.run()
    msp.writes()

    for (const customer of falling.slice(1)) customer.uses({ workstations: 7 })
    zero.uses({})
    rising.uses({ workstations: 9 })
    const tenFall = await msp.run({ day: tuesday })

    expect(tenFall.told).toEqual([
      ...Array(9).fill('set KES 8 → 7: held, run_fell'),
      'set KES 8 → 9: verified',
      'set KES 1 → 0: held, run_fell',
    ])
    expect(msp.writes()).toEqual(['PATCH KES 9'])

    zero.uses({ workstations: 1 })
    const nineFall = await msp.run({ day: wednesday })

    expect(nineFall.told).toEqual(Array(9).fill('set KES 8 → 7: verified'))
    expect(msp.writes()).toEqual(Array(9).fill('PATCH KES 7'))
    expect(msp.lines(steady)).toEqual([['KES', 8]])
  })
}
