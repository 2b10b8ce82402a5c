import { expect, test } from 'vitest'
import { monday, openMsp, tuesday } from '../../support/msp.ts'
import type { Stack } from '../../support/stack.ts'

export function firstRuns(stack: () => Stack): void {
  test('90 workstations and 10 servers become two additions, which stay that day and are set the next', async () => {
    const msp = await openMsp(stack(), { billByCategory: true })
    const acme = msp.customer('Acme', { workstations: 90, servers: 10 })

    const first = await msp.run({ day: monday })

    expect(first).toMatchObject({
      state: 'done',
      counts: { tenants: 1, incomplete: 0, created: 2, updated: 0, unchanged: 0, held: 0, failed: 0 },
      problems: [],
    })
    expect(msp.writes()).toEqual(['POST KES workstation 90', 'POST KES server 10'])
    const additions = msp.psa.additionsOf(acme.agreementId)
    expect(additions).toMatchObject([
      { product: { id: 501 }, quantity: 90, unitPrice: 3, effectiveDate: `${monday}T00:00:00Z` },
      { product: { id: 502 }, quantity: 10, unitPrice: 9, effectiveDate: `${monday}T00:00:00Z` },
    ])

    const second = await msp.run({ day: monday })

    expect(second).toMatchObject({ state: 'done', counts: { created: 0, updated: 0, unchanged: 2 } })
    expect(second.changes).toEqual([])
    expect(msp.writes()).toEqual([])

    acme.uses({ workstations: 88, servers: 12 })
    const nextDay = await msp.run({ day: tuesday })

    expect(nextDay).toMatchObject({ state: 'done', counts: { created: 0, updated: 2, unchanged: 0 } })
    expect(msp.writes().sort()).toEqual(['PATCH KES server 12', 'PATCH KES workstation 88'])
    expect(msp.psa.additionsOf(acme.agreementId)).toMatchObject([
      { id: additions[0]?.id, quantity: 88 },
      { id: additions[1]?.id, quantity: 12 },
    ])
  })

  test('applications with one product are one addition; what nobody mapped bills nothing and is no problem', async () => {
    const msp = await openMsp(stack())
    const acme = msp.customer('Acme', { workstations: 30 })
    acme.uses({ workstations: 12 }, 'kes-business-select')
    acme.uses({ workstations: 4 }, 'Kaspersky Endpoint Security for Business Total')
    msp.customer('Unknown', { workstations: 30 }, { mapped: false })
    const idle = msp.customer('Idle', {})
    const none = { workstation: null, server: null, other: null }
    msp.setup.map.push({ application: 'kes-business-select', all: '500', ...none })

    const run = await msp.run()

    expect(run).toMatchObject({ state: 'done', counts: { tenants: 3, created: 1, held: 0 }, problems: [] })
    expect(run.changes).toMatchObject([
      {
        to: 42,
        parts: [
          { application: 'kes-business-advanced', quantity: 30 },
          { application: 'kes-business-select', quantity: 12 },
        ],
      },
    ])
    expect(msp.writes()).toEqual(['POST KES 42'])
    expect(msp.lines(idle)).toEqual([])

    acme.uses({ workstations: 11 }, 'kes-business-select')
    await msp.run({ day: tuesday })

    expect(msp.writes()).toEqual(['PATCH KES 41'])
  })
}
