import { expect, test } from 'vitest'
import { openMsp, tuesday, wednesday } from '../../support/msp.ts'
import type { Stack } from '../../support/stack.ts'

export function replacements(stack: () => Stack): void {
  test('another product for the same use is written once a person agrees: the old line to 0 first', async () => {
    const msp = await openMsp(stack())
    const acme = msp.customer('Acme', { workstations: 90 })
    await msp.run()
    msp.psa.addProduct({ id: 600, identifier: 'KES 2026', price: 4 })
    for (const row of msp.setup.map) row.all = '600'
    msp.writes()

    const run = await msp.run({ day: tuesday })

    expect(run.told).toEqual(['create KES 2026 0 → 90: held, replaces_line'])
    expect(run.changes[0]?.replaces).toMatchObject([{ productId: '500', from: 90, to: 0 }])
    expect(msp.writes()).toEqual([])

    await msp.approve(run.changes[0])

    expect(msp.writes()).toEqual(['PATCH KES 0', 'POST KES 2026 90'])
    expect(msp.lines(acme)).toEqual([
      ['KES', 0],
      ['KES 2026', 90],
    ])
    expect(await msp.run({ day: tuesday })).toMatchObject({ state: 'done', changes: [] })
  })

  test('a replacement that the PSA puts off is carried out whole a moment later', async () => {
    const msp = await openMsp(stack())
    const acme = msp.customer('Acme', { workstations: 90 })
    await msp.run()
    msp.psa.addProduct({ id: 600, identifier: 'KES 2026', price: 4 })
    for (const row of msp.setup.map) row.all = '600'
    const run = await msp.run({ day: tuesday })
    msp.psa.faults.add({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '1' },
      match: (call) => call.method === 'PATCH',
    })
    msp.writes()

    expect(await msp.approve(run.changes[0])).toMatchObject({ state: 'verified' })

    expect(msp.writes()).toEqual(['PATCH KES 0', 'PATCH KES 0', 'POST KES 2026 90'])
    expect(msp.lines(acme)).toEqual([
      ['KES', 0],
      ['KES 2026', 90],
    ])
  })

  test('a tenant that moved is billed there once it is billed no longer here, unless that agreement ended', async () => {
    const msp = await openMsp(stack())
    const acme = msp.customer('Acme', { workstations: 90 })
    const buyer = msp.customer('Buyer', {}, { mapped: false })
    const renewed = msp.customer('Renewed', { workstations: 40 })
    await msp.run()
    msp.writes()

    acme.mapping.company.id = `${buyer.companyId}`
    acme.mapping.agreementId = `${buyer.agreementId}`
    const past = { noEndingDateFlag: false, endDate: '2026-03-02T00:00:00Z' }
    msp.psa.editByHand('agreement', renewed.agreementId, past)
    const successor = msp.psa.addAgreement({ company: renewed.companyId, name: 'Renewed, next year' })
    renewed.mapping.agreementId = `${successor.id}`
    const run = await msp.run({ day: tuesday })

    expect(run.told).toEqual(['create KES 0 → 90: held, replaces_line', 'create KES 0 → 40: verified'])
    expect(msp.writes()).toEqual(['POST KES 40'])
    expect(msp.lines(renewed)).toEqual([['KES', 40]])
    expect(msp.lines(successor.id)).toEqual([['KES', 40]])

    await msp.approve(run.changes[0])

    expect(msp.writes()).toEqual(['PATCH KES 0', 'POST KES 90'])
    expect(msp.lines(acme)).toEqual([['KES', 0]])
    expect(msp.lines(buyer)).toEqual([['KES', 90]])
  })

  test('billing by category, switched on and off between runs, splits and joins lines only as agreed', async () => {
    const msp = await openMsp(stack())
    const acme = msp.customer('Acme', { workstations: 90, servers: 10 })
    await msp.run()
    expect(msp.writes()).toEqual(['POST KES 100'])

    msp.setup.billByCategory = true
    const on = await msp.run({ day: tuesday })

    expect(on.told).toEqual([
      'create KES workstation 0 → 90: held, replaces_line',
      'create KES server 0 → 10: held, replaces_line',
    ])
    expect(msp.writes()).toEqual([])

    for (const change of on.changes) {
      expect(await msp.approve(change)).toMatchObject({ state: 'verified' })
      const billed = msp.lines(acme).reduce((sum, [, quantity]) => sum + quantity, 0)
      expect(billed).toBeLessThanOrEqual(100)
    }

    expect(msp.lines(acme)).toEqual([
      ['KES', 0],
      ['KES workstation', 90],
      ['KES server', 10],
    ])
    msp.writes()

    msp.setup.billByCategory = false
    const off = await msp.run({ day: wednesday })
    expect(off.told).toEqual(['set KES 0 → 100: held, replaces_line'])
    await msp.approve(off.changes[0])

    expect(msp.writes()).toEqual(['PATCH KES workstation 0', 'PATCH KES server 0', 'PATCH KES 100'])
  })
}
