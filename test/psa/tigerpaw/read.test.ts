import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import type { Account } from '../../vendors/tigerpaw/account.ts'
import { startTigerpaw, type Tigerpaw } from '../../vendors/tigerpaw/server.ts'
import { failureOf } from '../contract.ts'
import { adapterOf } from './adapter.ts'

let vendor: Tigerpaw
beforeAll(async () => {
  vendor = await startTigerpaw()
})
afterAll(() => vendor.close())

const day = '2026-11-05'

describe.each([['omitted' as const], ['null' as const], ['random' as const]])(
  'where values that are missing are %s',
  (nulls) => {
    test('agreements, products, lines and choices are the same', async () => {
      const { account, psa, level } = open()
      account.options.nulls = nulls
      const company = account.addAccount({ name: 'Acme GmbH', linked: true })
      const agreement = account.addAgreement({ account: company, startDate: '2026-01-01', type: 'Managed' })
      account.addItem({ itemId: 'KES', description: 'Endpoint', prices: { [level.id]: 3.5 } })
      const charge = account.addCharge({ agreement, itemId: 'KES', quantity: 40, priceLevel: level })
      const agreementId = `${agreement.id}`

      expect(await psa.agreements([agreementId], day)).toEqual([
        {
          id: agreementId,
          companyId: `${company.id}`,
          name: `#${agreementId} Managed`,
          startsOn: '2026-01-01',
          endsOn: null,
          state: 'active',
          nextInvoiceOn: null,
          bundled: false,
        },
      ])
      expect(await psa.products(['KES'])).toEqual([
        { id: 'KES', name: 'KES – Endpoint', active: true, priceMinor: null },
      ])
      expect(await psa.lines([agreementId], day)).toEqual(
        new Map([
          [
            agreementId,
            [
              {
                id: `${charge.id}`,
                agreementId,
                productId: 'KES',
                quantity: 40,
                startsOn: null,
                endsOn: null,
                priceLevelId: `${level.id}`,
                bookableOn: null,
              },
            ],
          ],
        ]),
      )
      expect(await psa.companyChoices({ search: '', cursor: null, limit: 10 })).toEqual({
        items: [{ id: `${company.id}`, name: 'Acme GmbH' }],
        nextCursor: null,
      })
    })
  },
)

describe('agreements', () => {
  test('9 of them are read 4 at a time', async () => {
    const { account, psa } = open()
    const ids = Array.from({ length: 9 }, () => agreementOf(account))
    const { promise: gate, resolve: openGate } = Promise.withResolvers<void>()
    account.gate = gate

    const reading = psa.agreements(ids, day)
    await until('4 calls came', async () => (account.calls.length >= 4 ? true : null))
    await setTimeout(50)
    const waiting = account.calls.length
    openGate()

    expect((await reading).map(({ id }) => id)).toEqual(ids)
    expect(waiting).toBe(4)
    expect(account.calls).toHaveLength(9)
  })

  test.each([
    ['2026-12-01T00:00:00', '2026-12-01'],
    ['2026-12-01', '2026-12-01'],
    ['Monthly', null],
    ['2026-13-01T00:00:00', null],
  ])('a next billing period told as "%s" means an invoice on %s', async (text, expected) => {
    const { account, psa } = open()
    answerNext(account, agreementRecord({ NextBillingPeriod: text }))

    expect(await psa.agreements(['31'], day)).toMatchObject([{ nextInvoiceOn: expected }])
  })

  test('one whose end is no date stops the read', async () => {
    const { account, psa } = open()
    answerNext(account, agreementRecord({ EndDate: 'soon' }))

    expect(await failureOf(psa.agreements(['31'], day))).toEqual({
      kind: 'unexpected_reply',
      issues: 'Agreement.EndDate: it is no date',
    })
  })

  test('one that is refused with status 200 is no agreement that is gone', async () => {
    const { account, psa } = open()
    answerNext(account, { Success: false, Message: 'The database is being upgraded.' })

    expect(await failureOf(psa.agreements(['31'], day))).toEqual({
      kind: 'rejected',
      status: 200,
      reply: 'The database is being upgraded.',
    })
  })

  test('a web page that says 404 is not believed', async () => {
    const { account, psa } = open()
    const page = '<!DOCTYPE html><title>404 - File or directory not found.</title>'
    account.faults.add({ kind: 'status', status: 404, body: page, match: () => true })

    expect(await failureOf(psa.agreements(['31'], day))).toMatchObject({ kind: 'unavailable', status: 404 })
  })
})

describe('products', () => {
  test.each(['KES 10/50 seats', 'A&B=C', '100% #1', 'Größe +1', 'a\\b?c'])(
    'an item called "%s" is asked for by exactly that',
    async (itemId) => {
      const { account, psa } = open()
      account.addItem({ itemId, description: 'Endpoint' })

      expect(await psa.products([itemId])).toMatchObject([{ id: itemId }])
    },
  )

  test('one that Tigerpaw spells otherwise is absent, because its charges would not be recognised', async () => {
    const { account, psa } = open()
    account.addItem({ itemId: 'KES-WKS', description: 'Endpoint' })

    expect(await psa.products(['kes-wks'])).toEqual([])
  })

  test.each([
    ['refused with status 200', { Success: false, Message: 'Item not found.' }],
    ['answered with null', null],
  ])('one that is %s is absent', async (_, body) => {
    const { account, psa } = open()
    answerNext(account, body)

    expect(await psa.products(['KES'])).toEqual([])
  })

  test('an inactive one is told as such', async () => {
    const { account, psa } = open()
    account.addItem({ itemId: 'OLD', description: 'Endpoint, old', inactive: true })

    expect(await psa.products(['OLD'])).toMatchObject([{ id: 'OLD', active: false }])
  })
})

describe('lines', () => {
  test('a 404 for an agreement that exists is a failure, not an agreement without lines', async () => {
    const { account, psa } = open()
    const id = agreementOf(account)
    account.faults.add({
      kind: 'status',
      status: 404,
      match: ({ path }) => path.endsWith('/additionalcharges'),
    })

    expect(await failureOf(psa.lines([id], day))).toMatchObject({ kind: 'unavailable', status: 404 })
  })

  test.each([
    ['no item', { SpecialItemId: null }, '0.SpecialItemId: it is missing'],
    ['no quantity', { Quantity: undefined }, '0.Quantity: it is missing'],
    ['no id', { DetailId: null }, '0.DetailId: it is missing'],
  ])('a charge with %s stops the read', async (_, difference, issues) => {
    const { account, psa } = open()
    const charge = { DetailId: 9001, SpecialItemId: 'KES', Quantity: 5, PriceLevel: 1, ...difference }
    answerNext(account, [charge])

    expect(await failureOf(psa.lines([agreementOf(account)], day))).toEqual({
      kind: 'unexpected_reply',
      issues,
    })
  })

  test.each([['truncated' as const], ['resetBefore' as const], ['html' as const]])(
    'an answer that is %s is a failure, never half a list',
    async (kind) => {
      const { account, psa } = open()
      const id = agreementOf(account)
      account.faults.add({ kind, match: () => true })

      expect(await failureOf(psa.lines([id], day))).toMatchObject({ kind: 'unavailable' })
    },
  )

  test('too many requests tell how long to wait', async () => {
    const { account, psa } = open()
    const id = agreementOf(account)
    account.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '17' }, match: () => true })

    expect(await failureOf(psa.lines([id], day))).toEqual({ kind: 'throttled', retryAfterSeconds: 17 })
  })
})

describe('the External Product of a company', () => {
  test.each([['Kaspersky'], ['  kaspersky '], ['72']])('is found as "%s"', async (externalProduct) => {
    const account = vendor.account()
    const company = account.addAccount({ name: 'Acme GmbH', linked: true })

    const psa = adapterOf(account, { externalProduct })

    expect(account.externalProduct).toEqual({ id: 72, name: 'Kaspersky' })
    expect(await psa.companyProblem(`${company.id}`)).toBeNull()
  })

  test('is missed once someone takes the cross-reference away', async () => {
    const { account, psa } = open()
    const company = account.addAccount({ name: 'Acme GmbH', linked: true })
    account.unlink(company)

    expect(await psa.companyProblem(`${company.id}`)).toBe('external_product_not_linked')
  })

  test('is missed on a company that is gone', async () => {
    const { psa } = open()

    expect(await psa.companyProblem('2099999')).toBe('external_product_not_linked')
  })
})

test('a right that is missing is named with its remedy', async () => {
  const { account, psa } = open()
  const id = agreementOf(account)
  account.faults.add({
    kind: 'status',
    status: 403,
    body: '{"Message":"Access to the resource is denied."}',
    match: () => true,
  })

  expect(await failureOf(psa.lines([id], day))).toEqual({
    kind: 'rejected',
    status: 403,
    reply:
      'The rep with the REST keys may not read "Recurring agreements". In Tigerpaw open the security role of that rep and ' +
      'allow Get for Recurring agreements. Tigerpaw says: Access to the resource is denied.',
  })
})

test('a private key that Tigerpaw quotes does not come out', async () => {
  const { account, psa } = open()
  answerNext(account, { Success: false, Message: `Wrong signature by ${account.privateKey}.` })

  expect(await failureOf(psa.agreements(['31'], day))).toMatchObject({ reply: 'Wrong signature by •••.' })
})

test('an address that was pasted with a path of the API is understood', async () => {
  const { account } = open()
  const id = agreementOf(account)
  const psa = adapterOf(account, { baseUrl: `${account.baseUrl}/docs/index` })

  expect(await psa.agreements([id], day)).toHaveLength(1)
})

function open() {
  const account = vendor.account()
  const level = account.addPriceLevel({ description: 'Managed customers' })
  return { account, level, psa: adapterOf(account) }
}

function agreementOf(account: Account): string {
  const company = account.addAccount({ name: 'Acme GmbH', linked: true })
  return `${account.addAgreement({ account: company, startDate: '2026-01-01' }).id}`
}

function agreementRecord(differences: Record<string, string>): unknown {
  const agreement = { AccountNumber: 7, StartDate: '2026-01-01T00:00:00', ...differences }
  return { AgreementNumber: 31, Agreement: agreement }
}

function answerNext(account: Account, body: unknown): void {
  account.faults.add({ kind: 'status', status: 200, body: JSON.stringify(body), match: () => true })
}
