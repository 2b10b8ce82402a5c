import { beforeAll, expect, test } from 'vitest'
import {
  type Customer,
  type FinishedRun,
  type Msp,
  monday,
  openMsp,
  tuesday,
  wednesday,
} from '../../support/msp.ts'
import type { Stack } from '../../support/stack.ts'

/** Two days of four customers, and a dry run on the third that reads the same once more. */
export function evidence(stack: () => Stack): void {
  const application = 'kes-business-advanced'
  let msp: Msp
  let acme: Customer
  let office: Customer
  let shrinking: Customer
  let leaving: Customer
  let first: FinishedRun
  let second: FinishedRun

  beforeAll(async () => {
    msp = await openMsp(stack(), { billByCategory: true })
    acme = msp.customer('Acme', { workstations: 90, servers: 10 })
    office = msp.customer('Office', { workstations: 2 })
    shrinking = msp.customer('Shrinking', { workstations: 20 })
    leaving = msp.customer('Leaving', { workstations: 4 })
    first = await msp.run({ day: monday })

    acme.uses({ workstations: 88, servers: 10 })
    office.uses({ workstations: 1, servers: 1 })
    const [reception] = office.server.hosts.values()
    if (reception) reception.name = 'reception'
    shrinking.uses({ workstations: 10 })
    leaving.uses({})
    second = await msp.run({ day: tuesday })
    await msp.run({ day: wednesday, dryRun: true })
  })

  test('usage is kept day by day, and a day without a read answers with the one before', async () => {
    expect(await useOn('2026-03-01')).toBeNull()
    expect(await useOn(monday)).toEqual({ readOn: monday, workstation: 90, server: 10, other: 0 })
    expect(await useOn(tuesday)).toEqual({ readOn: tuesday, workstation: 88, server: 10, other: 0 })
    expect(await useOn('2026-03-09')).toEqual({ readOn: wednesday, workstation: 88, server: 10, other: 0 })
  })

  test('a device is in from the read that first showed it until the one that did not', async () => {
    const { results } = await msp.db
      .prepare(
        `SELECT i.name, i.category, i.since, (SELECT day FROM usage_read r WHERE r.id = i.end_read) AS gone
         FROM usage_item i WHERE i.tenant_id = ?1 ORDER BY i.name`,
      )
      .bind(office.server.uid)
      .run()

    expect(results).toEqual([
      { name: 'pc-2', category: 'workstation', since: monday, gone: tuesday },
      { name: 'reception', category: 'workstation', since: monday, gone: null },
      { name: 'srv-1', category: 'server', since: tuesday, gone: null },
    ])
  })

  test('every change names the reads and the use that its quantity comes from', async () => {
    const [mondays, tuesdays] = await readsOf(acme)
    const part = { tenant: acme.tenant, application }

    expect(msp.changesOf(first, acme)).toMatchObject([
      {
        to: 90,
        reads: [[acme.tenant, mondays]],
        parts: [{ ...part, category: 'workstation', quantity: 90 }],
      },
      { to: 10, reads: [[acme.tenant, mondays]], parts: [{ ...part, category: 'server', quantity: 10 }] },
    ])
    expect(msp.changesOf(second, acme)).toMatchObject([
      {
        to: 88,
        reads: [[acme.tenant, tuesdays]],
        parts: [{ ...part, category: 'workstation', quantity: 88 }],
      },
    ])
  })

  test('a quantity of 0 names the read that found nothing', async () => {
    const [, tuesdays] = await readsOf(leaving)

    expect(msp.changesOf(second, leaving)).toMatchObject([
      { to: 0, state: 'verified', reads: [[leaving.tenant, tuesdays]] },
    ])
  })

  test('an approved change names the read that it was carried out with', async () => {
    const [, tuesdays, wednesdays] = await readsOf(shrinking)
    const [held] = msp.changesOf(second, shrinking)
    expect(held).toMatchObject({ state: 'held', to: 10, reads: [[shrinking.tenant, tuesdays]] })

    const approved = await msp.approve(held)

    expect(approved).toMatchObject({ state: 'verified', to: 10, reads: [[shrinking.tenant, wednesdays]] })
  })

  async function useOn(day: string) {
    const read = await msp.deps.usage.readOn('ksc', acme.server.uid, day)
    if (read === null) return null
    const use = await msp.deps.usage.useAt('ksc', acme.server.uid, read.id)
    return { readOn: read.day, ...Object.fromEntries(use.map((one) => [one.category, one.quantity])) }
  }

  async function readsOf(customer: Customer): Promise<number[]> {
    const { results } = await msp.db
      .prepare('SELECT id FROM usage_read WHERE tenant_id = ?1 ORDER BY id')
      .bind(customer.server.uid)
      .run<{ id: number }>()
    return results.map(({ id }) => id)
  }
}
