import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Autotask, startAutotask } from '../../vendors/autotask/server.ts'
import { failureOf } from '../contract.ts'
import { adapterOf, contractNoon, contractOf2026 } from './adapter.ts'

let vendor: Autotask
beforeAll(async () => {
  vendor = await startAutotask({ now: contractNoon })
})
afterAll(() => vendor.close())

const everything = { search: '', cursor: null, limit: 100 }

describe('what is offered', () => {
  test('companies that are active, the MSP’s own among them', async () => {
    const { account, psa } = open()
    account.addCompany({ name: 'Acme GmbH' })
    account.addCompany({ name: 'Acme, closed', isActive: false })

    const { items } = await psa.companyChoices(everything)

    expect(items.map(({ name }) => name)).toEqual(['Our own company', 'Acme GmbH'])
    expect(items[0]?.id).toBe('0')
  })

  test('contracts that bill services, and whether they are active', async () => {
    const { account, psa } = open()
    const company = account.addCompany({ name: 'Acme GmbH' })
    const dates = { startDate: '2026-01-01', endDate: '2026-12-31' }
    account.addContract({ company, name: 'Managed Security', ...dates })
    account.addContract({ company, name: 'Managed Security, old', ...dates, status: 0 })
    account.addContract({ company, name: 'Security by the hour', ...dates, contractType: 1 })

    const { items } = await psa.agreementChoices({ ...everything, search: 'security', companyId: null })

    expect(items).toMatchObject([
      { name: 'Managed Security', startDate: '2026-01-01', endDate: '2026-12-31', active: true },
      { name: 'Managed Security, old', active: false },
    ])
  })

  test('services that are active', async () => {
    const { account, psa } = open()
    const { id } = account.addService({ name: 'Endpoint protection' })
    account.addService({ name: 'Endpoint, old', isActive: false })

    const { items } = await psa.productChoices({ ...everything, search: 'ENDPOINT' })

    expect(items).toEqual([{ id: `${id}`, name: 'Endpoint protection' }])
  })

  test('no price levels, because Autotask has none', async () => {
    expect(await open().psa.priceLevelChoices(everything)).toEqual({ items: [], nextCursor: null })
  })

  test('nothing for a company that can’t exist, whose id never gets into a question', async () => {
    const { account, psa } = open()
    contractOf2026(account, { id: 0 })

    const page = await psa.agreementChoices({ ...everything, companyId: '0 or 1' })

    expect(page).toEqual({ items: [], nextCursor: null })
    expect(account.calls).toEqual([])
  })
})

describe('searched text is taken literally', () => {
  const names = ['Plain Ltd', 'Say "Hi" Ltd', '100% Organic', 'A_B Labs', 'AxB Labs', '[test] Company']

  test.each([
    ['"hi"', ['Say "Hi" Ltd']],
    ['%', ['100% Organic']],
    ['a_b', ['A_B Labs']],
    ['[test]', ['[test] Company']],
    ['  plain ', ['Plain Ltd']],
    ['x'.repeat(5000), []],
  ])('companies with %s', async (search, expected) => {
    const { account, psa } = open()
    for (const name of names) account.addCompany({ name })

    const page = await psa.companyChoices({ ...everything, search })

    expect(page.items.map(({ name }) => name)).toEqual(expected)
    expect(page.nextCursor).toBeNull()
  })

  test('what Autotask finds beyond that is left out', async () => {
    const { account, psa } = open()
    const items = names.map((companyName, index) => ({ id: index + 1, companyName }))
    account.faults.add({
      kind: 'status',
      status: 200,
      body: JSON.stringify({ items, pageDetails: { nextPageUrl: null } }),
      match: () => true,
    })

    const page = await psa.companyChoices({ ...everything, search: 'a_b' })

    expect(page.items).toEqual([{ id: '4', name: 'A_B Labs' }])
  })
})

describe('pages of choices', () => {
  test('a full last page has no cursor, and costs one call', async () => {
    const { account, psa } = open()
    const ids = Array.from({ length: 50 }, (_, n) => `${account.addCompany({ name: `Customer ${n}` }).id}`)

    const page = await psa.companyChoices({ search: 'customer', cursor: null, limit: 50 })

    expect(page).toMatchObject({ items: ids.map((id) => ({ id })), nextCursor: null })
    expect(account.calls).toHaveLength(1)
  })

  test('1,000 at a time, 2,001 companies come on 3 pages, each once', async () => {
    const { account, psa } = open()
    const ids = Array.from({ length: 2001 }, (_, n) => `${account.addCompany({ name: `Customer ${n}` }).id}`)

    const seen: string[] = []
    const sizes: number[] = []
    let cursor: string | null = null
    do {
      const page = await psa.companyChoices({ search: 'customer', cursor, limit: 1000 })
      seen.push(...page.items.map(({ id }) => id))
      sizes.push(page.items.length)
      cursor = page.nextCursor
    } while (cursor !== null)

    expect(seen).toEqual(ids)
    expect(sizes).toEqual([1000, 1000, 1])
  })

  test('the page after the MSP’s own company, whose id is 0, begins behind it', async () => {
    const { account, psa } = open()
    account.addCompany({ name: 'Acme GmbH' })

    const first = await psa.companyChoices({ ...everything, limit: 1 })
    const second = await psa.companyChoices({ search: '', cursor: first.nextCursor, limit: 1 })

    expect([first, second].map(({ items }) => items[0]?.name)).toEqual(['Our own company', 'Acme GmbH'])
    expect(second.nextCursor).toBeNull()
  })

  test.each(['after 5', 'AAAA', '%%%', 'YWZ0ZXIgMSBvciAx'])(
    'a cursor of no page is refused: %s',
    async (cursor) => {
      const failure = await failureOf(open().psa.companyChoices({ ...everything, cursor }))

      expect(failure).toMatchObject({ kind: 'rejected', status: 400 })
    },
  )
})

function open() {
  const account = vendor.account()
  return { account, psa: adapterOf(account) }
}
