import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostsOfKey, nextItems, page, sessionOn, textIn } from './caller.ts'
import { type Ksc, startKsc } from './start.ts'

let ksc: Ksc
beforeAll(async () => {
  ksc = await startKsc()
})
afterAll(() => ksc.close())

describe('an iterator', () => {
  const names = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({ KLLICSRV_HOSTDN: `pc-${from + index}` }))

  async function fiveHosts() {
    const account = ksc.account()
    const server = account.addServer({ name: 'Acme Ltd' })
    const key = server.addKey({ serial: '1A2B', product: 'Kaspersky A', type: 1 })
    key.use(server.addHosts(5, { name: 'pc' }))
    const call = await sessionOn(account, 'Acme Ltd')
    const open = (lTimeoutSec: number) =>
      call('LicenseKeys.AcquireKeyHosts', { ...hostsOfKey('1A2B', 'KLLICSRV_HOSTDN'), lTimeoutSec })
    return { account, key, call, open }
  }

  test('goes forward only, 5 rows in pages of 2, and ends with the last', async () => {
    const { call, open } = await fiveHosts()
    const iterator = await open(900)

    expect(await nextItems(call, iterator, 2)).toEqual(page(names(1, 2), false))
    expect(await nextItems(call, iterator, 2)).toEqual(page(names(3, 4), false))
    expect(await nextItems(call, iterator, 2)).toEqual(page(names(5, 5), true))
    expect(await nextItems(call, iterator, 2)).toEqual(page([], true))
  })

  test('keeps what there was when it was opened', async () => {
    const { call, open, key } = await fiveHosts()
    const iterator = await open(900)

    for (const [use] of key.uses.values()) if (use) key.release(use.host)

    expect(await nextItems(call, iterator)).toEqual(page(names(1, 5), true))
    expect(await open(900)).toMatchObject({ lKeyCount: 0 })
  })

  test.each([
    ['60 seconds', 60, 59, 60],
    ['15 minutes where it was opened for 0 seconds', 0, 899, 900],
  ])('lives %s', async (_, lTimeoutSec, livesAfter, endsAfter) => {
    const { account, open } = await fiveHosts()
    const iterator = await open(lTimeoutSec)

    account.passTime(livesAfter)
    expect(account.openIterators).toBe(1)
    const call = await sessionOn(account, 'Acme Ltd')
    expect(await nextItems(call, iterator, 1)).toEqual(page(names(1, 1), false))

    account.passTime(endsAfter - livesAfter)
    expect(account.openIterators).toBe(0)
    expect(await nextItems(call, iterator, 1)).toMatchObject({
      PxgError: { message: 'Iterator was not found' },
    })
  })

  test('stays open past the end of its rows and of its session, until it is released', async () => {
    const { account, call, open } = await fiveHosts()
    const iterator = await open(900)
    await nextItems(call, iterator)
    await call('Session.EndSession')
    expect([account.openSessions, account.openIterators]).toEqual([0, 1])

    const later = await sessionOn(account, 'Acme Ltd')
    const szwIterator = textIn(iterator, 'wstrIterator')
    expect(await later('GroupSyncIterator.ReleaseIterator', { szwIterator })).toEqual({})

    expect(account.openIterators).toBe(0)
    expect(await later('GroupSyncIterator.ReleaseIterator', { szwIterator })).toHaveProperty('PxgError')
  })

  test('cannot be read from a session of another server', async () => {
    const { account, open } = await fiveHosts()
    account.addServer({ name: 'Globex' })
    const iterator = await open(900)

    const globex = await sessionOn(account, 'Globex')

    expect(await nextItems(globex, iterator)).toHaveProperty('PxgError')
  })
})
