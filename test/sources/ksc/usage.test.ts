import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { devices } from '../../vendors/ksc/devices.ts'
import { endDateType, keyType, subscriptionState } from '../../vendors/ksc/key.ts'
import { type Ksc, startKsc } from '../../vendors/ksc/start.ts'
import { advanced, methodsCalled, nothingOpen, openAt, sourceOf, split, tenantOf, whole } from './center.ts'

let ksc: Ksc
beforeAll(async () => {
  ksc = await startKsc()
})
afterAll(() => ksc.close())

const commercial = { product: advanced, type: keyType.commercial, limitDate: '2027-05-01' }

test('tenants are the virtual servers, disabled ones included', async () => {
  const account = ksc.account()
  const acme = account.addServer({ name: 'Acme Ltd' })
  const zuerich = account.addServer({ name: 'Müller & Söhne Zürich', enabled: false })

  const tenants = await sourceOf(account).tenants()

  expect(tenants).toEqual([
    { id: acme.uid, name: 'Acme Ltd', kind: 'virtual_server', enabled: true },
    { id: zuerich.uid, name: 'Müller & Söhne Zürich', kind: 'virtual_server', enabled: false },
  ])
  expect(openAt(account)).toEqual(nothingOpen)
})

test('93 devices of a tenant count as 93 over two keys of one application', async () => {
  const account = ksc.account()
  const server = account.addServer({ name: 'Müller & Söhne' })
  const hosts = server.addHosts(93, devices.workstation)
  server.addKey(commercial).use(hosts.slice(0, 60))
  server.addKey(commercial).use(hosts.slice(50))

  const usage = await sourceOf(account).usage(tenantOf(server), whole)

  expect(usage.quantities).toEqual([{ application: 'kes-business-advanced', category: 'all', quantity: 93 }])
  expect(usage.items.filter((item) => item.leftOut === 'duplicate')).toHaveLength(10)
  expect(methodsCalled(account)).not.toContain('HostGroup.FindHosts')
  expect(openAt(account)).toEqual(nothingOpen)
})

test('only keys in force count, and the devices of all others are evidence', async () => {
  const account = ksc.account()
  const server = account.addServer({ name: 'Acme Ltd' })
  const key = (name: string, data: Partial<Parameters<typeof server.addKey>[0]>, how = {}) =>
    server.addKey({ ...commercial, ...data }).use(server.addHost({ ...devices.workstation, name }), how)
  const subscription = (state: 0 | 1 | 2 | 3, endDate?: string) => ({
    type: keyType.subscription,
    limitDate: '2026-02-01',
    subscription: {
      state,
      endDateType: endDate === undefined ? endDateType.unlimited : endDateType.limited,
      endDate,
    },
  })
  key('good', {})
  key('last-day', { limitDate: '2026-03-01' })
  key('host-lags', {}, { expires: '2026-01-01' })
  key('subscribed', subscription(subscriptionState.active))
  key('subscribed-to-today', subscription(subscriptionState.active, '2026-03-01'))
  key('end-paused', {
    type: keyType.subscription,
    subscription: {
      state: subscriptionState.active,
      endDateType: endDateType.paused,
      endDate: '2026-02-01',
    },
  })
  key('only-on-device', { installed: false })
  key('yesterday', { limitDate: '2026-02-28' })
  key('subscription-over', subscription(subscriptionState.active, '2026-02-28'))
  key('paused', subscription(subscriptionState.paused))
  key('soft', subscription(subscriptionState.softCancelled))
  key('hard', subscription(subscriptionState.hardCancelled))
  key('trial', { type: keyType.trial })
  key('beta', { type: keyType.beta })
  key('test', { type: keyType.test })
  key('oem', { type: keyType.oem })
  key('reserve', {}, { active: false })
  key('pending', {}, { pending: true })

  const usage = await sourceOf(account).usage(tenantOf(server), whole)

  expect(usage.quantities).toEqual([{ application: 'kes-business-advanced', category: 'all', quantity: 7 }])
  expect(Object.fromEntries(usage.items.map((item) => [item.name, item.leftOut]))).toEqual({
    good: null,
    'last-day': null,
    'host-lags': null,
    subscribed: null,
    'subscribed-to-today': null,
    'end-paused': null,
    'only-on-device': null,
    yesterday: 'expired',
    'subscription-over': 'expired',
    paused: 'subscription_paused',
    soft: 'subscription_cancelled',
    hard: 'subscription_cancelled',
    trial: 'trial',
    beta: 'beta',
    test: 'test',
    oem: 'oem',
    reserve: 'reserve_key',
    pending: 'pending_activation',
  })
})

test('a soft-cancelled subscription counts where the connection says so', async () => {
  const account = ksc.account()
  const server = account.addServer({ name: 'Acme Ltd' })
  server
    .addKey({
      product: advanced,
      type: keyType.subscription,
      subscription: { state: subscriptionState.softCancelled, endDateType: endDateType.unlimited },
    })
    .use(server.addHosts(4, devices.workstation))

  const source = sourceOf(account, { options: { countSoftCancelled: true } })

  expect((await source.usage(tenantOf(server), whole)).quantities).toMatchObject([{ quantity: 4 }])
})

test('two products of a device under one key count once', async () => {
  const account = ksc.account()
  const server = account.addServer({ name: 'Acme Ltd' })
  const host = server.addHost(devices.workstation)
  const key = server.addKey(commercial)
  key.use(host, { product: 'KES' })
  key.use(host, { product: '1103' })

  const usage = await sourceOf(account).usage(tenantOf(server), whole)

  expect(usage.items.map((item) => item.leftOut)).toEqual([null])
})

describe('split by category', () => {
  test('devices of every shape fall into their category, and the parts sum to the whole', async () => {
    const account = ksc.account()
    const server = account.addServer({ name: 'Acme Ltd' })
    const hosts = Object.values(devices).map((device) => server.addHost(device))
    server.addKey(commercial).use(hosts)

    const usage = await sourceOf(account).usage(tenantOf(server), split)

    expect(usage.quantities.map(({ category, quantity }) => [category, quantity])).toEqual([
      ['workstation', 3],
      ['server', 4],
      ['other', 4],
    ])
    expect(
      usage.items.filter((item) => item.warning !== null).map((item) => [item.name, item.warning]),
    ).toEqual(
      expect.arrayContaining([
        ['ghost', 'no_host_record'],
        ['mixed', 'contradicting_system'],
      ]),
    )
    expect(openAt(account)).toEqual(nothingOpen)
  })

  test('20,000 devices are read in pages to the last one', async () => {
    const account = ksc.account()
    const server = account.addServer({ name: 'Big Ltd' })
    const workstations = server.addHosts(15_001, devices.workstation)
    const servers = server.addHosts(4_999, devices.server)
    server.addKey(commercial).use([...workstations, ...servers])

    const usage = await sourceOf(account).usage(tenantOf(server), split)

    expect(usage.quantities.map(({ quantity }) => quantity)).toEqual([15_001, 4_999, 0])
    expect(methodsCalled(account).filter((method) => method.endsWith('GetItemsChunk'))).toHaveLength(100)
  })

  test('device records are not read where no application is split', async () => {
    const account = ksc.account()
    const server = account.addServer({ name: 'Acme Ltd' })
    server.addKey(commercial)
    server
      .addKey({ ...commercial, product: 'Kaspersky Next EDR Optimum' })
      .use(server.addHosts(2, devices.workstation))

    const usage = await sourceOf(account).usage(tenantOf(server), split)

    expect(usage.quantities).toEqual([{ application: 'next-edr-optimum', category: 'all', quantity: 2 }])
    expect(usage.applications).toMatchObject([{ unit: 'user' }])
    expect(methodsCalled(account)).not.toContain('HostGroup.FindHosts')
  })
})

test('a tenant without keys uses nothing', async () => {
  const account = ksc.account()
  const server = account.addServer({ name: 'New Ltd' })

  expect(await sourceOf(account).usage(tenantOf(server), split)).toEqual({
    quantities: [],
    items: [],
    applications: [],
  })
  expect(openAt(account)).toEqual(nothingOpen)
})

test('a licence that no catalogue lists is found by its own name', async () => {
  const account = ksc.account()
  const server = account.addServer({ name: 'Acme Ltd' })
  server
    .addKey({ ...commercial, product: 'Kaspersky Embedded Systems Security. European Edition. 5-9 Node' })
    .use(server.addHosts(5, devices.workstation))

  const usage = await sourceOf(account).usage(tenantOf(server), whole)

  expect(usage.applications).toEqual([
    {
      key: 'kaspersky-embedded-systems-security',
      name: 'Kaspersky Embedded Systems Security',
      unit: 'device',
    },
  ])
  expect(usage.quantities).toMatchObject([{ quantity: 5 }])
})
