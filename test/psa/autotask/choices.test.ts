import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Autotask, startAutotask } from '../../vendors/autotask/server.ts'
import { adapterOf, contractNoon } from './adapter.ts'

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

  test('what Autotask finds beyond the searched text is left out', async () => {
    const { account, psa } = open()
    const items = ['Plain Ltd', 'A_B Labs', 'AxB Labs'].map((companyName, index) => ({
      id: index + 1,
      companyName,
    }))
    account.faults.add({
      kind: 'status',
      status: 200,
      body: JSON.stringify({ items, pageDetails: { nextPageUrl: null } }),
      match: () => true,
    })

    const page = await psa.companyChoices({ ...everything, search: 'a_b' })

    expect(page.items).toEqual([{ id: '2', name: 'A_B Labs' }])
  })

  test('the page after the MSP’s own company, whose id is 0, begins behind it', async () => {
    const { account, psa } = open()
    account.addCompany({ name: 'Acme GmbH' })

    const first = await psa.companyChoices({ ...everything, limit: 1 })
    const second = await psa.companyChoices({ search: '', cursor: first.nextCursor, limit: 1 })

    expect([first, second].map(({ items }) => items[0]?.name)).toEqual(['Our own company', 'Acme GmbH'])
    expect(second.nextCursor).toBeNull()
  })
})

function open() {
  const account = vendor.account()
  return { account, psa: adapterOf(account) }
}
