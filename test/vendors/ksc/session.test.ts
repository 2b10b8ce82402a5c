import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { base64, post, sessionOn, startSession, tokenOf, wrapped } from './caller.ts'
import { type Ksc, startKsc } from './start.ts'

let ksc: Ksc
beforeAll(async () => {
  ksc = await startKsc()
})
afterAll(() => ksc.close())

const identity = { pValues: ['KLADMSRV_VSID', 'KLADMSRV_VSUID', 'KLADMSRV_PRODUCT_FULL_VERSION'] }

describe('logging on', () => {
  test('a session of a virtual server tells which server it is on', async () => {
    const account = ksc.account({ version: '14.2.0.26967' })
    account.addServer({ id: 3, uid: 'VS-7f0c', name: 'Acme Ltd' })

    const call = await sessionOn(account, 'Acme Ltd')

    expect(await call('HostGroup.GetStaticInfo', identity)).toEqual({
      PxgRetVal: {
        KLADMSRV_VSID: 3,
        KLADMSRV_VSUID: 'VS-7f0c',
        KLADMSRV_PRODUCT_FULL_VERSION: '14.2.0.26967',
      },
    })
  })

  test('without a server name, or with an empty one, the session is on the main server', async () => {
    const account = ksc.account()

    const unnamed = await sessionOn(account)
    const empty = await sessionOn(account, '')

    const main = { PxgRetVal: { KLADMSRV_IS_VIRTUAL: false, KLADMSRV_VSID: 0 } }
    const asked = { pValues: ['KLADMSRV_IS_VIRTUAL', 'KLADMSRV_VSID'] }
    expect(await unnamed('HostGroup.GetStaticInfo', asked)).toEqual(main)
    expect(await empty('HostGroup.GetStaticInfo', asked)).toEqual(main)
  })

  test('names that differ only in letter case are two servers', async () => {
    const account = ksc.account()
    account.addServer({ uid: 'VS-upper', name: 'ACME' })
    account.addServer({ uid: 'VS-lower', name: 'Acme' })

    const call = await sessionOn(account, 'Acme')

    expect(await call('HostGroup.GetStaticInfo', { pValues: ['KLADMSRV_VSUID'] })).toEqual({
      PxgRetVal: { KLADMSRV_VSUID: 'VS-lower' },
    })
    expect((await startSession(account, 'acme')).status).toBe(403)
  })

  test('a name in any script reaches its server through Base64 of UTF-8', async () => {
    const account = ksc.account({ user: 'jürgen', password: 'pä"ss' })
    account.addServer({ uid: 'VS-de', name: 'Müller & Söhne 株式会社' })

    const call = await sessionOn(account, 'Müller & Söhne 株式会社')

    expect(await call('HostGroup.GetStaticInfo', { pValues: ['KLADMSRV_VSUID'] })).toEqual({
      PxgRetVal: { KLADMSRV_VSUID: 'VS-de' },
    })
  })

  test('a server name that is not in Base64 is unknown', async () => {
    const account = ksc.account()
    account.addServer({ name: 'Acme Ltd' })

    const reply = await post(account, 'Session.StartSession', {
      authorization: `KSCBasic user="${base64(account.user)}", pass="${base64(account.password)}"`,
      'x-ksc-vserver': 'Acme Ltd',
    })

    expect(reply.status).toBe(403)
  })

  test('a renamed server answers to its new name only, with the same unique name', async () => {
    const account = ksc.account()
    const acme = account.addServer({ uid: 'VS-7f0c', name: 'Acme Ltd' })

    acme.name = 'Acme Holding'

    expect((await startSession(account, 'Acme Ltd')).status).toBe(403)
    const call = await sessionOn(account, 'Acme Holding')
    expect(await call('HostGroup.GetStaticInfo', { pValues: ['KLADMSRV_VSUID'] })).toEqual({
      PxgRetVal: { KLADMSRV_VSUID: 'VS-7f0c' },
    })
  })

  test('a wrong password, an unknown user and a Windows log-on of an internal user are refused alike', async () => {
    const account = ksc.account({ password: 'right' })
    const authorization = (user: string, internal: 0 | 1) =>
      `KSCBasic user="${base64(user)}", pass="${base64('right')}", internal="${internal}"`

    const replies = [
      await startSession(account, undefined, 'wrong'),
      await post(account, 'Session.StartSession', { authorization: authorization('nobody', 1) }),
      await post(account, 'Session.StartSession', { authorization: authorization(account.user, 0) }),
      await post(account, 'Session.StartSession', { authorization: 'Basic dGFsbHlwb2Q6cmlnaHQ=' }),
      await post(account, 'Session.StartSession', {}),
    ]

    expect(replies.map((reply) => reply.status)).toEqual([401, 401, 401, 401, 401])
    expect(await replies[0]?.text()).toBe('Authentication failure')
    expect(account.openSessions).toBe(0)
  })

  test('a disabled server opens no session, ends those it has, and stays in the list', async () => {
    const account = ksc.account()
    const acme = account.addServer({ uid: 'VS-7f0c', name: 'Acme Ltd' })
    const token = await tokenOf(account, 'Acme Ltd')
    const main = await sessionOn(account)

    acme.enabled = false

    expect((await startSession(account, 'Acme Ltd')).status).toBe(403)
    expect((await post(account, 'Session.Ping', { 'x-ksc-session': token })).status).toBe(403)
    expect(await main('VServers.GetVServers', { lParentGroup: -1 })).toMatchObject({
      PxgRetVal: [wrapped({ KLVSRV_UID: 'VS-7f0c', KLVSRV_ENABLED: false })],
    })
  })

  test('accounts on one address do not see each other', async () => {
    const one = ksc.account({ user: 'one' })
    const two = ksc.account({ user: 'two' })
    one.addServer({ name: 'Acme Ltd' })

    expect((await startSession(two, 'Acme Ltd')).status).toBe(403)
    const call = await sessionOn(two)
    expect(await call('VServers.GetVServers', { lParentGroup: -1 })).toEqual({ PxgRetVal: [] })
    expect(one.calls).toEqual([])
  })
})

describe('a session', () => {
  test('is refused with 403 after its end', async () => {
    const account = ksc.account()
    const token = await tokenOf(account)
    const headers = { 'x-ksc-session': token }

    const ping = await post(account, 'Session.Ping', headers)
    const end = await post(account, 'Session.EndSession', headers)
    const late = await post(account, 'Session.Ping', headers)

    expect([ping.status, await ping.json()]).toEqual([200, {}])
    expect([end.status, await end.json()]).toEqual([200, {}])
    expect(late.status).toBe(403)
    expect(account.openSessions).toBe(0)
  })

  test('ends after 180 idle seconds, and a ping starts them anew', async () => {
    const account = ksc.account()
    const headers = { 'x-ksc-session': await tokenOf(account) }

    account.passTime(170)
    const early = await post(account, 'Session.Ping', headers)
    account.passTime(170)
    const kept = await post(account, 'Session.Ping', headers)
    account.passTime(180)
    const late = await post(account, 'Session.Ping', headers)

    expect([early.status, kept.status, late.status]).toEqual([200, 200, 403])
  })

  test('is needed for every other method, and a made-up one is none', async () => {
    const account = ksc.account()

    const without = await post(account, 'VServers.GetVServers', {}, { lParentGroup: -1 })
    const madeUp = await post(account, 'VServers.GetVServers', { 'x-ksc-session': 'x' }, { lParentGroup: -1 })

    expect(without.status).toBe(401)
    expect(madeUp.status).toBe(403)
  })

  test('refuses a second call while the first is being answered, and other sessions go on', async () => {
    const account = ksc.account()
    const headers = { 'x-ksc-session': await tokenOf(account) }
    const other = { 'x-ksc-session': await tokenOf(account) }
    account.faults.add({ match: (call) => call.method === 'Session.Ping', kind: 'delay', ms: 200 })

    const first = post(account, 'Session.Ping', headers)
    await expect.poll(() => account.calls.length).toBe(3)
    const second = await post(account, 'Session.Ping', headers)
    const elsewhere = await post(account, 'Session.Ping', other)

    expect(second.status).toBe(503)
    expect(elsewhere.status).toBe(200)
    expect((await first).status).toBe(200)
    expect(account.busyRefusals).toBe(1)
    expect((await post(account, 'Session.Ping', headers)).status).toBe(200)
  })
})
