import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allHosts, allKeys, chunk, post, sessionOn, tokenOf, wrapped } from './caller.ts'
import { type Ksc, startKsc } from './start.ts'

let ksc: Ksc
beforeAll(async () => {
  ksc = await startKsc()
})
afterAll(() => ksc.close())

describe('a call', () => {
  test('is known by its exact letters', async () => {
    const call = await sessionOn(ksc.account())

    expect(await call('vservers.getvservers', { lParentGroup: -1 })).toMatchObject({
      PxgError: { message: 'Method was not found' },
    })
    expect(await call('VServers.GetVServers', { lParentGroup: -1 })).toEqual({ PxgRetVal: [] })
  })

  test.each([
    ['LicenseKeys.EnumKeys', 'pFields', allKeys('KLLIC_SERIAL')],
    ['LicenseKeys.EnumKeys', 'pFieldsToOrder', allKeys('KLLIC_SERIAL')],
    ['LicenseKeys.EnumKeys', 'lTimeoutSec', allKeys('KLLIC_SERIAL')],
    ['HostGroup.FindHosts', 'vecFieldsToReturn', allHosts('KLHST_WKS_DN')],
    ['HostGroup.FindHosts', 'vecFieldsToOrder', allHosts('KLHST_WKS_DN')],
    ['VServers.GetVServers', 'lParentGroup', { lParentGroup: -1 }],
  ])('%s is refused without %s', async (method, missing, args) => {
    const call = await sessionOn(ksc.account())

    const whole = await call(method, args)
    const without = await call(method, { ...args, [missing]: undefined })

    expect(whole).not.toHaveProperty('PxgError')
    expect(without).toMatchObject({ PxgError: { message: expect.stringContaining(missing) } })
  })

  test('takes a container as it is, and one in a list wrapped; the other way round it refuses both', async () => {
    const account = ksc.account()
    const acme = account.addServer({ name: 'Acme Ltd' })
    acme.addHost({ name: 'b' })
    acme.addHost({ name: 'a' })
    const call = await sessionOn(account, 'Acme Ltd')
    const args = allHosts('KLHST_WKS_DN')
    const order = { Name: 'KLHST_WKS_DN', Asc: true }

    const right = await call('HostGroup.FindHosts', { ...args, vecFieldsToOrder: [wrapped(order)] })
    const bareInList = await call('HostGroup.FindHosts', { ...args, vecFieldsToOrder: [order] })
    const wrappedArgument = await call('LicenseKeys.AcquireKeyHosts', {
      ...allKeys('KLLICSRV_HOSTNAME'),
      pInData: wrapped({ KLLIC_SERIAL: '1A2B' }),
    })

    expect(right).toMatchObject({ PxgRetVal: 2 })
    expect(await chunk(call, right)).toMatchObject({
      pChunk: { KLCSP_ITERATOR_ARRAY: [wrapped({ KLHST_WKS_DN: 'a' }), wrapped({ KLHST_WKS_DN: 'b' })] },
    })
    expect(bareInList).toHaveProperty('PxgError')
    expect(wrappedArgument).toMatchObject({ PxgError: { message: expect.stringContaining('KLLIC_SERIAL') } })
  })

  test('with another verb, path, media type or body gets a plain text and no JSON', async () => {
    const account = ksc.account()
    const url = `${account.baseUrl}/api/v1.0/Session.StartSession`

    const replies = [
      await fetch(url),
      await fetch(`${account.baseUrl}/api/v2.0/Session.StartSession`, { method: 'POST', body: '{}' }),
      await fetch(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }),
      await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[]' }),
      await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' } }),
    ]

    expect(replies.map((reply) => reply.status)).toEqual([405, 404, 415, 400, 400])
    expect(replies[0]?.headers.get('content-type')).toMatch('text/plain')
  })

  test('is kept with its server, its session and its arguments', async () => {
    const account = ksc.account()
    account.addServer({ uid: 'VS-7f0c', name: 'Acme Ltd' })
    const token = await tokenOf(account, 'Acme Ltd')

    await post(account, 'HostGroup.GetStaticInfo', { 'x-ksc-session': token }, { pValues: [] })

    expect(account.calls).toMatchObject([
      { method: 'Session.StartSession', server: 'VS-7f0c', session: null },
      { method: 'HostGroup.GetStaticInfo', server: 'VS-7f0c', session: token, args: { pValues: [] } },
    ])
  })
})
