import { expect, test } from 'vitest'
import { openMsp, tuesday, wednesday } from '../../support/msp.ts'
import type { Stack } from '../../support/stack.ts'

export function severalTenants(stack: () => Stack): void {
  test('two tenants of a company are summed; one that cannot be read blocks their company and no other', async () => {
    const msp = await openMsp(stack())
    const main = msp.customer('Acme', { workstations: 60 })
    const branch = msp.customer('Acme branch', { workstations: 40 }, { center: 'ksc2', billedWith: main })
    const other = msp.customer('Other', { workstations: 20 }, { center: 'ksc2' })

    const first = await msp.run()

    expect(msp.changesOf(first, main)).toMatchObject([
      { to: 100, parts: [{ quantity: 60 }, { quantity: 40 }] },
    ])
    const tenantsRead = msp.changesOf(first, main)[0]?.reads.map(([tenant]) => tenant)
    expect(tenantsRead).toEqual([main.tenant, branch.tenant])
    expect(msp.writes().sort()).toEqual(['POST KES 100', 'POST KES 20'])

    main.uses({ workstations: 50 })
    branch.uses({ workstations: 44 })
    other.uses({ workstations: 21 })
    msp.centers.ksc2?.faults.add({
      kind: 'pxgError',
      code: 1,
      message: 'the database is busy',
      match: (call) => call.server === branch.server.uid,
      times: Infinity,
    })
    const half = await msp.run({ day: tuesday })

    expect(half).toMatchObject({
      state: 'done_with_problems',
      counts: { tenants: 3, incomplete: 1, updated: 1 },
      problems: [{ code: 'source_incomplete', tenant: branch.tenant, company: `${main.companyId}` }],
    })
    expect(msp.writes()).toEqual(['PATCH KES 21'])
    expect(msp.lines(main)).toEqual([['KES', 100]])

    msp.centers.ksc2?.faults.clear()
    await msp.run({ day: tuesday })

    expect(msp.writes()).toEqual(['PATCH KES 94'])
  })

  test('one of two tenants that moves to another company stays on the line until a person agrees', async () => {
    const msp = await openMsp(stack())
    const main = msp.customer('Acme', { workstations: 90 })
    const branch = msp.customer('Acme branch', { workstations: 10 }, { center: 'ksc2', billedWith: main })
    const buyer = msp.customer('Buyer', {}, { mapped: false })
    await msp.run()
    msp.writes()

    branch.mapping.company.id = `${buyer.companyId}`
    branch.mapping.agreementId = `${buyer.agreementId}`
    main.uses({ workstations: 91 })
    const run = await msp.run({ day: tuesday })

    expect(run.told).toEqual(['set KES 100 → 101: verified', 'create KES 0 → 10: held, replaces_line'])
    expect(run.changes[0]?.reads.map(([tenant]) => tenant)).toEqual([main.tenant, branch.tenant])
    expect(msp.writes()).toEqual(['PATCH KES 101'])

    const next = await msp.run({ day: wednesday })
    expect(await msp.approve(next.changes[0])).toMatchObject({ state: 'verified' })

    expect(msp.writes()).toEqual(['PATCH KES 91', 'POST KES 10'])
    expect(await msp.run({ day: wednesday })).toMatchObject({ state: 'done', counts: { unchanged: 2 } })
  })

  test('what a tenant that moved no longer uses is gone from its former line by the next run', async () => {
    const msp = await openMsp(stack())
    const main = msp.customer('Acme', { workstations: 90 })
    const branch = msp.customer('Acme branch', { workstations: 10 }, { center: 'ksc2', billedWith: main })
    const buyer = msp.customer('Buyer', {}, { mapped: false })
    await msp.run()
    msp.writes()

    branch.mapping.company.id = `${buyer.companyId}`
    branch.mapping.agreementId = `${buyer.agreementId}`
    branch.uses({})
    await msp.run({ day: tuesday })
    await msp.run({ day: wednesday })

    expect(msp.writes()).toEqual(['PATCH KES 90'])
    expect(await msp.held()).toEqual([])
  })

  test('a read that has grown too old blocks its company, in a run and in an approval', async () => {
    const msp = await openMsp(stack())
    const main = msp.customer('Acme', { workstations: 60 })
    const branch = msp.customer('Acme branch', { workstations: 40 }, { center: 'ksc2', billedWith: main })
    await msp.run()
    main.uses({ workstations: 20 })
    const held = await msp.run({ day: tuesday })
    expect(held.told).toEqual(['set KES 100 → 60: held, fell_sharply'])
    msp.writes()

    await readHoursAgo(branch.server.uid, 25)
    const refused = await msp.approve(held.changes[0])
    const named = await msp.run({ day: tuesday, only: [main] })

    expect(refused).toMatchObject({
      state: 'held',
      reason: 'fell_sharply',
      detail: expect.stringContaining('25'),
    })
    expect(named).toMatchObject({ problems: [{ code: 'source_stale', tenant: branch.tenant }], changes: [] })
    expect(msp.writes()).toEqual([])

    await readHoursAgo(branch.server.uid, 23)
    expect(await msp.approve((await msp.held())[0])).toMatchObject({ state: 'verified', to: 60 })

    async function readHoursAgo(tenant: string, hours: number) {
      await msp.db
        .prepare('UPDATE usage_read SET at = ?2 WHERE tenant_id = ?1')
        .bind(tenant, new Date(Date.now() - hours * 3_600_000).toISOString())
        .run()
    }
  })
}
