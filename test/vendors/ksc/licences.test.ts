import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allKeys, hostsOfKey, nextItems, page, sessionOn } from './caller.ts'
import { endDateType, keyType, type NewKey, subscriptionState } from './key.ts'
import { type Ksc, startKsc } from './start.ts'

const advanced =
  'Kaspersky Endpoint Security for Business Advanced. European Edition. 25-49 Node 1 year Base License'

let ksc: Ksc
beforeAll(async () => {
  ksc = await startKsc()
})
afterAll(() => ksc.close())

function acme() {
  const account = ksc.account()
  return { account, server: account.addServer({ name: 'Acme Ltd' }) }
}

describe('keys', () => {
  test('come with the attributes asked for, dates wrapped, and without those they lack', async () => {
    const { account, server } = acme()
    server.addKey({
      serial: '1A2B-000451-0C11D2E3',
      product: advanced,
      type: keyType.commercial,
      limitDate: '2027-05-01',
    })
    const call = await sessionOn(account, 'Acme Ltd')

    const keys = await call(
      'LicenseKeys.EnumKeys',
      allKeys(
        'KLLIC_SERIAL',
        'KLLIC_PROD_NAME',
        'KLLIC_PROD_SUITE_ID',
        'KLLIC_KEY_TYPE',
        'KLLIC_LIMIT_DATE',
        'KLLIC_LICTYPE_IS_SUBSCRIPTION',
        'KLLIC_SUBSCRINFO_STATE',
      ),
    )

    expect(keys).toEqual({ lKeyCount: 1, wstrIterator: expect.any(String) })
    expect(await nextItems(call, keys)).toEqual(
      page(
        [
          {
            KLLIC_SERIAL: '1A2B-000451-0C11D2E3',
            KLLIC_PROD_NAME: advanced,
            KLLIC_KEY_TYPE: 1,
            KLLIC_LIMIT_DATE: { type: 'datetime', value: '2027-05-01T00:00:00Z' },
            KLLIC_LICTYPE_IS_SUBSCRIPTION: false,
          },
        ],
        true,
      ),
    )
  })

  test.each<[string, NewKey, Record<string, unknown>]>([
    [
      'a commercial key that ended yesterday',
      { product: advanced, type: keyType.commercial, limitDate: '2026-04-30' },
      {
        KLLIC_KEY_TYPE: 1,
        KLLIC_LICTYPE_IS_SUBSCRIPTION: false,
        KLLIC_LIMIT_DATE: { type: 'datetime', value: '2026-04-30T00:00:00Z' },
      },
    ],
    [
      'a beta key',
      { product: advanced, type: keyType.beta },
      { KLLIC_KEY_TYPE: 2, KLLIC_LICTYPE_IS_SUBSCRIPTION: false },
    ],
    [
      'a trial key',
      { product: advanced, type: keyType.trial },
      { KLLIC_KEY_TYPE: 3, KLLIC_LICTYPE_IS_SUBSCRIPTION: false },
    ],
    [
      'a test key',
      { product: advanced, type: keyType.test },
      { KLLIC_KEY_TYPE: 4, KLLIC_LICTYPE_IS_SUBSCRIPTION: false },
    ],
    [
      'an OEM key',
      { product: advanced, type: keyType.oem },
      { KLLIC_KEY_TYPE: 5, KLLIC_LICTYPE_IS_SUBSCRIPTION: false },
    ],
    [
      'a key of an unknown suite',
      { product: 'Kaspersky Anything', type: keyType.commercial, suiteId: 987654, appId: 1017 },
      {
        KLLIC_KEY_TYPE: 1,
        KLLIC_LICTYPE_IS_SUBSCRIPTION: false,
        KLLIC_PROD_SUITE_ID: 987654,
        KLLIC_APP_ID: 1017,
      },
    ],
    [
      'an active subscription without end',
      {
        product: advanced,
        type: keyType.subscription,
        subscription: { state: subscriptionState.active, endDateType: endDateType.unlimited },
      },
      {
        KLLIC_KEY_TYPE: 6,
        KLLIC_LICTYPE_IS_SUBSCRIPTION: true,
        KLLIC_SUBSCRINFO_STATE: 0,
        KLLIC_SUBSCRINFO_ENDDATETYPE: 1,
      },
    ],
    [
      'a paused subscription',
      {
        product: advanced,
        type: keyType.subscription,
        subscription: { state: subscriptionState.paused, endDateType: endDateType.paused },
      },
      {
        KLLIC_KEY_TYPE: 6,
        KLLIC_LICTYPE_IS_SUBSCRIPTION: true,
        KLLIC_SUBSCRINFO_STATE: 1,
        KLLIC_SUBSCRINFO_ENDDATETYPE: 3,
      },
    ],
    [
      'a soft cancelled subscription with an end',
      {
        product: advanced,
        type: keyType.subscription,
        subscription: {
          state: subscriptionState.softCancelled,
          endDateType: endDateType.limited,
          endDate: '2026-06-30T12:00:00Z',
        },
      },
      {
        KLLIC_KEY_TYPE: 6,
        KLLIC_LICTYPE_IS_SUBSCRIPTION: true,
        KLLIC_SUBSCRINFO_STATE: 2,
        KLLIC_SUBSCRINFO_ENDDATETYPE: 2,
        KLLIC_SUBSCRINFO_ENDDATE: { type: 'datetime', value: '2026-06-30T12:00:00Z' },
      },
    ],
    [
      'a hard cancelled subscription',
      {
        product: advanced,
        type: keyType.subscription,
        subscription: { state: subscriptionState.hardCancelled, endDateType: endDateType.undefined },
      },
      {
        KLLIC_KEY_TYPE: 6,
        KLLIC_LICTYPE_IS_SUBSCRIPTION: true,
        KLLIC_SUBSCRINFO_STATE: 3,
        KLLIC_SUBSCRINFO_ENDDATETYPE: 0,
      },
    ],
  ])('%s says what it is', async (_, key, attributes) => {
    const { account, server } = acme()
    server.addKey(key)
    const call = await sessionOn(account, 'Acme Ltd')

    const keys = await call(
      'LicenseKeys.EnumKeys',
      allKeys(
        'KLLIC_KEY_TYPE',
        'KLLIC_LICTYPE_IS_SUBSCRIPTION',
        'KLLIC_LIMIT_DATE',
        'KLLIC_PROD_SUITE_ID',
        'KLLIC_APP_ID',
        'KLLIC_SUBSCRINFO_STATE',
        'KLLIC_SUBSCRINFO_ENDDATETYPE',
        'KLLIC_SUBSCRINFO_ENDDATE',
      ),
    )

    expect(await nextItems(call, keys)).toEqual(page([attributes], true))
  })

  test('that only devices report are listed unless the storage alone is asked', async () => {
    const { account, server } = acme()
    server.addKey({ serial: 'STORED', product: advanced, type: keyType.commercial })
    server.addKey({ serial: 'REPORTED', product: advanced, type: keyType.commercial, installed: false })
    const call = await sessionOn(account, 'Acme Ltd')
    const args = allKeys('KLLIC_SERIAL', 'KLLICSRV_KEY_INSTALLED')

    const all = await call('LicenseKeys.EnumKeys', args)
    const stored = await call('LicenseKeys.EnumKeys', {
      ...args,
      pOptions: { KLLICSRV_ENOPT_INSTALLED_ONLY: true },
    })

    expect(await nextItems(call, all)).toEqual(
      page(
        [
          { KLLIC_SERIAL: 'STORED', KLLICSRV_KEY_INSTALLED: true },
          { KLLIC_SERIAL: 'REPORTED', KLLICSRV_KEY_INSTALLED: false },
        ],
        true,
      ),
    )
    expect(await nextItems(call, stored)).toEqual(
      page([{ KLLIC_SERIAL: 'STORED', KLLICSRV_KEY_INSTALLED: true }], true),
    )
  })

  test('of one server are not seen from another, nor from the main one', async () => {
    const { account, server } = acme()
    account.addServer({ name: 'Globex' })
    server.addKey({ serial: '1A2B', product: advanced, type: keyType.commercial })
    account.main.addKey({ serial: 'MAIN', product: 'Kaspersky Security Center', type: 1, appId: 1017 })

    const globex = await sessionOn(account, 'Globex')
    const main = await sessionOn(account)

    expect(await globex('LicenseKeys.EnumKeys', allKeys('KLLIC_SERIAL'))).toMatchObject({ lKeyCount: 0 })
    expect(await nextItems(main, await main('LicenseKeys.EnumKeys', allKeys('KLLIC_SERIAL')))).toEqual(
      page([{ KLLIC_SERIAL: 'MAIN' }], true),
    )
  })

  test('never give away their body', async () => {
    const { account } = acme()
    const call = await sessionOn(account, 'Acme Ltd')

    expect(await call('LicenseKeys.EnumKeys', allKeys('KLLICSRV_KEYDATA'))).toHaveProperty('PxgError')
  })
})

describe('hosts of a key', () => {
  test('are one row for each product, with active, reserve and pending use told apart', async () => {
    const { account, server } = acme()
    const [one, two] = [
      server.addHost({ id: 'h1', name: 'pc-1' }),
      server.addHost({ id: 'h2', name: 'pc-2' }),
    ]
    const key = server.addKey({ serial: '1A2B', product: advanced, type: 1, limitDate: '2027-05-01' })
    key.use(one, { product: 'KES' })
    key.use(one, { product: 'KEA', active: false })
    key.use(two, { product: 'KES', pending: true, expires: null })
    const call = await sessionOn(account, 'Acme Ltd')

    const hosts = await call(
      'LicenseKeys.AcquireKeyHosts',
      hostsOfKey(
        '1A2B',
        'KLLICSRV_HOSTNAME',
        'KLLICSRV_HOST_CURRENT',
        'KLLICSRV_PRODUCT',
        'KLLICSRV_EXPIRATION_TIME',
        'KLLIC_LIC_IS_PENDING_SUBSCRIPTION',
      ),
    )

    const until = { type: 'datetime', value: '2027-05-01T00:00:00Z' }
    const row = (host: string, current: boolean, product: string, pending: boolean) => ({
      KLLICSRV_HOSTNAME: host,
      KLLICSRV_HOST_CURRENT: current,
      KLLICSRV_PRODUCT: product,
      KLLIC_LIC_IS_PENDING_SUBSCRIPTION: pending,
    })
    expect(hosts).toMatchObject({ lKeyCount: 3 })
    expect(await nextItems(call, hosts)).toEqual(
      page(
        [
          { ...row('h1', true, 'KES', false), KLLICSRV_EXPIRATION_TIME: until },
          { ...row('h1', false, 'KEA', false), KLLICSRV_EXPIRATION_TIME: until },
          row('h2', true, 'KES', true),
        ],
        true,
      ),
    )
  })

  test('go when the key is released, when the host is removed, and keep an old end after a renewal', async () => {
    const { account, server } = acme()
    const hosts = server.addHosts(3, { name: 'pc' })
    const key = server.addKey({ serial: '1A2B', product: advanced, type: 1, limitDate: '2026-05-01' })
    key.use(hosts)
    const [first, second] = hosts
    if (!first || !second) throw new Error('three hosts are wanted')

    key.release(first)
    server.removeHost(second)
    key.limitDate = '2027-05-01'

    const call = await sessionOn(account, 'Acme Ltd')
    const rows = await call(
      'LicenseKeys.AcquireKeyHosts',
      hostsOfKey('1A2B', 'KLLICSRV_HOSTDN', 'KLLICSRV_EXPIRATION_TIME'),
    )
    expect(await nextItems(call, rows)).toEqual(
      page(
        [
          {
            KLLICSRV_HOSTDN: 'pc-3',
            KLLICSRV_EXPIRATION_TIME: { type: 'datetime', value: '2026-05-01T00:00:00Z' },
          },
        ],
        true,
      ),
    )
  })

  test('of a serial that no one has are an error', async () => {
    const { account } = acme()
    const call = await sessionOn(account, 'Acme Ltd')

    expect(await call('LicenseKeys.AcquireKeyHosts', hostsOfKey('NONE', 'KLLICSRV_HOSTNAME'))).toEqual({
      PxgError: {
        code: 1181,
        subcode: 0,
        module: 'KLSTD',
        file: 'emulated.cpp',
        line: 1,
        message: 'Licence key was not found',
        locdata: {
          type: 'params',
          value: {
            'format-id': 7,
            format: 'Licence key "%1" was not found',
            locmodule: 'KSC',
            args: ['NONE'],
          },
        },
      },
    })
  })
})
