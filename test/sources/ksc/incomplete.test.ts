import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VendorError, type VendorFailure } from '../../../worker/vendor/error.ts'
import type { KscAccount, KscCall, KscFailure } from '../../vendors/ksc/account.ts'
import { devices } from '../../vendors/ksc/devices.ts'
import { keyType, type NewKey } from '../../vendors/ksc/key.ts'
import { type Ksc, startKsc } from '../../vendors/ksc/start.ts'
import { advanced, methodsCalled, nothingOpen, openAt, sourceOf, split, tenantOf } from './center.ts'

let ksc: Ksc
beforeAll(async () => {
  ksc = await startKsc()
})
afterAll(() => ksc.close())

const commercial: NewKey = { product: advanced, type: keyType.commercial, limitDate: '2027-05-01' }

/** 500 devices under one key: three pages of uses and three of devices. */
function accountOf500() {
  const account = ksc.account()
  const server = account.addServer({ name: 'Acme Ltd' })
  server.addKey(commercial).use(server.addHosts(500, devices.workstation))
  return { account, server }
}

const of = (method: string) => (call: KscCall) => call.method === method

async function failureOf(work: Promise<unknown>): Promise<VendorFailure> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof VendorError)) throw new Error('it did not fail as a vendor does', { cause: error })
  return error.failure
}

const enumKeys = 'LicenseKeys.EnumKeys'
const keyHosts = 'LicenseKeys.AcquireKeyHosts'
const nextItems = 'GroupSyncIterator.GetNextItems'
const findHosts = 'HostGroup.FindHosts'
const chunk = 'ChunkAccessor.GetItemsChunk'

describe('a read that misses anything fails instead of counting less', () => {
  test.each<[string, string, KscFailure & { after?: number; times?: number }, object]>([
    ['a key is missing', enumKeys, { kind: 'missingRows', rows: 1 }, { kind: 'unavailable' }],
    [
      'one of 500 uses is missing',
      keyHosts,
      { kind: 'missingRows', rows: 1 },
      { kind: 'unavailable', detail: 'it announced 500 devices of a licence key and delivered 499' },
    ],
    [
      'a page of uses is called the last too early',
      nextItems,
      { kind: 'earlyEof', after: 2 },
      { kind: 'unavailable' },
    ],
    [
      'one of 500 devices is missing',
      findHosts,
      { kind: 'missingRows', rows: 1 },
      { kind: 'unavailable', detail: 'it announced 500 devices and delivered 499' },
    ],
    ['a page is cut off', nextItems, { kind: 'truncated', after: 3 }, { kind: 'unavailable' }],
    ['a page of devices is cut off', chunk, { kind: 'truncated', after: 2 }, { kind: 'unavailable' }],
    ['the connection breaks on a page', nextItems, { kind: 'resetAfter', after: 2 }, { kind: 'unavailable' }],
    ['an answer is a web page', keyHosts, { kind: 'html' }, { kind: 'unavailable' }],
    [
      'the server is busy',
      keyHosts,
      { kind: 'status', status: 503, body: 'busy' },
      { kind: 'unavailable', status: 503 },
    ],
    [
      'a method reports an error',
      keyHosts,
      {
        kind: 'pxgError',
        code: 1193,
        message: 'Access denied',
        locdata: { format: 'Access denied for %1 on %2', args: ['tallypod', 'Acme Ltd'] },
      },
      { kind: 'rejected', status: 200, reply: 'Access denied for tallypod on Acme Ltd (KLSTD 1193)' },
    ],
    [
      'a method reports an error without the words for people',
      enumKeys,
      { kind: 'pxgError', code: 7, message: 'Generic failure' },
      { kind: 'rejected', status: 200, reply: 'Generic failure (KLSTD 7)' },
    ],
    [
      'a listing is lost twice',
      nextItems,
      { kind: 'iteratorLost', after: 1, times: 2 },
      { kind: 'rejected', status: 200 },
    ],
    [
      'a session is refused twice for one call',
      keyHosts,
      { kind: 'status', status: 403, body: 'Forbidden', times: 2 },
      { kind: 'rejected', status: 403 },
    ],
  ])('%s', async (_, method, fault, failure) => {
    const { account, server } = accountOf500()
    const planned = account.faults.add({ ...fault, match: of(method) })

    expect(await failureOf(sourceOf(account).usage(tenantOf(server), split))).toMatchObject(failure)

    expect(planned.fired).toBe(fault.times ?? 1)
    expect(openAt(account)).toEqual(nothingOpen)
  })
})

describe('what is lost on the way is read again', () => {
  test.each<[string, string, KscFailure & { after?: number }]>([
    ['an iterator lost on the second page', nextItems, { kind: 'iteratorLost', after: 2 }],
    ['an accessor lost on the second page', chunk, { kind: 'iteratorLost', after: 1 }],
    ['a session that ended before the keys were read', enumKeys, { kind: 'sessionLost' }],
    ['a session that ended between two pages', nextItems, { kind: 'sessionLost', after: 2 }],
    ['a session refused with 401', chunk, { kind: 'status', status: 401, after: 1 }],
  ])('%s', async (_, method, fault) => {
    const { account, server } = accountOf500()
    const planned = account.faults.add({ ...fault, match: of(method) })

    const usage = await sourceOf(account).usage(tenantOf(server), split)

    expect(planned.fired).toBe(1)
    expect(usage.quantities.map(({ quantity }) => quantity)).toEqual([500, 0, 0])
    expect(usage.items).toHaveLength(500)
    expect(openAt(account)).toEqual(nothingOpen)
  })

  test('a session opened again is proved to be on the same server', async () => {
    const { account, server } = accountOf500()
    account.faults.add({ kind: 'sessionLost', match: of(keyHosts) })

    await sourceOf(account).usage(tenantOf(server), split)

    expect(methodsCalled(account).filter((method) => method === 'HostGroup.GetStaticInfo')).toHaveLength(2)
  })
})

describe('a key that cannot be judged stops the read', () => {
  test.each<[string, (account: KscAccount) => NewKey, string]>([
    [
      'a commercial key without a last day',
      () => ({ ...commercial, limitDate: undefined }),
      'KLLIC_LIMIT_DATE',
    ],
    [
      'a subscription without a state',
      () => ({ product: advanced, type: keyType.subscription }),
      'KLLIC_SUBSCRINFO_STATE',
    ],
    ['a key without a serial number', () => ({ ...commercial, serial: '' }), 'KLLIC_SERIAL'],
    ['a key without a name', () => ({ ...commercial, product: ' ' }), 'KLLIC_PROD_NAME'],
  ])('%s', async (_, keyOf, field) => {
    const { account, server } = accountOf500()
    server.addKey(keyOf(account))

    const failure = await failureOf(sourceOf(account).usage(tenantOf(server), split))

    expect(failure).toMatchObject({ kind: 'unexpected_reply', issues: expect.stringContaining(field) })
    expect(openAt(account)).toEqual(nothingOpen)
  })

  test('a kind of key that nobody knows', async () => {
    const { account, server } = accountOf500()
    Object.assign(server.addKey(commercial), { type: 7 })

    expect(await failureOf(sourceOf(account).usage(tenantOf(server), split))).toEqual({
      kind: 'unexpected_reply',
      issues: 'KLLIC_KEY_TYPE: 7 is no kind of key that we know',
    })
  })
})

describe('a session on another server than the wanted one is never read', () => {
  test('a renamed server whose old name another one bears now', async () => {
    const account = ksc.account()
    const acme = account.addServer({ name: 'Acme Ltd' })
    const tenant = tenantOf(acme)
    acme.name = 'Acme Group'
    const other = account.addServer({ name: 'Acme Ltd' })
    other.addKey(commercial).use(other.addHosts(3, devices.workstation))

    const failure = await failureOf(sourceOf(account).usage(tenant, split))

    expect(failure).toMatchObject({
      kind: 'unexpected_reply',
      issues: expect.stringContaining('another virtual server'),
    })
    expect(methodsCalled(account)).not.toContain(enumKeys)
    expect(openAt(account)).toEqual(nothingOpen)
  })

  test.each([
    ['renamed', { name: 'Acme Group' }],
    ['disabled', { enabled: false }],
  ])('a server that was %s', async (_, change) => {
    const { account, server } = accountOf500()
    const tenant = tenantOf(server)
    Object.assign(server, change)

    expect(await failureOf(sourceOf(account).usage(tenant, split))).toMatchObject({
      kind: 'rejected',
      status: 403,
    })
  })
})

test('a wrong password is unauthorized, and no secret is in the error', async () => {
  const { account, server } = accountOf500()
  const source = sourceOf(account)
  account.password = 'another one'

  const error = await source.usage(tenantOf(server), split).catch((thrown: unknown) => thrown)

  expect(error).toMatchObject({ failure: { kind: 'unauthorized' } })
  expect(JSON.stringify([String(error), error])).not.toContain('a password of the emulator')
})

test('a clean-up that fails hides neither the result nor the first failure', async () => {
  const { account, server } = accountOf500()
  const cleansUp = (call: KscCall) => /ReleaseIterator|Accessor.Release|EndSession/.test(call.method)
  account.faults.add({ kind: 'resetBefore', match: cleansUp, times: Number.POSITIVE_INFINITY })

  const usage = await sourceOf(account).usage(tenantOf(server), split)
  account.faults.add({ kind: 'missingRows', rows: 1, match: of(keyHosts) })
  const failure = await failureOf(sourceOf(account).usage(tenantOf(server), split))

  expect(usage.items).toHaveLength(500)
  expect(failure).toMatchObject({ kind: 'unavailable', detail: expect.stringContaining('announced 500') })
})
