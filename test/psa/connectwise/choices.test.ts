import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConnectWise, startConnectWise } from '../../vendors/connectwise/server.ts'
import { failureOf } from '../contract.ts'
import { adapterOf, apiRootOf, memoryOf } from './adapter.ts'

let vendor: ConnectWise
beforeAll(async () => {
  vendor = await startConnectWise()
})
afterAll(() => vendor.close())

describe('searched text is taken literally', () => {
  const names = [
    'Plain Ltd',
    'Say "Hi" Ltd',
    "O'Brien & Sons",
    '100% Organic',
    'Star * Systems',
    'A_B Labs',
    'AxB Labs',
    '[test] Company',
    'Back\\slash Inc',
    'Müller + Söhne (Köln)',
    '250 Main Street, #5?',
  ]

  test.each([
    ['"', ['Say "Hi" Ltd']],
    ['say "hi"', ['Say "Hi" Ltd']],
    ['" or name contains "', []],
    ["O'Brien & ", ["O'Brien & Sons"]],
    ['%', ['100% Organic']],
    ['0%O', []],
    ['*', ['Star * Systems']],
    ['a_b', ['A_B Labs']],
    ['[', ['[test] Company']],
    ['[test]', ['[test] Company']],
    ['[a-z]', []],
    ['back\\s', ['Back\\slash Inc']],
    ['müller + s', ['Müller + Söhne (Köln)']],
    ['(köln)', ['Müller + Söhne (Köln)']],
    [', #5?', ['250 Main Street, #5?']],
    ['  plain ', ['Plain Ltd']],
    ['x'.repeat(5000), []],
  ])('companies with %s', async (search, expected) => {
    const { account, psa } = open()
    for (const name of names) account.addCompany({ name })

    const page = await psa.companyChoices({ search, cursor: null, limit: 100 })

    expect(page.items.map(({ name }) => name)).toEqual(expected)
    expect(page.nextCursor).toBeNull()
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
      const page = await psa.companyChoices({ search: '', cursor, limit: 1000 })
      seen.push(...page.items.map(({ id }) => id))
      sizes.push(page.items.length)
      cursor = page.nextCursor
    } while (cursor !== null)

    expect(seen).toEqual(ids)
    expect(sizes).toEqual([1000, 1000, 1])
  })

  test('deleted companies are not offered', async () => {
    const { account, psa } = open()
    account.addCompany({ name: 'Acme GmbH' })
    account.addCompany({ name: 'Acme, closed', deleted: true })

    const { items } = await psa.companyChoices({ search: 'acme', cursor: null, limit: 100 })

    expect(items.map(({ name }) => name)).toEqual(['Acme GmbH'])
  })

  test('inactive products and bundles are left out, and the page is filled up from behind them', async () => {
    const { account, psa } = open()
    for (let n = 0; n < 1200; n++) account.addProduct({ identifier: `OLD-${n}`, inactive: true })
    account.addProduct({ identifier: 'SET', productClass: 'Bundle' })
    const first = account.addProduct({ identifier: 'KES-WKS', description: 'Workstation' })
    const second = account.addProduct({ identifier: 'KES-SRV', description: 'Server' })
    account.addProduct({ identifier: 'KES-OTH', description: 'Other' })

    const page = await psa.productChoices({ search: '', cursor: null, limit: 2 })
    const rest = await psa.productChoices({ search: '', cursor: page.nextCursor, limit: 2 })

    expect(page.items).toEqual([
      { id: `${first.id}`, name: 'KES-WKS – Workstation' },
      { id: `${second.id}`, name: 'KES-SRV – Server' },
    ])
    expect(rest).toMatchObject({ items: [{ name: 'KES-OTH – Other' }], nextCursor: null })
  })

  test('products are found by their number or their text', async () => {
    const { account, psa } = open()
    account.addProduct({ identifier: 'KES-WKS', description: 'Endpoint protection' })
    account.addProduct({ identifier: 'MAIL', description: 'Protection of mail, beside KES' })
    account.addProduct({ identifier: 'BACKUP', description: 'Backup' })

    const { items } = await psa.productChoices({ search: 'kes', cursor: null, limit: 100 })

    expect(items.map(({ name }) => name)).toEqual([
      'KES-WKS – Endpoint protection',
      'MAIL – Protection of mail, beside KES',
    ])
  })

  test('an agreement that is cancelled is offered as one that is not active', async () => {
    const { account, psa } = open()
    const company = account.addCompany({ name: 'Acme GmbH' })
    account.addAgreement({ company, name: 'Managed Security', cancelled: true })

    const page = await psa.agreementChoices({ search: 'security', cursor: null, limit: 10, companyId: null })

    expect(page.items).toMatchObject([{ name: 'Managed Security', active: false }])
  })

  test('a company that can’t exist has no agreements, and its id never gets into a question', async () => {
    const { account, psa } = open()
    const company = account.addCompany({ name: 'Acme GmbH' })
    account.addAgreement({ company, name: 'Managed Security' })

    const page = await psa.agreementChoices({
      search: '',
      cursor: null,
      limit: 10,
      companyId: '1 or id > 0',
    })

    expect(page).toEqual({ items: [], nextCursor: null })
    expect(account.calls).toEqual([])
  })

  test.each(['after 5', 'AAAA', '%%%', 'YWZ0ZXIgMSBvciAx'])(
    'a cursor of no page is refused: %s',
    async (cursor) => {
      const { psa } = open()

      const failure = await failureOf(psa.companyChoices({ search: '', cursor, limit: 10 }))

      expect(failure).toMatchObject({ kind: 'rejected', status: 400 })
    },
  )

  test('ConnectWise has no price levels to choose', async () => {
    const { psa } = open()

    expect(await psa.priceLevelChoices({ search: '', cursor: null, limit: 10 })).toEqual({
      items: [],
      nextCursor: null,
    })
  })
})

function open() {
  const account = vendor.account()
  return { account, psa: adapterOf(account, { memory: memoryOf(apiRootOf(account)) }) }
}
