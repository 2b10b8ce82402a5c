import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Received } from '../calling.ts'
import type { Account } from './account.ts'
import { acmeAccount, call } from './calling.ts'
import { type Autotask, startAutotask } from './server.ts'

let at: Autotask

beforeAll(async () => {
  at = await startAutotask({ now: () => new Date('2026-03-17T09:30:00Z') })
})
afterAll(() => at.close())

const adjust = (account: Account, body: object): Promise<Received> =>
  call(account, '/ContractServiceAdjustments', { body })

async function queried(account: Account, entity: string, ...filter: object[]): Promise<unknown> {
  return (await call(account, `/${entity}/query`, { body: { filter } })).json
}

describe('units as they are read', () => {
  test('are one row a period, two periods ahead, and no total of the contract', async () => {
    const account = acmeAccount(at)
    const line = { op: 'eq', field: 'contractServiceID', value: 8001 }

    const two = await call(account, '/ContractServiceUnits/query/count', { body: { filter: [line] } })
    account.options.ahead = 'contract_end'
    const all = await call(account, '/ContractServiceUnits/query/count', { body: { filter: [line] } })

    expect([two.json, all.json]).toEqual([{ queryCount: 5 }, { queryCount: 12 }])
    expect(await queried(account, 'ContractServiceUnits', line)).toMatchObject({
      items: Array.from({ length: 12 }, () => ({ units: 25, price: 87.5, contractID: 7001, serviceID: 501 })),
    })
  })

  test('come by id, so that a split row follows later periods', async () => {
    const account = acmeAccount(at)
    account.timeline(8001)
    await adjust(account, { contractServiceID: 8001, effectiveDate: '2026-03-17', unitChange: 3 })

    const json = await queried(
      account,
      'ContractServiceUnits',
      { op: 'eq', field: 'contractServiceID', value: 8001 },
      { op: 'gte', field: 'endDate', value: '2026-03-01' },
    )

    expect(JSON.stringify(json).match(/(?<="startDate":")[^T]+/g)).toEqual([
      '2026-03-01',
      '2026-04-01',
      '2026-05-01',
      '2026-03-17',
    ])
  })

  test('follow a yearly service on a monthly contract by year', () => {
    const account = acmeAccount(at)
    account.addService({ id: 504, name: 'Awareness', unitPrice: 24, periodType: 5 })
    account.addContractService({ id: 8004, contract: 7001, service: 504, units: 8 })

    expect(account.timeline(8004)).toEqual([
      { startDate: '2026-01-01', endDate: '2026-12-31', units: 8, price: 192, posted: false },
    ])
  })

  test('go on by what a person adjusted in the screens, any number of times a day', () => {
    const account = acmeAccount(at)

    account.adjustByHand(8001, { on: '2026-03-17', unitChange: 3 })
    account.adjustByHand(8001, { on: '2026-03-17', unitChange: -5 })

    expect(account.unitsOf(7001)[0]).toMatchObject({ units: 23 })
    expect(account.adjustments).toEqual([])
  })

  test('end where the contract is cut, and what was adjusted later is gone for good', async () => {
    const account = acmeAccount(at)
    await adjust(account, { contractServiceID: 8001, effectiveDate: '2026-03-17', unitChange: 3 })
    const endOn = (endDate: string) =>
      call(account, '/Contracts', { method: 'PATCH', body: { id: 7001, endDate } })

    await endOn('2026-03-10')
    const cut = account.timeline(8001)
    await endOn('2026-12-31')

    expect(cut.at(-1)).toMatchObject({ startDate: '2026-03-01', endDate: '2026-03-10', units: 25 })
    expect(account.unitsOf(7001)).toMatchObject([{ units: 25 }, { units: 0 }])
    const again = await adjust(account, {
      contractServiceID: 8001,
      effectiveDate: '2026-03-17',
      unitChange: 1,
    })
    expect(again.status).toBe(200)
  })

  test('of bundles are rows of their own', async () => {
    const account = acmeAccount(at)
    const bundle = account.addBundle({ name: 'All in', unitPrice: 59 })
    const line = account.addContractBundle({ contract: 7001, bundle, units: 12 })

    await call(account, '/ContractServiceBundleAdjustments', {
      body: { contractServiceBundleID: line.id, effectiveDate: '2026-04-01', unitChange: -2 },
    })
    const json = await queried(
      account,
      'ContractServiceBundleUnits',
      { op: 'eq', field: 'contractServiceBundleID', value: line.id },
      { op: 'gte', field: 'startDate', value: '2026-03-01' },
    )

    expect(json).toMatchObject({ items: [{ units: 12, price: 708 }, { units: 10 }, { units: 10 }] })
    expect(account.unitsOf(7001)).toHaveLength(2)
  })
})

describe('posting', () => {
  test('marks rows and makes billing items; a later adjustment of them is an item of its own', async () => {
    const account = acmeAccount(at)
    account.post('2026-03-01')
    await adjust(account, { contractServiceID: 8001, effectiveDate: '2026-03-17', unitChange: 2 })
    account.post('2026-03-31')

    const json = await queried(account, 'BillingItems', { op: 'gt', field: 'id', value: 0 })

    expect(account.timeline(8001).map(({ posted }) => posted)).toEqual([true, true, true, true, false, false])
    expect(json).toMatchObject({
      items: [
        { itemDate: '2026-01-01T00:00:00Z', quantity: 25, totalAmount: 87.5 },
        { itemDate: '2026-02-01T00:00:00Z', quantity: 25, totalAmount: 87.5 },
        { itemDate: '2026-03-01T00:00:00Z', quantity: 25, totalAmount: 87.5, companyID: 174 },
        {
          itemDate: '2026-03-17T00:00:00Z',
          quantity: 2,
          totalAmount: 3.39,
          contractServiceAdjustmentID: 60_001,
          contractServicePeriodID: null,
        },
      ],
    })
  })
})
