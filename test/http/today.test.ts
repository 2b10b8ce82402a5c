import { beforeEach, describe, expect, test } from 'vitest'
import { addDays } from '../../worker/domain/day.ts'
import { type Api, itemsOf } from '../support/api.ts'
import { fallen, held } from '../support/fallen.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { sharedStack } from '../support/shared-stack.ts'

const stack = sharedStack()
const today = new Date().toISOString().slice(0, 10)
let api: Api
let msp: Msp
beforeEach(async () => {
  msp = await openMsp(stack())
  api = msp.api
})

describe('how things stand', () => {
  test('before the first run nothing is said of one', async () => {
    await msp.save()

    expect((await api.get('/api/today')).body).toEqual({
      run: null,
      active: null,
      agreed: { companies: 0, today: 0, thisWeek: 0 },
      waiting: 0,
      psa: { id: 'cw', kind: 'connectwise', name: 'ConnectWise' },
      dailyRunAt: '03:00',
      timeZone: 'UTC',
    })
  })

  test('companies agree whose lines do, told apart by when they were read', async () => {
    msp.customer('Acme', { workstations: 5 })
    await msp.run({ day: addDays(today, -2) })
    const bakery = msp.customer('Bakery', { workstations: 7 })
    const run = await msp.run({ day: today, only: [bakery] })

    expect((await api.get('/api/today')).body).toMatchObject({
      run: { id: run.id, state: 'done' },
      agreed: { companies: 2, today: 1, thisWeek: 1 },
      waiting: 0,
    })
  })

  test('a company does not agree while any change of it waits, even where its other lines do', async () => {
    msp.setup.map.push({
      application: 'kes-business-select',
      all: '501',
      workstation: null,
      server: null,
      other: null,
    })
    const acme = msp.customer('Acme', { workstations: 5 })
    msp.customer('Bakery', { workstations: 5 })
    await msp.run({ day: today })
    msp.psa.addAddition({ agreement: acme.agreementId, product: 501, quantity: 2 })
    acme.uses({ workstations: 3 }, 'kes-business-select')

    const run = await msp.run({ day: today })

    expect(run.told).toEqual(['set KES workstation 2 → 3: held, adopted_differs'])
    expect((await api.get('/api/today')).body).toMatchObject({
      run: { state: 'done_with_problems' },
      agreed: { companies: 1, today: 1 },
      waiting: 1,
    })
  })

  test('a dry run is not the last run', async () => {
    msp.customer('Acme', { workstations: 5 })
    const real = await msp.run()
    await msp.run({ dryRun: true })

    expect((await api.get('/api/today')).body).toMatchObject({ run: { id: real.id }, active: null })
  })
})

describe('names', () => {
  test('stand beside the items of a list where they are asked for, and nowhere else', async () => {
    const { customers, ids } = await fallen(msp, 'Acme')
    const tenant = `${customers[0]?.tenant}`

    const plain = await held(msp)
    const named = itemsOf(await api.get('/api/changes?state=held&expand=names'))

    expect(plain[0]).not.toHaveProperty('names')
    expect(named).toEqual([
      {
        ...plain[0],
        id: ids[0],
        names: {
          company: null,
          agreement: 'Acme, managed',
          product: 'KES – KES',
          tenants: { [tenant]: 'Acme' },
          applications: { 'kes-business-advanced': 'Kaspersky Endpoint Security for Business Advanced' },
          units: ['device'],
        },
      },
    ])
  })

  test('companies are called what the directory calls them', async () => {
    await fallen(msp, 'Acme')
    await api.get('/api/mappings')

    const [change] = itemsOf(await api.get('/api/changes?state=held&expand=names'))

    expect(change).toMatchObject({ names: { company: 'Acme' } })
  })

  test.each(['/api/unbilled', '/api/left-behind'])('%s takes them as well', async (path) => {
    const acme = msp.customer('Acme', { workstations: 12 })
    await msp.run()
    acme.mapping.billing = false
    await msp.save()

    const plain = itemsOf(await api.get(path))
    const named = itemsOf(await api.get(`${path}?expand=names`))

    expect(plain).toHaveLength(1)
    expect(named).toEqual([{ ...plain[0], names: expect.objectContaining({ company: null }) }])
  })

  test('nothing else can be asked for', async () => {
    expect((await api.get('/api/changes?expand=everything')).status).toBe(422)
  })
})

describe('leaks', () => {
  test('come with their money per month, most first, and what has no price last', async () => {
    msp.customer('Small', { workstations: 2 }, { mapped: false })
    msp.customer('Big', { workstations: 40 }, { mapped: false })
    const off = msp.customer('Off', { workstations: 10 })
    off.mapping.billing = false
    const unmapped = msp.customer('Unmapped', { workstations: 1 })
    unmapped.uses({ workstations: 500 }, 'kes-business-select')
    await msp.run()

    const found = itemsOf(await api.get('/api/leaks'))

    expect(
      found.map(({ kind, names, application, quantity, reason, monthlyMinor }) => [
        kind,
        Object.values(Object(names).tenants),
        application,
        quantity,
        reason,
        monthlyMinor,
      ]),
    ).toEqual([
      ['unbilled', ['Big'], 'kes-business-advanced', 40, 'tenant_not_mapped', 12_000],
      ['unbilled', ['Off'], 'kes-business-advanced', 10, 'billing_off', 3_000],
      ['unbilled', ['Small'], 'kes-business-advanced', 2, 'tenant_not_mapped', 600],
      ['unbilled', ['Unmapped'], 'kes-business-select', 500, 'application_not_mapped', null],
    ])
    expect(found[1]).toMatchObject({
      companyId: `${off.companyId}`,
      productId: '500',
      names: { product: 'KES – KES' },
    })
  })

  test('where each category has its own product, each counts with its own price', async () => {
    msp.setup.billByCategory = true
    msp.customer('Paying', { workstations: 1 })
    const off = msp.customer('Off', { workstations: 4, servers: 2, others: 1 })
    off.mapping.billing = false
    await msp.run()

    expect(itemsOf(await api.get('/api/leaks'))).toMatchObject([
      { quantity: 7, productId: null, monthlyMinor: 4 * 300 + 2 * 900 + 1 * 200 },
    ])
  })

  test('a line that bills what nobody uses is one, until it is decided', async () => {
    const acme = msp.customer('Acme', { workstations: 20 })
    await msp.run()
    acme.uses({})
    await msp.run()

    const [leak, ...others] = itemsOf(await api.get('/api/leaks'))

    expect(others).toEqual([])
    expect(leak).toMatchObject({
      kind: 'unused',
      connection: 'cw',
      companyId: `${acme.companyId}`,
      agreementId: `${acme.agreementId}`,
      productId: '500',
      quantity: 20,
      reason: 'fell_to_zero',
      monthlyMinor: 6_000,
    })
    await msp.dismiss((await msp.held())[0])
    expect(itemsOf(await api.get('/api/leaks'))).toEqual([])
  })
})
