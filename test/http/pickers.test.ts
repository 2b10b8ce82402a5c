import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Api, apiOf, codeOf, faultsOf, itemsOf, nextCursorOf } from '../support/api.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let api: Api
let msp: Msp
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})
beforeEach(async () => {
  msp = await openMsp(stack)
  const { PICKERS } = stack.env
  for (const { name } of (await PICKERS.list()).keys) await PICKERS.delete(name)
})

async function pages(path: string): Promise<string[][]> {
  const names: string[][] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await api.get(`${path}&cursor=${cursor}`)
    names.push(itemsOf(answer).map(({ name }) => `${name}`))
    cursor = nextCursorOf(answer)
  }
  return names
}

describe('tenants', () => {
  test('come from every source, by name, with the company that each is mapped to', async () => {
    const zoo = msp.customer('Zoo', {})
    const acme = msp.customer('Acme', {}, { center: 'ksc2' })
    const bakery = msp.customer('Bakery', {}, { mapped: false })
    bakery.server.enabled = false
    await msp.save()

    const answer = await api.get('/api/tenants')

    const kind = 'virtual_server'
    const company = (id: number) => ({ connection: 'cw', id: `${id}` })
    expect(answer.body).toEqual({
      items: [
        { id: acme.tenant, name: 'Acme', kind, enabled: true, company: company(acme.companyId) },
        { id: bakery.tenant, name: 'Bakery', kind, enabled: false, company: null },
        { id: zoo.tenant, name: 'Zoo', kind, enabled: true, company: company(zoo.companyId) },
      ],
      nextCursor: null,
    })
  })

  test('are found by any part of the name, of one source, or by their company', async () => {
    msp.customer('Müller Nord', {})
    const south = msp.customer('Müller Süd', {})
    msp.customer('Müller West', {}, { center: 'ksc2' })
    await msp.save()

    const bySearch = await api.get('/api/tenants?connection=ksc&search=m%C3%9Cller')
    const byCompany = await api.get(`/api/tenants?company=${south.companyId}`)

    expect(itemsOf(bySearch).map(({ name }) => name)).toEqual(['Müller Nord', 'Müller Süd'])
    expect(itemsOf(byCompany).map(({ id }) => id)).toEqual([south.tenant])
  })

  test('five come in pages of two without a gap or a repeat', async () => {
    for (const name of ['e', 'b', 'd', 'a', 'c']) msp.customer(name, {})
    await msp.save()

    expect(await pages('/api/tenants?limit=2')).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  })

  test('are asked for once a minute, and anew when the configuration changed', async () => {
    msp.customer('Acme', {})
    await msp.save()
    await api.get('/api/tenants')
    const calls = msp.center.calls.length

    msp.center.addServer({ name: 'New' })
    const kept = await api.get('/api/tenants')
    expect(itemsOf(kept)).toHaveLength(1)
    expect(msp.center.calls).toHaveLength(calls)

    msp.setup.approval = 'everything'
    await msp.save()
    const fresh = await api.get('/api/tenants')
    expect(itemsOf(fresh)).toHaveLength(2)
  })

  test('of a source that refuses us are a 502 that names it, and no secret', async () => {
    msp.customer('Acme', {})
    await msp.save()
    const { password } = msp.center
    msp.center.password = 'changed since'

    const answer = await api.get('/api/tenants')

    expect(answer).toMatchObject({
      status: 502,
      body: { error: { code: 'vendor_unauthorized', message: expect.stringContaining('Security Center') } },
    })
    expect(JSON.stringify(answer.body)).not.toContain(password)
  })
})

describe('what the PSA lists', () => {
  test('companies come in pages, found by a part of the name', async () => {
    for (const name of ['Acme North', 'Acme South', 'Bakery', 'acme west']) msp.psa.addCompany({ name })
    await msp.save()

    expect(await pages('/api/companies?connection=cw&search=ACME&limit=2')).toEqual([
      ['Acme North', 'Acme South'],
      ['acme west'],
    ])
  })

  test('agreements are those of a company, with their dates', async () => {
    const [one, two] = ['Acme', 'Bakery'].map((name) => msp.psa.addCompany({ name }))
    const of = (company = 0) => ({ company, startDate: '2026-01-01', endDate: '2030-12-31' })
    const { id } = msp.psa.addAgreement({ ...of(one?.id), name: 'Managed' })
    msp.psa.addAgreement({ ...of(two?.id), name: 'Other' })
    await msp.save()

    const answer = await api.get(`/api/agreements?connection=cw&company=${one?.id}`)

    expect(itemsOf(answer)).toEqual([
      { id: `${id}`, name: 'Managed', startDate: '2026-01-01', endDate: '2030-12-31', active: true },
    ])
  })

  test('products are listed, and price levels are none', async () => {
    await msp.save()

    const products = await api.get('/api/products?connection=cw&search=KES%20server')
    const levels = await api.get('/api/price-levels?connection=cw')

    expect(itemsOf(products)).toEqual([{ id: '502', name: expect.stringContaining('KES server') }])
    expect(levels.body).toEqual({ items: [], nextCursor: null })
  })

  test('the same question within a minute costs no second call', async () => {
    await msp.save()
    await api.get('/api/products?connection=cw')
    const calls = msp.psa.calls.length

    await api.get('/api/products?connection=cw')
    expect(msp.psa.calls).toHaveLength(calls)

    await api.get('/api/products?connection=cw&search=server')
    expect(msp.psa.calls.length).toBeGreaterThan(calls)
  })

  test('a ConnectWise that is throttling is a 503 that says how long to wait', async () => {
    await msp.save()
    msp.psa.faults.add({
      kind: 'status',
      status: 429,
      headers: { 'Retry-After': '17' },
      match: ({ path }) => path.includes('companies'),
      times: Infinity,
    })

    const answer = await api.get('/api/companies?connection=cw')

    expect(answer.status).toBe(503)
    expect(codeOf(answer)).toBe('vendor_throttled')
    expect(answer.headers.get('retry-after')).toBe('17')
  })

  test.each(['companies', 'agreements', 'products', 'price-levels'])(
    '%s need a connection that exists and bills',
    async (list) => {
      await msp.save()
      const faults = async (query: string) => {
        const answer = await api.get(`/api/${list}${query}`)
        expect(answer.status).toBe(422)
        return faultsOf(answer)
      }

      expect(await faults('')).toEqual(['connection: missing_field'])
      expect(await faults('?connection=nobody')).toEqual(['connection: unknown_connection'])
      expect(await faults('?connection=ksc')).toEqual(['connection: connection_does_not_bill'])
      expect(await faults('?connection=cw&cursor=x')).toEqual(['cursor: invalid_cursor'])
    },
  )

  test('tenants of a connection that bills are refused', async () => {
    await msp.save()

    expect(faultsOf(await api.get('/api/tenants?connection=cw'))).toEqual([
      'connection: connection_is_no_source',
    ])
  })
})
