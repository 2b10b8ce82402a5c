import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from '../../vendors/connectwise/account.ts'
import { type ConnectWise, startConnectWise } from '../../vendors/connectwise/server.ts'
import { callsOf } from '../calls.ts'
import { contractDay, failureOf, linesOf } from '../contract.ts'
import { memoryOf } from '../root-memory.ts'
import { adapterOf, apiRootOf, type Differences } from './adapter.ts'

let vendor: ConnectWise
beforeAll(async () => {
  vendor = await startConnectWise()
})
afterAll(() => vendor.close())

describe('agreements in bulk', () => {
  test('1,000 wanted of 1,000 cost 1 call', async () => {
    const { account, psa, ids } = withAgreements(numbersFrom(30001, 1000))

    const agreements = await psa.agreements(ids, contractDay)

    expect(agreements.map(({ id }) => id)).toEqual(ids)
    expect(account.calls).toHaveLength(1)
  })

  test('1,000 wanted of 1,000 whose ids lie far apart cost 1 call', async () => {
    const { account, psa, ids } = withAgreements(numbersFrom(1001, 1000, 37))

    expect(await psa.agreements(ids, contractDay)).toHaveLength(1000)
    expect(account.calls).toHaveLength(1)
  })

  test('2,500 wanted of 2,500 cost 3 calls', async () => {
    const { account, psa, ids } = withAgreements(numbersFrom(30001, 2500))

    expect(await psa.agreements(ids, contractDay)).toHaveLength(2500)
    expect(account.calls).toHaveLength(3)
  })

  test('600 wanted in a row cost 1 call though they do not fit into one address', async () => {
    const { account, psa, ids } = withAgreements(numbersFrom(30001, 6000))

    const agreements = await psa.agreements(ids.slice(5000, 5600), contractDay)

    expect(agreements.map(({ id }) => id)).toEqual(ids.slice(5000, 5600))
    expect(account.calls).toHaveLength(1)
  })

  test('20 wanted of 6,000 cost 1 call, by id', async () => {
    const { account, psa, ids } = withAgreements(numbersFrom(30001, 6000))
    const wanted = ids.filter((_, index) => index % 300 === 0)

    const agreements = await psa.agreements(wanted.toReversed(), contractDay)

    expect(agreements.map(({ id }) => id)).toEqual(wanted)
    expect(account.calls).toMatchObject([{ query: { conditions: `id in (${wanted.join(',')})` } }])
  })

  test('1,000 wanted of 40,000 cost 1 page, which does not pay, and 5 calls by id', async () => {
    const { account, psa, ids } = withAgreements(numbersFrom(30001, 40_000))
    const wanted = ids.filter((_, index) => index % 40 === 0)

    const agreements = await psa.agreements(wanted, contractDay)

    expect(agreements).toHaveLength(1000)
    expect(account.calls).toHaveLength(6)
  })

  test('those that are gone cost no further call', async () => {
    const { account, psa, ids } = withAgreements(numbersFrom(30001, 1000))
    account.removeByHand('agreement', 30500)
    account.removeByHand('agreement', 31000)

    const agreements = await psa.agreements(ids, contractDay)

    expect(agreements).toHaveLength(998)
    expect(account.calls).toHaveLength(1)
  })

  test('400 ids of 8 digits are asked for in 3 addresses of at most 2,000 characters', async () => {
    const addresses: string[] = []
    const { psa, ids } = withAgreements(numbersFrom(10_000_001, 400, 100_003), { addresses })

    expect(await psa.agreements(ids, contractDay)).toHaveLength(400)

    const lengths = addresses.map((address) => address.length)
    expect(lengths).toHaveLength(3)
    expect(Math.max(...lengths)).toBeGreaterThan(1985)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2000)
  })

  test('the fields in use alone are asked for', async () => {
    const { account, psa, ids } = withAgreements([30001])

    await psa.agreements(ids, contractDay)

    expect(account.calls).toMatchObject([
      {
        query: {
          fields:
            'id,name,company/id,startDate,endDate,noEndingDateFlag,cancelledFlag,agreementStatus,nextInvoiceDate',
        },
      },
    ])
  })

  test('a server that gives the same page again is not believed', async () => {
    const { account, psa, ids } = withAgreements(numbersFrom(30001, 1000))
    account.faults.add({
      kind: 'status',
      status: 200,
      body: JSON.stringify([{ id: 30002 }, { id: 30001 }]),
      match: () => true,
    })

    expect(await failureOf(psa.agreements(ids, contractDay))).toMatchObject({ kind: 'unexpected_reply' })
  })
})

describe('what an agreement says', () => {
  test.each([
    ['runs', {}, { state: 'active', endsOn: null }],
    ['has ended', { endDate: '2025-12-31' }, { state: 'ended', endsOn: '2025-12-31' }],
    ['was cancelled', { cancelled: true }, { state: 'inactive' }],
    ['is still to start', { startDate: '2090-01-01' }, { state: 'inactive', startsOn: '2090-01-01' }],
    ['has an end that does not count', { endDate: '2025-12-31', noEndingDate: true }, { endsOn: null }],
    [
      'tells its next invoice',
      { nextInvoiceDate: '2026-12-01' },
      { nextInvoiceOn: '2026-12-01', state: 'active' },
    ],
  ])('one that %s', async (_, given, expected) => {
    const { account, psa } = withAgreements([])
    const company = account.addCompany({ name: 'Acme GmbH' })
    const { id } = account.addAgreement({ company, name: 'Managed Security', ...given })

    expect(await psa.agreements([`${id}`], contractDay)).toMatchObject([
      { id: `${id}`, companyId: `${company.id}`, name: 'Managed Security', ...expected },
    ])
  })

  test.each([
    ['2026-12-01', '2026-12-01'],
    ['2026-12-01T00:00:00Z', '2026-12-01'],
    ['2026-12-01 00:00:00', '2026-12-01'],
    ['12/01/2026', null],
    ['2026-13-01', null],
    ['', null],
  ])('a next invoice given as "%s" is %s', async (text, expected) => {
    const { account, psa } = withAgreements([30001])
    account.editByHand('agreement', 30001, { nextInvoiceDate: text })

    expect(await psa.agreements(['30001'], contractDay)).toMatchObject([{ nextInvoiceOn: expected }])
  })

  test('a state that we do not know is inactive, so that nothing is billed on a guess', async () => {
    const { account, psa } = withAgreements([30001])
    answerNext(account, [{ id: 30001, name: 'A', company: { id: 7 }, agreementStatus: 'Suspended' }])

    expect(await psa.agreements(['30001'], contractDay)).toMatchObject([{ state: 'inactive' }])
  })

  test('one without a company stops the read', async () => {
    const { account, psa } = withAgreements([30001])
    answerNext(account, [{ id: 30001, name: 'A', agreementStatus: 'Active' }])

    expect(await failureOf(psa.agreements(['30001'], contractDay))).toEqual({
      kind: 'unexpected_reply',
      issues: 'company: it is missing',
    })
  })
})

describe('lines of an agreement', () => {
  test('1,001 lines cost 2 calls and are all there', async () => {
    const { account, psa } = withAgreements([30001])
    const product = account.addProduct({ identifier: 'KES-WKS' })
    for (let n = 1; n <= 1001; n++) account.addAddition({ agreement: 30001, product, quantity: n })

    const lines = await linesOf(psa, '30001')

    expect(lines).toHaveLength(1001)
    expect(lines?.at(-1)).toMatchObject({ quantity: 1001 })
    expect(callsOf(account)).toEqual([
      'GET /finance/agreements/30001/additions',
      'GET /finance/agreements/30001/additions',
    ])
  })

  test('a quantity with a fraction is told as it is', async () => {
    const { account, psa } = withAgreements([30001])
    account.addAddition({
      agreement: 30001,
      product: account.addProduct({ identifier: 'BACKUP' }),
      quantity: 2.5,
    })

    expect(await linesOf(psa, '30001')).toMatchObject([{ quantity: 2.5 }])
  })

  test.each([
    ['no product', { id: 9, quantity: 5 }, 'product: it is missing'],
    ['a product without an id', { id: 9, quantity: 5, product: {} }, 'product.id: it is missing'],
    ['no quantity', { id: 9, product: { id: 501 } }, 'quantity: it is missing'],
    [
      'a last day that is no date',
      { id: 9, quantity: 5, product: { id: 501 }, cancelledDate: 'soon' },
      'cancelledDate: it is no date',
    ],
  ])('a line with %s stops the read', async (_, record, issues) => {
    const { account, psa } = withAgreements([30001])
    answerNext(account, [record])

    expect(await failureOf(linesOf(psa, '30001'))).toEqual({ kind: 'unexpected_reply', issues })
  })

  test('a 404 for an agreement that exists is a failure, not an agreement without lines', async () => {
    const { account, psa } = withAgreements([30001])
    account.faults.add({ kind: 'status', status: 404, match: ({ path }) => path.endsWith('/additions') })

    expect(await failureOf(linesOf(psa, '30001'))).toMatchObject({ kind: 'unavailable', status: 404 })
  })

  test('a 404 because the cloud refuses the keys is a failure, not an agreement without lines', async () => {
    const { account } = withAgreements([30001])
    account.answers.wrongCredentials = 404
    const psa = adapterOf(account, { credentials: { privateKey: 'an old one' } })

    expect(await failureOf(linesOf(psa, '30001'))).toEqual({ kind: 'unauthorized' })
  })

  test.each([['truncated' as const], ['resetBefore' as const], ['html' as const]])(
    'an answer that is %s is a failure, never half a list',
    async (kind) => {
      const { account, psa } = withAgreements([30001])
      const product = account.addProduct({ identifier: 'KES-WKS' })
      account.addAddition({ agreement: 30001, product, quantity: 5 })
      account.faults.add({ kind, match: () => true })

      expect(await failureOf(linesOf(psa, '30001'))).toMatchObject({ kind: 'unavailable' })
    },
  )
})

test('products tell whether they are active, what they cost, and their number and text as name', async () => {
  const { account, psa } = withAgreements([])
  const used = account.addProduct({ identifier: 'KES-WKS', description: 'Endpoint protection', price: 3.5 })
  const old = account.addProduct({ identifier: 'KES-OLD', description: 'Endpoint, old', inactive: true })

  expect(await psa.products([`${used.id}`, `${old.id}`])).toEqual([
    { id: `${used.id}`, name: 'KES-WKS – Endpoint protection', active: true, priceMinor: 350 },
    { id: `${old.id}`, name: 'KES-OLD – Endpoint, old', active: false, priceMinor: 0 },
  ])
})

function withAgreements(numbers: number[], differences: Differences = {}) {
  const account = vendor.account()
  const company = account.addCompany({ name: 'Acme GmbH' })
  for (const id of numbers) account.addAgreement({ id, company, name: `Agreement ${id}` })
  const psa = adapterOf(account, { memory: memoryOf(apiRootOf(account)), ...differences })
  return { account, psa, ids: numbers.map(String) }
}

function numbersFrom(first: number, count: number, step = 1): number[] {
  return Array.from({ length: count }, (_, index) => first + index * step)
}

function answerNext(account: Account, records: unknown[]): void {
  account.faults.add({ kind: 'status', status: 200, body: JSON.stringify(records), match: () => true })
}
