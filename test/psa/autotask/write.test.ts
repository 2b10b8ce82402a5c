import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { surelyNotDone } from '../../../worker/vendor/error.ts'
import { type Autotask, startAutotask } from '../../vendors/autotask/server.ts'
import { contractDay, failureOf, linesOf } from '../contract.ts'
import { contractNoon, isWrite, refusal, withLine } from './adapter.ts'

let vendor: Autotask
beforeAll(async () => {
  vendor = await startAutotask({ now: contractNoon })
})
afterAll(() => vendor.close())

const isAdjustment = ({ path }: { path: string }) => path === '/V1.0/ContractServiceAdjustments'

describe('what is sent', () => {
  test('a difference for the line alone, on the day it is sent, without a price', async () => {
    const { account, psa, line, change } = withLine(vendor.account())

    expect(await psa.setQuantity(change)).toEqual({ kind: 'accepted' })

    expect(account.calls.filter(isWrite)).toMatchObject([
      { path: '/V1.0/ContractServiceAdjustments', status: 200 },
    ])
    expect(account.calls[0]?.body).toEqual({
      contractServiceID: line.id,
      effectiveDate: '2026-11-05',
      unitChange: 2,
    })
  })

  test('a smaller quantity is a negative difference', async () => {
    const { account, psa, change } = withLine(vendor.account())

    await psa.setQuantity({ ...change, to: 0 })

    expect(account.adjustments).toMatchObject([{ unitChange: -40, effectiveDate: '2026-11-05' }])
  })

  test('a new line is a service on the contract and then its units, at the service’s own price', async () => {
    const { account, psa, contract, made } = withLine(vendor.account())
    const mail = account.addService({ name: 'Mail protection', unitPrice: 2 })

    expect(await psa.createLine({ ...made, productId: `${mail.id}` })).toEqual({ kind: 'accepted' })

    const added = account.unitsOf(contract).find(({ serviceID }) => serviceID === mail.id)
    expect(account.calls.filter(isWrite).map(({ path, body }) => [path, body])).toEqual([
      [`/V1.0/Contracts/${contract.id}/Services`, { contractID: contract.id, serviceID: mail.id }],
      [
        '/V1.0/ContractServiceAdjustments',
        { contractServiceID: added?.contractServiceID, effectiveDate: '2026-11-05', unitChange: 93 },
      ],
    ])
    expect(added).toMatchObject({ units: 93 })
  })

  test('a new line of 0 is put on the contract, and nothing is booked', async () => {
    const { account, psa, agreementId, made } = withLine(vendor.account())

    await psa.createLine({ ...made, quantity: 0 })

    expect(account.adjustments).toEqual([])
    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 40 }, { quantity: 0 }])
  })
})

test.each([true, false])('whether services are put on contracts is the choice of the MSP: %s', (chosen) => {
  const options = { createMissingService: chosen }

  expect(withLine(vendor.account(), { options }).psa.traits.makesLines).toBe(chosen)
})

describe('what is never sent', () => {
  test.each([
    ['no difference', { from: 40, to: 40 }],
    ['fewer than none', { from: 2, to: -1 }],
    ['half a unit', { from: 40, to: 40.5 }],
    ['a difference to something unknown', { from: Number.NaN, to: 40 }],
  ])('%s', async (_, quantities) => {
    const { account, psa, change } = withLine(vendor.account())

    const failure = await failureOf(psa.setQuantity({ ...change, ...quantities }))

    expect(failure).toMatchObject({ kind: 'rejected', status: 0 })
    expect(account.calls).toEqual([])
  })

  test('a new line with less than nothing', async () => {
    const { account, psa, made } = withLine(vendor.account())

    expect(await failureOf(psa.createLine({ ...made, quantity: -3 }))).toMatchObject({
      kind: 'rejected',
      status: 0,
    })
    expect(account.calls).toEqual([])
  })

  test('an id that Autotask can’t have', async () => {
    const { account, psa, change, made } = withLine(vendor.account())

    const failures = [
      await failureOf(psa.setQuantity({ ...change, lineId: '40001/../1' })),
      await failureOf(psa.createLine({ ...made, agreementId: '' })),
      await failureOf(psa.createLine({ ...made, productId: 'KES' })),
    ]

    expect(failures).toMatchObject(Array(3).fill({ kind: 'rejected', status: 404 }))
    expect(account.calls).toEqual([])
  })
})

describe('what Autotask refuses', () => {
  test('a second change of one day is not for today, and books nothing', async () => {
    const { account, psa, change, agreementId } = withLine(vendor.account())
    await psa.setQuantity(change)

    expect(await psa.setQuantity({ ...change, from: 42, to: 45 })).toMatchObject({
      kind: 'not_today',
      until: '2026-11-06',
    })

    expect(account.adjustments).toHaveLength(1)
    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 42 }])
  })

  test('fewer units than none, because somebody took 38 of 40 away since', async () => {
    const { account, psa, line, change, agreementId } = withLine(vendor.account())
    account.adjustByHand(line, { on: '2026-11-04', unitChange: -38 })

    const failure = await failureOf(psa.setQuantity({ ...change, from: 40, to: 30 }))

    expect(failure).toMatchObject({
      kind: 'rejected',
      status: 500,
      reply: expect.stringContaining('negative'),
    })
    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 2 }])
  })

  test('a day after the end of the contract', async () => {
    const { account, psa, contract, change } = withLine(vendor.account())
    account.editByHand('Contracts', contract, { endDate: '2026-11-04' })

    const failure = await failureOf(psa.setQuantity(change))

    expect(failure).toMatchObject({
      kind: 'rejected',
      reply: expect.stringContaining('must be between the start date and end date'),
    })
    expect(account.adjustments).toEqual([])
  })

  test('its words come out without the credentials', async () => {
    const { account, psa, change } = withLine(vendor.account())
    const { userName, secret, integrationCode } = account
    account.faults.add({ ...refusal(`No: ${userName}/${secret}/${integrationCode}`), match: isWrite })

    expect(await failureOf(psa.setQuantity(change))).toEqual({
      kind: 'rejected',
      status: 500,
      reply: 'No: •••/•••/•••',
    })
  })
})

describe('an answer to a write that is no answer', () => {
  test.each([
    ['is cut', { kind: 'truncated' as const }],
    ['is a web page', { kind: 'html' as const }],
    ['never comes', { kind: 'resetAfter' as const }],
    ['has no id', { kind: 'status' as const, status: 200, body: '{"itemId":null}' }],
    ['is a 500 without words', { kind: 'status' as const, status: 500, body: '' }],
    ['is a 500 with an empty list', { kind: 'status' as const, status: 500, body: '{"errors":[]}' }],
    ['is a 500 from a gateway', { kind: 'status' as const, status: 500, body: '<html></html>' }],
    ['is a 504', { kind: 'status' as const, status: 504, body: '<html></html>' }],
  ])('because it %s may mean that it is booked, and it is not sent again', async (_, fault) => {
    const { account, psa, change } = withLine(vendor.account())
    account.faults.add({ ...fault, match: isWrite })

    const failure = await failureOf(psa.setQuantity(change))

    expect(surelyNotDone(failure)).toBe(false)
    expect(account.calls.filter(isWrite)).toHaveLength(1)
  })

  test('within the time of a write may mean that it is booked', async () => {
    const { account, psa, change, agreementId } = withLine(vendor.account(), { writeTimeoutMs: 100 })
    account.faults.add({ kind: 'hang', ms: 3000, match: isWrite })

    const failure = await failureOf(psa.setQuantity(change))

    expect(surelyNotDone(failure)).toBe(false)
    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 42 }])
  })
})

describe('a new line of which only the first half is done', () => {
  test('stands at 0 where its units are not for today', async () => {
    const { account, psa, agreementId, made } = withLine(vendor.account())
    const text = 'Attempt to Insert Duplicate Data into Contract_Service_Period.'
    account.faults.add({ ...refusal(text), match: isAdjustment })

    expect(await psa.createLine(made)).toMatchObject({ kind: 'not_today', until: '2026-11-06' })

    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 40 }, { quantity: 0 }])
  })

  test('may be whole where the answer to the second is lost', async () => {
    const { account, psa, agreementId, made } = withLine(vendor.account())
    account.faults.add({ kind: 'resetAfter', match: isAdjustment })

    const failure = await failureOf(psa.createLine(made))

    expect(surelyNotDone(failure)).toBe(false)
    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 40 }, { quantity: 93 }])
  })

  test('stands at 0 where the second is refused, and says so', async () => {
    const { account, psa, agreementId, made } = withLine(vendor.account())
    account.faults.add({ ...refusal('The units are locked.'), match: isAdjustment })

    const failure = await failureOf(psa.createLine(made))

    expect(failure).toEqual({
      kind: 'rejected',
      status: 500,
      reply: 'The service was put on the contract, but its units were refused: The units are locked.',
    })
    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 40 }, { quantity: 0 }])
  })

  test('is not to be made again where Autotask asks to wait: the lines are read first', async () => {
    const { account, psa, made } = withLine(vendor.account())
    account.faults.add({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '17' },
      match: isAdjustment,
    })

    const failure = await failureOf(psa.createLine(made))

    expect(surelyNotDone(failure)).toBe(false)
    expect(failure).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 17 })
  })

  test('is not to be made again where the credentials are refused in between', async () => {
    const { account, psa, made } = withLine(vendor.account())
    account.faults.add({ kind: 'status', status: 401, match: isAdjustment })

    expect(surelyNotDone(await failureOf(psa.createLine(made)))).toBe(false)
    expect(account.calls.filter(isWrite)).toHaveLength(2)
  })
})

test('nothing is on the contract where the first half is refused', async () => {
  const { account, psa, agreementId, made } = withLine(vendor.account())

  const failure = await failureOf(psa.createLine({ ...made, productId: '2099999' }))

  expect(failure).toMatchObject({ kind: 'rejected', status: 500 })
  expect(account.adjustments).toEqual([])
  expect((await psa.lines([agreementId], contractDay)).get(agreementId)).toHaveLength(1)
})
