import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CountedFrom,
  countUsage,
  type DeviceRecord,
  type KeyUse,
  type LicenceKey,
} from '../../worker/domain/counting.ts'
import type { TenantUsage } from '../../worker/domain/usage.ts'

const advanced =
  'Kaspersky Endpoint Security for Business Advanced. European Edition. 25-49 Node 1 year Base License'
const edr = 'Kaspersky EDR Optimum'

const key = (id: string, rest: Partial<LicenceKey> = {}): LicenceKey => ({
  id,
  licenceName: advanced,
  kind: 'commercial',
  lastDay: '2027-05-01',
  subscriptionState: null,
  ...rest,
})

const subscription = (id: string, rest: Partial<LicenceKey> = {}) =>
  key(id, { kind: 'subscription', subscriptionState: 'active', lastDay: null, ...rest })

const use = (keyId: string, deviceId: string, rest: Partial<KeyUse> = {}): KeyUse => ({
  keyId,
  deviceId,
  deviceName: `PC-${deviceId}`,
  active: true,
  pending: false,
  ...rest,
})

const device = (id: string, osName: string | null): DeviceRecord => ({
  id,
  name: `PC-${id}`,
  osName,
  platform: null,
  computerType: null,
})

const count = (from: Pick<CountedFrom, 'keys' | 'uses'> & Partial<CountedFrom>) =>
  countUsage({ devices: null, onUtcDay: '2026-03-01', countSoftCancelled: false, ...from })

const quantityOf = (usage: TenantUsage, application: string) =>
  Object.fromEntries(
    usage.quantities
      .filter((row) => row.application === application)
      .map((row) => [row.category, row.quantity]),
  )

const leftOut = (usage: TenantUsage) =>
  usage.items.filter((item) => item.leftOut !== null).map((item) => [item.id, item.leftOut])

test('each device counts once, with its evidence', () => {
  const usage = count({ keys: [key('k')], uses: [use('k', 'b'), use('k', 'a')] })

  expect(usage).toEqual({
    quantities: [{ application: 'kes-business-advanced', category: 'all', quantity: 2 }],
    items: [
      {
        id: 'a',
        name: 'PC-a',
        application: 'kes-business-advanced',
        category: 'all',
        leftOut: null,
        warning: null,
      },
      {
        id: 'b',
        name: 'PC-b',
        application: 'kes-business-advanced',
        category: 'all',
        leftOut: null,
        warning: null,
      },
    ],
    applications: [
      {
        key: 'kes-business-advanced',
        name: 'Kaspersky Endpoint Security for Business Advanced',
        unit: 'device',
      },
    ],
  })
})

describe('a key is in force', () => {
  test.each([
    ['a commercial key on its last day', key('k', { lastDay: '2026-03-01' }), false, 1, null],
    ['a commercial key the day after', key('k', { lastDay: '2026-02-28' }), false, 0, 'expired'],
    ['a subscription without an end', subscription('k'), false, 1, null],
    ['a subscription on its last day', subscription('k', { lastDay: '2026-03-01' }), false, 1, null],
    ['a subscription the day after', subscription('k', { lastDay: '2026-02-28' }), false, 0, 'expired'],
    [
      'a paused subscription',
      subscription('k', { subscriptionState: 'paused' }),
      true,
      0,
      'subscription_paused',
    ],
    [
      'a soft-cancelled subscription',
      subscription('k', { subscriptionState: 'soft_cancelled' }),
      false,
      0,
      'subscription_cancelled',
    ],
    [
      'a soft-cancelled subscription, if the MSP wants it so',
      subscription('k', { subscriptionState: 'soft_cancelled' }),
      true,
      1,
      null,
    ],
    [
      'a soft-cancelled subscription past its end',
      subscription('k', { subscriptionState: 'soft_cancelled', lastDay: '2026-02-28' }),
      true,
      0,
      'expired',
    ],
    [
      'a hard-cancelled subscription',
      subscription('k', { subscriptionState: 'hard_cancelled' }),
      true,
      0,
      'subscription_cancelled',
    ],
    ['a trial key', key('k', { kind: 'trial' }), true, 0, 'trial'],
    ['a beta key', key('k', { kind: 'beta' }), true, 0, 'beta'],
    ['a test key', key('k', { kind: 'test' }), true, 0, 'test'],
    ['an OEM key', key('k', { kind: 'oem' }), true, 0, 'oem'],
  ])('%s', (_, licenceKey, countSoftCancelled, quantity, reason) => {
    const usage = count({ keys: [licenceKey], uses: [use('k', 'a')], countSoftCancelled })

    expect(quantityOf(usage, 'kes-business-advanced')).toEqual({ all: quantity })
    expect(usage.items.map((item) => item.leftOut)).toEqual([reason])
  })
})

test('reserve and pending keys are left out, each with its reason', () => {
  const usage = count({
    keys: [key('k')],
    uses: [use('k', 'a'), use('k', 'b', { active: false }), use('k', 'c', { pending: true })],
  })

  expect(quantityOf(usage, 'kes-business-advanced')).toEqual({ all: 1 })
  expect(leftOut(usage)).toEqual([
    ['b', 'reserve_key'],
    ['c', 'pending_activation'],
  ])
})

test('a second key of the same application does not count and is shown as a duplicate', () => {
  const usage = count({
    keys: [key('k1'), key('k2'), key('k3')],
    uses: [use('k1', 'a'), use('k2', 'a'), use('k3', 'a'), use('k1', 'b')],
  })

  expect(quantityOf(usage, 'kes-business-advanced')).toEqual({ all: 2 })
  expect(leftOut(usage)).toEqual([['a', 'duplicate']])
})

test('two products of a device under one key are one use and no duplicate', () => {
  const usage = count({
    keys: [key('k')],
    uses: [use('k', 'a', { active: false }), use('k', 'a'), use('k', 'a', { pending: true })],
  })

  expect(usage.items.map((item) => [item.id, item.leftOut])).toEqual([['a', null]])
})

test('a device counts once for each application it uses', () => {
  const usage = count({
    keys: [key('k1'), key('k2', { licenceName: edr })],
    uses: [use('k1', 'a'), use('k2', 'a'), use('k2', 'b')],
  })

  expect(usage.quantities).toEqual([
    { application: 'edr-optimum', category: 'all', quantity: 2 },
    { application: 'kes-business-advanced', category: 'all', quantity: 1 },
  ])
})

test('a renewed device counts by its new key, and the old key says why it does not', () => {
  const usage = count({
    keys: [key('old', { lastDay: '2026-02-01' }), key('new')],
    uses: [use('old', 'a'), use('new', 'a')],
  })

  expect(usage.items.map((item) => item.leftOut)).toEqual([null, 'expired'])
})

test('an application of which everything is left out stands at zero', () => {
  const usage = count({ keys: [key('k', { kind: 'trial' })], uses: [use('k', 'a')] })

  expect(quantityOf(usage, 'kes-business-advanced')).toEqual({ all: 0 })
  expect(usage.applications).toHaveLength(1)
})

test('a key that nobody uses mentions no application', () => {
  expect(count({ keys: [key('k')], uses: [] })).toEqual({ quantities: [], items: [], applications: [] })
})

describe('split by category', () => {
  test('100 devices are 90 workstations and 10 servers', () => {
    const ids = Array.from({ length: 100 }, (_, index) => `d${index}`)
    const usage = count({
      keys: [key('k')],
      uses: ids.map((id) => use('k', id)),
      devices: ids.map((id, index) =>
        device(id, index < 90 ? 'Microsoft Windows 10' : 'Microsoft Windows Server 2019'),
      ),
    })

    expect(quantityOf(usage, 'kes-business-advanced')).toEqual({ workstation: 90, server: 10, other: 0 })
  })

  test('a device without a host record is a workstation, with a warning', () => {
    const usage = count({
      keys: [key('k')],
      uses: [use('k', 'a'), use('k', 'b')],
      devices: [device('a', 'Linux')],
    })

    expect(quantityOf(usage, 'kes-business-advanced')).toEqual({ workstation: 1, server: 0, other: 1 })
    expect(usage.items.map((item) => [item.id, item.category, item.warning])).toEqual([
      ['a', 'other', null],
      ['b', 'workstation', 'no_host_record'],
    ])
  })

  test('an application that is not split stays whole', () => {
    const usage = count({
      keys: [key('k', { licenceName: 'Kaspersky Next EDR Foundations' })],
      uses: [use('k', 'a')],
      devices: [],
    })

    expect(quantityOf(usage, 'next-edr-foundations')).toEqual({ all: 1 })
    expect(usage.items).toMatchObject([{ category: 'all', warning: null }])
    expect(usage.applications).toMatchObject([{ unit: 'user' }])
  })
})

test('a use of a key that is not listed is refused instead of dropped', () => {
  expect(() => count({ keys: [], uses: [use('k', 'a')] })).toThrow('not in the list of keys')
})

test('200,000 uses are counted', () => {
  const uses = Array.from({ length: 200_000 }, (_, index) => use(`k${index % 4}`, `d${index >> 1}`))

  const usage = count({ keys: ['k0', 'k1', 'k2', 'k3'].map((id) => key(id)), uses, devices: [] })

  expect(quantityOf(usage, 'kes-business-advanced')).toEqual({ workstation: 100_000, server: 0, other: 0 })
})

describe('whatever is found', () => {
  const keyIds = ['k1', 'k2', 'k3', 'k4', 'k5']
  const deviceIds = ['a', 'b', 'c', 'd', 'e', 'f']
  const keys = fc.tuple(
    ...keyIds.map((id) =>
      fc.record({
        id: fc.constant(id),
        licenceName: fc.constantFrom(
          advanced,
          edr,
          'Kaspersky Next EDR Optimum',
          'Kaspersky Foo-Bar',
          'Kaspersky Foo Bar',
        ),
        kind: fc.constantFrom('commercial', 'subscription', 'trial', 'oem'),
        lastDay: fc.constantFrom(null, '2026-02-28', '2026-03-01', '2027-01-01'),
        subscriptionState: fc.constantFrom('active', 'paused', 'soft_cancelled'),
      }),
    ),
  )
  const uses = fc.array(
    fc.record({
      keyId: fc.constantFrom(...keyIds),
      deviceId: fc.constantFrom(...deviceIds),
      deviceName: fc.constantFrom('', 'PC-1', 'PC-2'),
      active: fc.boolean(),
      pending: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  const devices = fc.array(
    fc.record({
      id: fc.constantFrom(...deviceIds),
      name: fc.constantFrom('', 'HOST-1', 'HOST-2'),
      osName: fc.constantFrom(null, 'Microsoft Windows 10', 'Microsoft Windows Server 2019', 'Linux'),
      platform: fc.constantFrom(null, 2, 6),
      computerType: fc.constantFrom(null, 0x1003, 0x9003, 0x200800),
    }),
    { maxLength: 12 },
  )
  const found = fc.record({ keys, uses, devices, countSoftCancelled: fc.boolean() })
  const shuffled = <T>(rows: T[]) =>
    fc.shuffledSubarray([...rows, ...rows], { minLength: rows.length * 2, maxLength: rows.length * 2 })

  test('order and repetition change nothing', () => {
    fc.assert(
      fc.property(
        found.chain((from) =>
          fc.tuple(
            fc.constant(from),
            fc.record({
              keys: shuffled(from.keys),
              uses: shuffled(from.uses),
              devices: shuffled(from.devices),
              countSoftCancelled: fc.constant(from.countSoftCancelled),
            }),
          ),
        ),
        ([from, mixed]) => {
          expect(count(mixed)).toEqual(count(from))
        },
      ),
    )
  })

  test('the categories sum to the unsplit count', () => {
    fc.assert(
      fc.property(found, (from) => {
        const split = count(from)
        const whole = count({ ...from, devices: null })

        for (const { application, quantity } of whole.quantities) {
          const parts = Object.values(quantityOf(split, application))
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(quantity)
        }
        expect(split.applications).toEqual(whole.applications)
      }),
    )
  })

  test('no device counts twice for an application, and no reason is told twice', () => {
    fc.assert(
      fc.property(found, (from) => {
        const items = count(from).items.map((item) => `${item.application} ${item.id} ${item.leftOut}`)

        expect(new Set(items).size).toBe(items.length)
      }),
    )
  })

  test('each quantity is the number of its counted items, and each use has an item', () => {
    fc.assert(
      fc.property(found, (from) => {
        const usage = count(from)

        for (const { application, category, quantity } of usage.quantities) {
          const counted = usage.items.filter(
            (item) => item.application === application && item.category === category && item.leftOut === null,
          )
          expect(counted).toHaveLength(quantity)
        }
        expect(new Set(usage.items.map((item) => item.id))).toEqual(
          new Set(from.uses.map((row) => row.deviceId)),
        )
      }),
    )
  })
})
