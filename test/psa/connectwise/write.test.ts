import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { surelyNotDone } from '../../../worker/vendor/error.ts'
import { throttled } from '../../vendors/connectwise/errors.ts'
import { type ConnectWise, startConnectWise } from '../../vendors/connectwise/server.ts'
import { contractDay, failureOf, linesOf } from '../contract.ts'
import { memoryOf } from '../root-memory.ts'
import { adapterOf, apiRootOf, type Differences } from './adapter.ts'

let vendor: ConnectWise
beforeAll(async () => {
  vendor = await startConnectWise()
})
afterAll(() => vendor.close())

const isWrite = ({ method }: { method: string }) => method !== 'GET'

describe('what is sent', () => {
  test('a new line names product, quantity and day, and leaves the price to the product', async () => {
    const { account, psa, agreementId, productId } = withAgreement()

    await psa.createLine({ agreementId, productId, quantity: 93, startsOn: contractDay, priceLevelId: null })

    expect(account.calls).toMatchObject([{ method: 'POST', status: 201 }])
    expect(account.calls[0]?.body).toEqual({
      product: { id: Number(productId) },
      quantity: 93,
      billCustomer: 'Billable',
      effectiveDate: '2026-11-05T00:00:00Z',
    })
    expect(account.additionsOf(Number(agreementId))).toMatchObject([{ unitPrice: 3.5, extPrice: 325.5 }])
  })

  test('a quantity is replaced and nothing beside it: price, level and days stay', async () => {
    const { account, psa, agreementId, productId, change } = withAgreement()
    const addition = account.addAddition({
      agreement: Number(agreementId),
      product: Number(productId),
      quantity: 40,
      unitPrice: 2.75,
      lessIncluded: 5,
      effectiveDate: '2026-01-01',
    })

    await psa.setQuantity({ ...change, lineId: `${addition.id}`, from: 40, to: 42 })

    expect(account.calls).toMatchObject([
      { method: 'PATCH', body: [{ op: 'replace', path: 'quantity', value: 42 }] },
    ])
    expect(account.additionsOf(Number(agreementId))).toMatchObject([
      { quantity: 42, unitPrice: 2.75, lessIncluded: 5, effectiveDate: '2026-01-01T00:00:00Z' },
    ])
  })
})

describe('what comes back', () => {
  test('a 200 that changed nothing tells the old quantity', async () => {
    const { account, psa, change } = withAgreement()
    const record = { id: 9001, product: { id: 501 }, quantity: 40, effectiveDate: '2026-01-01T00:00:00Z' }
    account.faults.add({ kind: 'status', status: 200, body: JSON.stringify(record), match: isWrite })

    expect(await psa.setQuantity({ ...change, lineId: '9001', from: 39, to: 42 })).toMatchObject({
      kind: 'stored',
      line: { quantity: 40 },
    })
  })

  test.each([
    ['a cut answer', { kind: 'truncated' as const }],
    ['a web page', { kind: 'html' as const }],
    [
      'a record without a product',
      { kind: 'status' as const, status: 201, body: '{"id":9001,"quantity":5}' },
    ],
    ['500', { kind: 'status' as const, status: 500, body: '{"code":"Exception"}' }],
    ['504 from a gateway', { kind: 'status' as const, status: 504, body: '<html></html>' }],
  ])('%s to a write may mean that it is done', async (_, fault) => {
    const { account, psa, agreementId, productId } = withAgreement()
    account.faults.add({ ...fault, match: isWrite })

    const failure = await failureOf(
      psa.createLine({ agreementId, productId, quantity: 5, startsOn: contractDay, priceLevelId: null }),
    )

    expect(surelyNotDone(failure)).toBe(false)
    expect(account.calls.filter(isWrite)).toHaveLength(1)
  })

  test('a write that takes longer than its own time-out may be done', async () => {
    const { account, psa, agreementId, productId } = withAgreement({ writeTimeoutMs: 100, timeoutMs: 5000 })
    account.faults.add({ kind: 'hang', ms: 3000, match: isWrite })

    const failure = await failureOf(
      psa.createLine({ agreementId, productId, quantity: 5, startsOn: contractDay, priceLevelId: null }),
    )

    expect(surelyNotDone(failure)).toBe(false)
    expect(await linesOf(psa, agreementId)).toMatchObject([{ quantity: 5 }])
  })
})

describe('what a refusal says', () => {
  test('the vendor’s words, with each field that it names', async () => {
    const { account, psa, agreementId, productId } = withAgreement()
    account.faults.add({
      kind: 'status',
      status: 400,
      body: JSON.stringify({
        code: 'InvalidObject',
        message: 'addition object is invalid',
        errors: [{ code: 'OutOfRange', message: 'The field quantity must be positive.', field: 'quantity' }],
      }),
      match: isWrite,
    })

    const failure = await failureOf(
      psa.createLine({ agreementId, productId, quantity: -1, startsOn: contractDay, priceLevelId: null }),
    )

    expect(failure).toEqual({
      kind: 'rejected',
      status: 400,
      reply: 'addition object is invalid: The field quantity must be positive.',
    })
  })

  test('a missing right to add is named with its place, and nothing is written', async () => {
    const { account, psa, agreementId, productId } = withAgreement()
    account.deny('Finance', 'Agreements', 'add')

    const failure = await failureOf(
      psa.createLine({ agreementId, productId, quantity: 5, startsOn: contractDay, priceLevelId: null }),
    )

    expect(failure).toMatchObject({ kind: 'rejected', status: 403 })
    expect(failure).toHaveProperty(
      'reply',
      expect.stringContaining('Finance > Agreements and set Add to All'),
    )
    expect(account.additionsOf(Number(agreementId))).toEqual([])
  })

  test('a cancelled agreement takes no line', async () => {
    const { account, psa, agreementId, productId } = withAgreement()
    account.editByHand('agreement', Number(agreementId), { cancelledFlag: true })

    const failure = await failureOf(
      psa.createLine({ agreementId, productId, quantity: 5, startsOn: contractDay, priceLevelId: null }),
    )

    expect(failure).toMatchObject({ kind: 'rejected', status: 400 })
    expect(account.additionsOf(Number(agreementId))).toEqual([])
  })

  test('too many requests tell how long to wait, and nothing is done', async () => {
    const { account, psa, agreementId, productId } = withAgreement()
    account.faults.add({ ...throttled(17), match: isWrite })

    const failure = await failureOf(
      psa.createLine({ agreementId, productId, quantity: 5, startsOn: contractDay, priceLevelId: null }),
    )

    expect(failure).toEqual({ kind: 'throttled', retryAfterSeconds: 17 })
    expect(account.additionsOf(Number(agreementId))).toEqual([])
  })

  test('a web page in place of a refusal is told by its title', async () => {
    const { account, psa, agreementId } = withAgreement()
    account.faults.add({
      kind: 'status',
      status: 403,
      body: '<!DOCTYPE html><html><head><title>Access denied</title></head><body>…</body></html>',
      match: () => true,
    })

    const failure = await failureOf(linesOf(psa, agreementId))

    expect(failure).toMatchObject({ kind: 'rejected', reply: expect.stringContaining('Access denied') })
  })

  test('an id that ConnectWise can’t have is refused without a call', async () => {
    const { account, psa, change } = withAgreement()

    const failure = await failureOf(psa.setQuantity({ ...change, lineId: '9001/../9002', from: 4, to: 5 }))

    expect(failure).toMatchObject({ kind: 'rejected' })
    expect(account.calls).toEqual([])
  })
})

test('keys with letters beyond ASCII sign in', async () => {
  const account = vendor.account({ companyId: 'müller' })
  account.addCompany({ name: 'Acme GmbH' })

  const { items } = await adapterOf(account).companyChoices({ search: '', cursor: null, limit: 10 })

  expect(items).toHaveLength(1)
})

function withAgreement(differences: Differences = {}) {
  const account = vendor.account()
  const company = account.addCompany({ name: 'Acme GmbH' })
  const agreement = account.addAgreement({ company, name: 'Managed Security' })
  const product = account.addProduct({ identifier: 'KES-WKS', price: 3.5 })
  const psa = adapterOf(account, { memory: memoryOf(apiRootOf(account)), ...differences })
  const agreementId = `${agreement.id}`
  const productId = `${product.id}`
  const change = { agreementId, productId, on: contractDay, priceLevelId: null }
  return { account, psa, agreementId, productId, change }
}
