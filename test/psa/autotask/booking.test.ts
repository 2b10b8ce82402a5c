import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bookableOn, periodStartFrom } from '../../../worker/psa/autotask/period.ts'
import { type Autotask, startAutotask } from '../../vendors/autotask/server.ts'
import { callsOf } from '../calls.ts'
import { adapterOf, contractNoon, withLine } from './adapter.ts'

let vendor: Autotask
beforeAll(async () => {
  vendor = await startAutotask({ now: contractNoon })
})
afterAll(() => vendor.close())

const atPeriodStart = { options: { booking: 'periodStart' as const } }

describe('where bookings wait for a period', () => {
  test.each([
    ['2026-11-01', null],
    ['2026-11-02', '2026-12-01'],
    ['2026-11-05', '2026-12-01'],
    ['2026-11-30', '2026-12-01'],
    ['2026-12-01', null],
  ])('units of a contract that began on 1 January, seen on %s, may change on %s', async (day, expected) => {
    const { psa, agreementId } = withLine(vendor.account(), atPeriodStart)

    const lines = await psa.lines([agreementId], day)

    expect(lines.get(agreementId)).toMatchObject([{ bookableOn: expected, quantity: 40 }])
  })

  test('a change that someone booked inside a period does not begin one', async () => {
    const { account, psa, line, agreementId } = withLine(vendor.account(), atPeriodStart)
    account.adjustByHand(line, { on: '2026-11-05', unitChange: 2 })
    account.adjustByHand(line, { on: '2026-11-20', unitChange: 2 })

    const lines = await psa.lines([agreementId], '2026-11-05')

    expect(lines.get(agreementId)).toMatchObject([{ bookableOn: '2026-12-01', quantity: 42 }])
  })

  test.each([
    ['2026-02-27', '2026-02-28'],
    ['2026-02-28', null],
    ['2026-03-01', '2026-03-31'],
    ['2026-03-31', null],
    ['2026-11-05', '2026-11-30'],
  ])('of a contract that began on 31 January, seen on %s, on %s', async (day, expected) => {
    const account = vendor.account()
    const contract = account.addContract({
      company: 0,
      name: 'Ours',
      startDate: '2026-01-31',
      endDate: '2027-01-30',
    })
    account.addContractService({ contract, service: account.addService({ name: 'Backup' }), units: 7 })

    const lines = await adapterOf(account, atPeriodStart).lines([`${contract.id}`], day)

    expect(lines.get(`${contract.id}`)).toMatchObject([{ bookableOn: expected }])
  })

  test('the periods are those of the service, not those of the contract', async () => {
    const { account, psa, contract, agreementId } = withLine(vendor.account(), atPeriodStart)
    const yearly = account.addService({ name: 'Certificate', periodType: 5 })
    const quarterly = account.addService({ name: 'Review', periodType: 3 })
    account.addContractService({ contract, service: yearly, units: 1 })
    account.addContractService({ contract, service: quarterly, units: 1 })

    const lines = await psa.lines([agreementId], '2026-11-05')

    expect(lines.get(agreementId)?.map((line) => line.bookableOn)).toEqual([
      '2026-12-01',
      '2027-01-01',
      '2027-01-01',
    ])
  })

  test('contracts and services are asked for their periods once, and only then', async () => {
    const account = vendor.account()
    const { agreementId } = withLine(account)

    await adapterOf(account).lines([agreementId], '2026-11-05')
    const daily = callsOf(account).toSorted()
    account.calls.length = 0
    await adapterOf(account, atPeriodStart).lines([agreementId], '2026-11-05')

    expect(daily).toEqual(['POST /V1.0/ContractServiceUnits/query', 'POST /V1.0/ContractServices/query'])
    expect(callsOf(account).toSorted()).toEqual([
      'POST /V1.0/ContractServiceUnits/query',
      'POST /V1.0/ContractServices/query',
      'POST /V1.0/Contracts/query',
      'POST /V1.0/Services/query',
    ])
  })
})

describe('the first day of a period', () => {
  const monthly = { startsOn: '2024-01-31', months: 1 }

  test.each([
    [monthly, '2023-12-24', '2024-01-31'],
    [monthly, '2024-01-31', '2024-01-31'],
    [monthly, '2024-02-01', '2024-02-29'],
    [monthly, '2024-02-29', '2024-02-29'],
    [monthly, '2024-03-01', '2024-03-31'],
    [monthly, '2025-02-28', '2025-02-28'],
    [monthly, '2025-12-31', '2025-12-31'],
    [{ startsOn: '2025-11-15', months: 3 }, '2026-02-15', '2026-02-15'],
    [{ startsOn: '2025-11-15', months: 3 }, '2026-02-16', '2026-05-15'],
    [{ startsOn: '2025-08-31', months: 6 }, '2026-02-01', '2026-02-28'],
    [{ startsOn: '2024-02-29', months: 12 }, '2025-01-01', '2025-02-28'],
  ])('stepped as %j, from %s on, is %s', (grid, day, expected) => {
    expect(periodStartFrom(grid, day)).toBe(expected)
  })

  test('is one for each month, and each is found from the day after the one before', () => {
    const starts = ['2024-01-31']
    for (let n = 1; n <= 36; n++) {
      const dayAfter = new Date(Date.parse(starts.at(-1) ?? '') + 86_400_000).toISOString().slice(0, 10)
      starts.push(periodStartFrom(monthly, dayAfter))
    }

    expect(new Set(starts.map((start) => start.slice(0, 7))).size).toBe(37)
    expect(starts.at(-1)).toBe('2027-01-31')
  })
})

describe('a service whose periods are not known', () => {
  const row = { startDate: '2026-11-01', endDate: '2027-10-31' }

  test('may change on the day on which a row begins, else after the row', () => {
    expect(bookableOn('2026-11-01', row, null)).toBeNull()
    expect(bookableOn('2026-11-05', row, null)).toBe('2027-11-01')
  })

  test('may change at once where it has no units yet', () => {
    expect(bookableOn('2026-11-05', undefined, null)).toBeNull()
  })
})
