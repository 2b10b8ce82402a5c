import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from '../../vendors/autotask/account.ts'
import { rowsOf } from '../../vendors/autotask/records.ts'
import { type Autotask, startAutotask } from '../../vendors/autotask/server.ts'
import { callsOf } from '../calls.ts'
import { contractDay, failureOf, linesOf } from '../contract.ts'
import { adapterOf, contractNoon, withLine } from './adapter.ts'

let vendor: Autotask
beforeAll(async () => {
  vendor = await startAutotask({ now: contractNoon })
})
afterAll(() => vendor.close())

describe('the units of a day', () => {
  test.each([
    ['2026-10-09', 40],
    ['2026-10-10', 42],
    ['2026-11-05', 42],
    ['2026-11-19', 42],
    ['2026-11-20', 47],
    ['2026-12-01', 47],
  ])('40, +2 from 10 October, +5 from 20 November: on %s they are %i', async (day, quantity) => {
    const { account, psa, line, agreementId } = withLine(vendor.account())
    account.adjustByHand(line, { on: '2026-10-10', unitChange: 2 })
    account.adjustByHand(line, { on: '2026-11-20', unitChange: 5 })

    const lines = await psa.lines([agreementId], day)

    expect(lines.get(agreementId)).toMatchObject([{ quantity }])
  })

  test('two contract services of one service are two lines, each with its own', async () => {
    const { account, psa, contract, service, agreementId, productId, lineId } = withLine(vendor.account())
    const second = account.addContractService({ contract, service, units: 3 })

    expect(await linesOf(psa, agreementId)).toMatchObject([
      { id: lineId, productId, quantity: 40 },
      { id: `${second.id}`, productId, quantity: 3 },
    ])
  })

  test('what was just booked is seen by the next read', async () => {
    const { psa, change, agreementId } = withLine(vendor.account())

    await psa.setQuantity(change)

    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 42 }])
  })
})

describe('rows that do not name their contract service', () => {
  test('belong to the only one of the service', async () => {
    const { account, psa, line, agreementId } = withLine(vendor.account())
    loseNameOfLine(account, line.id)

    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 40 }])
  })

  test('belong to nobody where there are two of the service, and then nothing is told', async () => {
    const { account, psa, line, contract, service, agreementId } = withLine(vendor.account())
    account.addContractService({ contract, service, units: 3 })
    loseNameOfLine(account, line.id)

    expect(await linesOf(psa, agreementId)).toBeUndefined()
  })

  test('do not count beside a row of the line’s own', async () => {
    const { account, psa, contract, service, agreementId, lineId } = withLine(vendor.account())
    const leftover = account.addContractService({ contract, service, units: 3 })
    loseNameOfLine(account, leftover.id)
    answerNext(account, 'ContractServices', [
      { id: Number(lineId), contractID: contract.id, serviceID: service.id },
    ])

    expect(await linesOf(psa, agreementId)).toMatchObject([{ id: lineId, quantity: 40 }])
  })
})

describe('a day without units', () => {
  test('after the end of the contract the last units are told', async () => {
    const { account, psa, line, contract, agreementId } = withLine(vendor.account())
    account.adjustByHand(line, { on: '2026-09-15', unitChange: 4 })
    account.editByHand('Contracts', contract, { endDate: '2026-09-30' })

    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 44 }])
  })

  test('before the beginning of the contract there are 0', async () => {
    const account = vendor.account()
    const contract = account.addContract({
      company: account.addCompany({ name: 'Acme GmbH' }),
      name: 'Next year',
      startDate: '2026-12-01',
      endDate: '2027-11-30',
    })
    account.addContractService({ contract, service: account.addService({ name: 'Backup' }), units: 7 })

    expect(await linesOf(adapterOf(account), `${contract.id}`)).toMatchObject([{ quantity: 0 }])
  })

  test('while the contract runs they can’t be told, and those of other contracts are', async () => {
    const { account, psa, contract, service, line, agreementId } = withLine(vendor.account())
    const other = account.addContract({
      company: 0,
      name: 'Ours',
      startDate: '2026-01-01',
      endDate: '2026-12-31',
    })
    const kept = account.addContractService({ contract: other, service, units: 5 })
    const rowOf = (id: number, on: typeof contract, units: number, startDate: string, endDate: string) => ({
      id: 1000 + id,
      contractID: on.id,
      serviceID: service.id,
      contractServiceID: id,
      startDate: `${startDate}T00:00:00Z`,
      endDate: `${endDate}T00:00:00Z`,
      units,
    })
    answerNext(account, 'ContractServiceUnits', [rowOf(kept.id, other, 5, '2026-11-01', '2026-11-30')])
    answerNext(account, 'ContractServiceUnits', [rowOf(line.id, contract, 40, '2026-10-01', '2026-10-31')])

    const lines = await psa.lines([agreementId, `${other.id}`], contractDay)

    expect([...lines].map(([id, [first]]) => [id, first?.quantity])).toEqual([[`${other.id}`, 5]])
  })

  test('is asked for once more by the services, so that a row that the first answer lacked counts', async () => {
    const { account, psa, agreementId } = withLine(vendor.account())
    answerNext(account, 'ContractServiceUnits', [])

    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 40 }])
    expect(callsOf(account)).toHaveLength(3)
  })

  test('a service that has no units on any day was just put there, and has 0', async () => {
    const { account, psa, contract, line, agreementId } = withLine(vendor.account())
    const added = { id: 49999, contractID: contract.id, serviceID: 20002 }
    answerNext(account, 'ContractServices', [
      { id: line.id, contractID: contract.id, serviceID: 20001 },
      added,
    ])

    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 40 }, { id: '49999', quantity: 0 }])
  })

  test('where no units of anything can be seen, no service is taken to have 0', async () => {
    const { account, psa, agreementId } = withLine(vendor.account())
    for (let n = 0; n < 3; n++) answerNext(account, 'ContractServiceUnits', [])

    expect(await linesOf(psa, agreementId)).toBeUndefined()
  })
})

test('units that are no whole number stop the read', async () => {
  const { account, psa, contract, line, service, agreementId } = withLine(vendor.account())
  answerNext(account, 'ContractServiceUnits', [
    {
      id: 1,
      contractID: contract.id,
      serviceID: service.id,
      contractServiceID: line.id,
      startDate: '2026-11-01T00:00:00Z',
      endDate: '2026-11-30T00:00:00Z',
      units: null,
    },
  ])

  expect(await failureOf(psa.lines([agreementId], contractDay))).toMatchObject({
    kind: 'unexpected_reply',
    issues: expect.stringContaining('units'),
  })
})

test('two rows that cover one day contradict each other, and nothing is told', async () => {
  const { account, psa, contract, line, service, agreementId } = withLine(vendor.account())
  const row = {
    contractID: contract.id,
    serviceID: service.id,
    contractServiceID: line.id,
    startDate: '2026-11-01T00:00:00.000Z',
    endDate: '2026-11-30T00:00:00.000Z',
  }
  answerNext(account, 'ContractServiceUnits', [
    { ...row, id: 1, units: 40 },
    { ...row, id: 2, units: 41 },
  ])

  expect(await linesOf(psa, agreementId)).toBeUndefined()
})

/** Its rows come without the id of their contract service. */
function loseNameOfLine(account: Account, lineId: number): void {
  for (const row of rowsOf(account.database, 'ContractServiceUnits')) {
    if (row.contractServiceID === lineId) {
      account.editByHand('ContractServiceUnits', row, { contractServiceID: null })
    }
  }
}

function answerNext(account: Account, entity: string, items: Record<string, unknown>[]): void {
  account.faults.add({
    kind: 'status',
    status: 200,
    body: JSON.stringify({ items, pageDetails: { nextPageUrl: null } }),
    match: ({ path }) => path.includes(`/${entity}/`),
  })
}
