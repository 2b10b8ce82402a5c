import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Options } from '../../vendors/tigerpaw/account.ts'
import { startTigerpaw, type Tigerpaw } from '../../vendors/tigerpaw/server.ts'
import { allPages } from '../choices-contract.ts'
import { failureOf } from '../contract.ts'
import { adapterOf } from './adapter.ts'

let vendor: Tigerpaw
beforeAll(async () => {
  vendor = await startTigerpaw()
})
afterAll(() => vendor.close())

describe('companies', () => {
  const lastPages: [Options['lastPage']][] = [['without'], ['zero'], ['beyond']]

  test.each(lastPages)(
    '150 come from 2 pages of Tigerpaw whose last one ends %s NextRow',
    async (lastPage) => {
      const { account, psa } = open()
      account.options.lastPage = lastPage
      const ids = Array.from({ length: 150 }, (_, n) => `${account.addAccount({ name: `Customer ${n}` }).id}`)

      const page = await psa.companyChoices({ search: 'customer', cursor: null, limit: 200 })

      expect(page).toMatchObject({ items: ids.map((id) => ({ id })), nextCursor: null })
      expect(account.calls.map(({ body }) => body)).toMatchObject([{ StartRow: 1 }, { StartRow: 101 }])
    },
  )

  test('an empty search has no criteria, and another one looks anywhere in the name', async () => {
    const { account, psa } = open()

    await psa.companyChoices({ search: ' ', cursor: null, limit: 10 })
    await psa.companyChoices({ search: ' Söhne & "Co" ', cursor: null, limit: 10 })

    expect(account.calls.map(({ body }) => body)).toEqual([
      { Criteria: [], PageSize: 11, StartRow: 1 },
      {
        Criteria: [{ SearchType: 'AccountName', MatchType: 'Contains', Criteria: 'Söhne & "Co"' }],
        PageSize: 11,
        StartRow: 1,
      },
    ])
  })

  test.each([
    ['stand still', { NextRow: 1, TotalCount: 3 }],
    ['end too early', { NextRow: 0, TotalCount: 3 }],
  ])('pages that %s are not believed', async (_, paging) => {
    const { account, psa } = open()
    const body = { Accounts: [{ AccountNumber: 7 }], ...paging, Success: true }
    account.faults.add({ kind: 'status', status: 200, body: JSON.stringify(body), match: () => true })

    const failure = await failureOf(psa.companyChoices({ search: '', cursor: null, limit: 10 }))

    expect(failure).toMatchObject({ kind: 'unexpected_reply' })
  })

  test('a search that is refused with status 200 is a failure, not an empty list', async () => {
    const { account, psa } = open()
    const body = '{"Success":false,"Message":"The search took too long."}'
    account.faults.add({ kind: 'status', status: 200, body, match: () => true })

    const failure = await failureOf(psa.companyChoices({ search: '', cursor: null, limit: 10 }))

    expect(failure).toEqual({ kind: 'rejected', status: 200, reply: 'The search took too long.' })
  })
})

describe('agreements', () => {
  test('those of the account come by number, and an ended one is not active', async () => {
    const { account, psa } = open()
    const company = account.addAccount({ name: 'Acme GmbH' })
    const running = account.addAgreement({ account: company, startDate: '2026-01-01', type: 'Managed' })
    const ended = account.addAgreement({
      account: company,
      startDate: '2024-01-01',
      endDate: '2024-12-31',
      type: 'Backup',
    })

    const page = await psa.agreementChoices({
      search: '',
      cursor: null,
      limit: 10,
      companyId: `${company.id}`,
    })

    expect(page.items).toEqual([
      {
        id: `${running.id}`,
        name: `#${running.id} Managed`,
        startDate: '2026-01-01',
        endDate: null,
        active: true,
      },
      {
        id: `${ended.id}`,
        name: `#${ended.id} Backup`,
        startDate: '2024-01-01',
        endDate: '2024-12-31',
        active: false,
      },
    ])
  })

  test.each([
    ['its number', '30002'],
    ['its type', 'bACK'],
  ])('one is found by %s', async (_, search) => {
    const { account, psa } = open()
    const company = account.addAccount({ name: 'Acme GmbH' })
    account.addAgreement({ id: 30001, account: company, startDate: '2026-01-01', type: 'Managed' })
    account.addAgreement({ id: 30002, account: company, startDate: '2026-01-01', type: 'Backup' })

    const page = await psa.agreementChoices({ search, cursor: null, limit: 10, companyId: `${company.id}` })

    expect(page.items.map(({ id }) => id)).toEqual(['30002'])
  })

  test('120 of one account come on pages of 50', async () => {
    const { account, psa } = open()
    const company = account.addAccount({ name: 'Acme GmbH' })
    const ids = Array.from(
      { length: 120 },
      () => `${account.addAgreement({ account: company, startDate: '2026-01-01' }).id}`,
    )

    const pages = await allPages((query) => psa.agreementChoices({ ...query, companyId: `${company.id}` }), {
      search: '',
      limit: 50,
    })

    expect(pages.map((page) => page.length)).toEqual([50, 50, 20])
    expect(pages.flat().map(({ id }) => id)).toEqual(ids)
  })

  test('without a company there are none, without a call', async () => {
    const { account, psa } = open()

    const page = await psa.agreementChoices({ search: '', cursor: null, limit: 10, companyId: null })

    expect(page).toEqual({ items: [], nextCursor: null })
    expect(account.calls).toEqual([])
  })
})

describe('products', () => {
  test('those whose id holds the text come first, then those whose description does, each once', async () => {
    const { account, psa } = open()
    account.addItem({ itemId: 'MAIL', description: 'Mail protection, beside KES' })
    account.addItem({ itemId: 'KES-WKS', description: 'KES for workstations' })
    account.addItem({ itemId: 'BACKUP', description: 'Backup' })
    account.addItem({ itemId: 'kes-srv', description: 'Server protection' })

    const pages = await allPages((query) => psa.productChoices(query), { search: 'kes', limit: 1 })

    expect(pages.flat().map(({ name }) => name)).toEqual([
      'KES-WKS – KES for workstations',
      'kes-srv – Server protection',
      'MAIL – Mail protection, beside KES',
    ])
  })

  test('inactive ones are left out, and the page is filled up from behind them', async () => {
    const { account, psa } = open()
    for (let n = 0; n < 250; n++) account.addItem({ itemId: `OLD-${n}`, description: 'Old', inactive: true })
    account.addItem({ itemId: 'KES-WKS', description: 'Workstation' })

    const page = await psa.productChoices({ search: '', cursor: null, limit: 1 })

    expect(page).toEqual({ items: [{ id: 'KES-WKS', name: 'KES-WKS – Workstation' }], nextCursor: null })
  })
})

test('price levels are found by a part of their name, page by page', async () => {
  const { account, psa } = open()
  const names = ['Managed A', 'Retail', 'Managed B', 'Managed C']
  const levels = names.map((description) => account.addPriceLevel({ description }))

  const pages = await allPages((query) => psa.priceLevelChoices(query), { search: 'managed', limit: 2 })

  expect(pages).toEqual([
    [
      { id: `${levels[0]?.id}`, name: 'Managed A' },
      { id: `${levels[2]?.id}`, name: 'Managed B' },
    ],
    [{ id: `${levels[3]?.id}`, name: 'Managed C' }],
  ])
})

test('a cursor into a third list is refused', async () => {
  const { account, psa } = open()

  const failure = await failureOf(psa.companyChoices({ search: '', cursor: btoa('at 2 5'), limit: 10 }))

  expect(failure).toMatchObject({ kind: 'rejected', status: 400 })
  expect(account.calls).toEqual([])
})

function open() {
  const account = vendor.account()
  return { account, psa: adapterOf(account) }
}
