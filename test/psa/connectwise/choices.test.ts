import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConnectWise, startConnectWise } from '../../vendors/connectwise/server.ts'
import { memoryOf } from '../root-memory.ts'
import { adapterOf, apiRootOf } from './adapter.ts'

let vendor: ConnectWise
beforeAll(async () => {
  vendor = await startConnectWise()
})
afterAll(() => vendor.close())

describe('what is offered', () => {
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
})

function open() {
  const account = vendor.account()
  return { account, psa: adapterOf(account, { memory: memoryOf(apiRootOf(account)) }) }
}
