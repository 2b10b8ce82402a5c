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

describe('an adjustment', () => {
  test('may be made at the root and below its contract', async () => {
    const account = acmeAccount(at)

    const atRoot = await adjust(account, {
      contractServiceID: 8001,
      effectiveDate: '2026-03-17',
      unitChange: 3,
    })
    const below = await call(account, '/Contracts/7001/ServiceAdjustments', {
      body: { id: 0, contractserviceid: 8002, effectivedate: '2026-03-20T14:30:00Z', UNITCHANGE: 2 },
    })

    expect([atRoot, below]).toMatchObject([{ status: 200 }, { status: 200 }])
    expect(account.adjustments).toEqual([
      { id: 60_001, contractServiceID: 8001, effectiveDate: '2026-03-17', unitChange: 3 },
      { id: 60_002, contractServiceID: 8002, effectiveDate: '2026-03-20', unitChange: 2 },
    ])
    expect([atRoot.json, below.json]).toEqual([{ itemId: 60_001 }, { itemId: 60_002 }])
    expect(account.unitsOf(7001, '2026-03-19').map(({ units }) => units)).toEqual([28, 0])
    expect(account.unitsOf(7001, '2026-12-31').map(({ units }) => units)).toEqual([28, 2])
  })

  test('in the past bills from that day on', async () => {
    const account = acmeAccount(at)

    await adjust(account, { contractServiceID: 8001, effectiveDate: '2026-02-15', unitChange: -5 })

    expect(account.timeline(8001).slice(0, 4)).toEqual([
      { startDate: '2026-01-01', endDate: '2026-01-31', units: 25, price: 87.5, posted: false },
      { startDate: '2026-02-01', endDate: '2026-02-14', units: 25, price: 43.75, posted: false },
      { startDate: '2026-02-15', endDate: '2026-02-28', units: 20, price: 35, posted: false },
      { startDate: '2026-03-01', endDate: '2026-03-31', units: 20, price: 70, posted: false },
    ])
  })

  test.each<[string, object, string]>([
    [
      'before the contract',
      { contractServiceID: 8001, effectiveDate: '2025-12-31', unitChange: 1 },
      'effectiveDate must be between the start date and end date of the Contract',
    ],
    [
      'after the contract',
      { contractServiceID: 8001, effectiveDate: '2027-01-01', unitChange: 1 },
      'effectiveDate must be between the start date and end date of the Contract',
    ],
    [
      'to less than nothing',
      { contractServiceID: 8001, effectiveDate: '2026-03-17', unitChange: -26 },
      'The number of units cannot become negative.',
    ],
    [
      'of half a unit',
      { contractServiceID: 8001, effectiveDate: '2026-03-17', unitChange: 0.5 },
      'The value of unitChange must be a whole number.',
    ],
    ['without a date', { contractServiceID: 8001, unitChange: 1 }, 'Missing Required Field: effectiveDate'],
    [
      'of no line',
      { contractID: 7001, effectiveDate: '2026-03-17', unitChange: 1 },
      'Either contractServiceID or both contractID and serviceID must be given.',
    ],
    [
      'of an unknown line',
      { contractServiceID: 9, effectiveDate: '2026-03-17', unitChange: 1 },
      'Reference value on field: contractServiceID of type: ContractService does not exist or is invalid',
    ],
  ])('%s is refused with status 500 and changes nothing', async (_, body, message) => {
    const account = acmeAccount(at)
    const before = account.timeline(8001)

    const answer = await adjust(account, body)

    expect(answer).toMatchObject({ status: 500, json: { errors: [message] } })
    expect(account.timeline(8001)).toEqual(before)
    expect(account.adjustments).toEqual([])
  })

  test('of another contract’s line is refused below a contract', async () => {
    const account = acmeAccount(at)
    const dates = { startDate: '2026-01-01', endDate: '2026-12-31' }
    account.addContract({ id: 7002, company: 174, name: 'Other', ...dates })

    const answer = await call(account, '/Contracts/7002/ServiceAdjustments', {
      body: { contractServiceID: 8001, effectiveDate: '2026-03-17', unitChange: 1 },
    })

    expect(answer.status).toBe(500)
    expect(account.unitsOf(7001)).toMatchObject([{ units: 25 }, { units: 0 }])
  })

  test('of a contract and a service uses the line there is, and makes one where there is none', async () => {
    const account = acmeAccount(at)
    account.addService({ id: 503, name: 'Mailbox', unitPrice: 2 })
    const named = { contractID: 7001, effectiveDate: '2026-03-17' }

    await adjust(account, { ...named, serviceID: 501, unitChange: 3 })
    await adjust(account, { ...named, serviceID: 503, unitChange: 40 })

    expect(account.unitsOf(7001)).toMatchObject([
      { contractServiceID: 8001, serviceID: 501, units: 28 },
      { contractServiceID: 8002, serviceID: 502, units: 0 },
      { serviceID: 503, units: 40 },
    ])
    expect(account.unitsOf(7001, '2026-03-16')).toMatchObject([{ units: 25 }, { units: 0 }, { units: 0 }])
  })

  test('a second one of the same line and day is refused, or merged where the account is set so', async () => {
    const account = acmeAccount(at)
    const today = { contractServiceID: 8001, effectiveDate: '2026-03-17' }
    await adjust(account, { ...today, unitChange: 3 })

    const second = await adjust(account, { ...today, unitChange: 2 })
    account.options.duplicates = 'merge'
    const third = await adjust(account, { ...today, unitChange: -1 })

    expect(second).toMatchObject({
      status: 500,
      json: { errors: ['Attempt to insert duplicate data into contract_service_period'] },
    })
    expect(third.status).toBe(200)
    expect(account.unitsOf(7001)[0]).toMatchObject({ units: 27 })
  })

  test('can neither be read nor changed', async () => {
    const account = acmeAccount(at)

    const answers = [
      await call(account, '/ContractServiceAdjustments/query', { body: { filter: [] } }),
      await call(account, '/ContractServiceAdjustments/60001'),
      await call(account, '/ContractServiceAdjustments'),
      await call(account, '/ContractServiceAdjustments', { method: 'PATCH', body: { id: 60_001 } }),
      await call(account, '/Contracts/7001/ServiceAdjustments'),
    ]

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 405, 405, 405])
  })
})
