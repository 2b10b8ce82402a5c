import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KscCall } from './account.ts'
import {
  allHosts,
  chunk,
  hostsOfKey,
  nextItems,
  post,
  sessionOn,
  startSession,
  textIn,
  tokenOf,
} from './caller.ts'
import { devices } from './devices.ts'
import { type Ksc, startKsc } from './start.ts'

let ksc: Ksc
beforeAll(async () => {
  ksc = await startKsc()
})
afterAll(() => ksc.close())

const calls = (method: string) => (call: KscCall) => call.method === method

async function ninetyOneHosts() {
  const account = ksc.account()
  const server = account.addServer({ name: 'Acme Ltd' })
  const key = server.addKey({ serial: '1A2B', product: 'Kaspersky A', type: 1 })
  key.use(server.addHosts(91, devices.workstation))
  const call = await sessionOn(account, 'Acme Ltd')
  const keyHosts = () => call('LicenseKeys.AcquireKeyHosts', hostsOfKey('1A2B', 'KLLICSRV_HOSTNAME'))
  return { account, server, call, keyHosts }
}

async function pingable() {
  const account = ksc.account()
  const token = await tokenOf(account)
  const ping = () => post(account, 'Session.Ping', { 'x-ksc-session': token })
  const end = () => post(account, 'Session.EndSession', { 'x-ksc-session': token })
  return { account, ping, end }
}

describe('a planned fault', () => {
  test('lets the first 2 matching calls pass, fails the next 3, and is over', async () => {
    const { account, ping } = await pingable()
    const fault = account.faults.add({
      match: calls('Session.Ping'),
      after: 2,
      times: 3,
      kind: 'status',
      status: 503,
    })

    const statuses: number[] = []
    for (let n = 0; n < 6; n++) statuses.push((await ping()).status)

    expect(statuses).toEqual([200, 200, 503, 503, 503, 200])
    expect(fault.fired).toBe(3)
  })

  test('happens once where nothing else is said, and two of them one after the other', async () => {
    const { account, ping } = await pingable()
    account.faults.add({ match: () => true, kind: 'status', status: 503 })
    account.faults.add({ match: () => true, kind: 'status', status: 502 })

    expect([(await ping()).status, (await ping()).status, (await ping()).status]).toEqual([503, 502, 200])
  })

  test('that never ends is over once the list is cleared', async () => {
    const { account, ping } = await pingable()
    const fault = account.faults.add({ match: () => true, times: Infinity, kind: 'status', status: 503 })
    await ping()
    await ping()

    account.faults.clear()

    expect((await ping()).status).toBe(200)
    expect(fault.fired).toBe(2)
  })

  test('of one account leaves the others alone', async () => {
    const one = await pingable()
    const two = await pingable()
    one.account.faults.add({ match: () => true, times: Infinity, kind: 'status', status: 503 })

    expect((await two.ping()).status).toBe(200)
    expect((await one.ping()).status).toBe(503)
  })
})

describe('on the wire', () => {
  test('a status comes with its own headers and text, and the call is not carried out', async () => {
    const { account, ping, end } = await pingable()
    account.faults.add({
      match: calls('Session.EndSession'),
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '7' },
      body: 'slow down',
    })

    const reply = await end()

    expect([reply.status, reply.headers.get('retry-after'), await reply.text()]).toEqual([
      429,
      '7',
      'slow down',
    ])
    expect((await ping()).status).toBe(200)
  })

  test('a web page comes with status 200, and the call is not carried out', async () => {
    const { account, ping, end } = await pingable()
    account.faults.add({ match: calls('Session.EndSession'), kind: 'html' })

    const reply = await end()

    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/html'])
    await expect(reply.json()).rejects.toThrow(SyntaxError)
    expect((await ping()).status).toBe(200)
  })

  test('a truncated answer is whole to HTTP and broken as JSON', async () => {
    const { account, call, keyHosts } = await ninetyOneHosts()
    const iterator = await keyHosts()
    account.faults.add({ match: calls('GroupSyncIterator.GetNextItems'), kind: 'truncated' })

    await expect(nextItems(call, iterator, 50)).rejects.toThrow(SyntaxError)
    expect(await nextItems(call, iterator, 50)).toMatchObject({ PxgRetVal: 41, bEOF: true })
  })

  test('a connection that breaks before the call leaves nothing done', async () => {
    const { account, ping, end } = await pingable()
    account.faults.add({ match: calls('Session.EndSession'), kind: 'resetBefore' })

    await expect(end()).rejects.toThrow('fetch failed')
    expect((await ping()).status).toBe(200)
  })

  test('a connection that breaks after the call leaves it done', async () => {
    const { account, ping, end } = await pingable()
    account.faults.add({ match: calls('Session.EndSession'), kind: 'resetAfter' })

    await expect(end()).rejects.toThrow('fetch failed')
    expect((await ping()).status).toBe(403)
  })

  test('a lost answer to the log-on leaves a session that no one can end', async () => {
    const account = ksc.account()
    account.faults.add({ match: calls('Session.StartSession'), kind: 'resetAfter' })

    await expect(startSession(account)).rejects.toThrow('fetch failed')
    expect(account.openSessions).toBe(1)
    account.passTime(180)
    expect(account.openSessions).toBe(0)
  })

  test('a hanging call is done at once and answered late', async () => {
    const { account, end } = await pingable()
    account.faults.add({ match: calls('Session.EndSession'), kind: 'hang', ms: 300 })
    const startedAt = performance.now()

    const reply = end()
    await expect.poll(() => account.openSessions, { interval: 5 }).toBe(0)
    const doneAfterMs = performance.now() - startedAt

    expect((await reply).status).toBe(200)
    expect(doneAfterMs).toBeLessThan(250)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(295)
  })

  test('a delayed call is done late, even when its caller has given up', async () => {
    const { account } = await pingable()
    const token = await tokenOf(account)
    account.faults.add({ match: calls('Session.EndSession'), kind: 'delay', ms: 200 })

    const reply = fetch(`${account.baseUrl}/api/v1.0/Session.EndSession`, {
      method: 'POST',
      headers: { 'x-ksc-session': token, 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(50),
    })

    await expect(reply).rejects.toThrow('timeout')
    expect(account.openSessions).toBe(2)
    await expect.poll(() => account.openSessions).toBe(1)
  })

  test('a latency slows every call', async () => {
    const slow = await startKsc({ latencyMs: 60 })
    const account = slow.account()
    const startedAt = performance.now()

    await startSession(account)
    const slowMs = performance.now() - startedAt
    slow.latencyMs = 0
    await startSession(account)

    expect(slowMs).toBeGreaterThanOrEqual(55)
    expect(account.openSessions).toBe(2)
    await slow.close()
  })
})

describe('in Security Center', () => {
  test('an error carries its code, its message and the text for people', async () => {
    const { account, call } = await ninetyOneHosts()
    account.faults.add({
      match: calls('HostGroup.FindHosts'),
      kind: 'pxgError',
      code: 1193,
      message: 'Access denied',
      locdata: { format: 'Access denied for %1', args: ['tallypod'] },
    })

    expect(await call('HostGroup.FindHosts', allHosts('KLHST_WKS_DN'))).toMatchObject({
      PxgError: {
        code: 1193,
        message: 'Access denied',
        locdata: { type: 'params', value: { format: 'Access denied for %1', args: ['tallypod'] } },
      },
    })
    expect(account.openAccessors).toBe(0)
  })

  test('an iterator is lost between two pages, and a new one starts over', async () => {
    const { account, call, keyHosts } = await ninetyOneHosts()
    account.faults.add({ match: calls('GroupSyncIterator.GetNextItems'), after: 1, kind: 'iteratorLost' })

    const iterator = await keyHosts()
    expect(await nextItems(call, iterator, 50)).toMatchObject({ PxgRetVal: 50, bEOF: false })
    expect(await nextItems(call, iterator, 50)).toMatchObject({
      PxgError: { message: 'Iterator was not found' },
    })

    expect(account.openIterators).toBe(0)
    expect(await nextItems(call, await keyHosts(), 100)).toMatchObject({ PxgRetVal: 91, bEOF: true })
  })

  test('an accessor is lost as well', async () => {
    const { account, call } = await ninetyOneHosts()
    account.faults.add({ match: calls('ChunkAccessor.GetItemsChunk'), kind: 'iteratorLost' })

    const found = await call('HostGroup.FindHosts', allHosts('KLHST_WKS_DN'))

    expect(await chunk(call, found)).toMatchObject({ PxgError: { message: 'Accessor was not found' } })
    expect(account.openAccessors).toBe(0)
  })

  test('a session is lost in the middle of paging, and its iterator can be read on from a new one', async () => {
    const { account, keyHosts } = await ninetyOneHosts()
    account.faults.add({ match: calls('GroupSyncIterator.GetNextItems'), kind: 'sessionLost' })
    const szwIterator = textIn(await keyHosts(), 'wstrIterator')
    const args = { szwIterator, nCount: 200 }
    const token = await tokenOf(account, 'Acme Ltd')

    const lost = await post(account, 'GroupSyncIterator.GetNextItems', { 'x-ksc-session': token }, args)
    const renewed = await sessionOn(account, 'Acme Ltd')

    expect(lost.status).toBe(403)
    expect(await renewed('GroupSyncIterator.GetNextItems', args)).toMatchObject({ PxgRetVal: 91 })
  })

  test('a listing announces 91 hosts of a key and delivers 90', async () => {
    const { account, call, keyHosts } = await ninetyOneHosts()
    account.faults.add({ match: calls('LicenseKeys.AcquireKeyHosts'), kind: 'missingRows', rows: 1 })

    const iterator = await keyHosts()

    expect(iterator).toMatchObject({ lKeyCount: 91 })
    expect(await nextItems(call, iterator)).toMatchObject({ PxgRetVal: 90, bEOF: true })
  })

  test('a search announces 91 hosts and delivers 88', async () => {
    const { account, call } = await ninetyOneHosts()
    account.faults.add({ match: calls('HostGroup.FindHosts'), kind: 'missingRows', rows: 3 })

    const found = await call('HostGroup.FindHosts', allHosts('KLHST_WKS_DN'))

    expect(found).toMatchObject({ PxgRetVal: 91 })
    expect(await chunk(call, found)).toMatchObject({ PxgRetVal: 88 })
    const strAccessor = textIn(found, 'strAccessor')
    expect(await call('ChunkAccessor.GetItemsCount', { strAccessor })).toEqual({ PxgRetVal: 91 })
  })

  test('an iterator of 91 rows calls the 25th the end', async () => {
    const { account, call, keyHosts } = await ninetyOneHosts()
    account.faults.add({ match: calls('GroupSyncIterator.GetNextItems'), kind: 'earlyEof' })

    const iterator = await keyHosts()

    expect(iterator).toMatchObject({ lKeyCount: 91 })
    expect(await nextItems(call, iterator, 50)).toMatchObject({ PxgRetVal: 25, bEOF: true })
    expect(await nextItems(call, iterator, 50)).toMatchObject({ PxgRetVal: 0, bEOF: true })
  })
})
