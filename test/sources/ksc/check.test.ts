import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KscAccount, KscCall } from '../../vendors/ksc/account.ts'
import { keyType } from '../../vendors/ksc/key.ts'
import { type Ksc, startKsc } from '../../vendors/ksc/start.ts'
import { advanced, connectionTo, nothingOpen, openAt, sourceOf } from './center.ts'

let ksc: Ksc
beforeAll(async () => {
  ksc = await startKsc()
})
afterAll(() => ksc.close())

function accountWithServer(): KscAccount {
  const account = ksc.account()
  account.addServer({ name: 'Old Ltd', enabled: false })
  account
    .addServer({ name: 'Acme Ltd' })
    .addKey({ product: advanced, type: keyType.commercial, limitDate: '2027-05-01' })
  return account
}

const of = (method: string, server?: 'virtual') => (call: KscCall) =>
  call.method === method && (server === undefined || call.server !== null)

test('a sound connection is sound, and its version is told', async () => {
  const account = accountWithServer()

  expect(await sourceOf(account).check()).toEqual({ ok: true, problems: [], version: '14.2.0.26967' })
  expect(openAt(account)).toEqual(nothingOpen)
})

describe('each failure is a problem that names cause and remedy', () => {
  const refused = { kind: 'pxgError', code: 1193, message: 'Access denied' } as const

  test.each<[string, (account: KscAccount) => void, string, RegExp]>([
    [
      'a wrong password',
      (account) => Object.assign(account, { password: 'another one' }),
      'wrong_credentials',
      /refused the user .* Enter the user name and password again/,
    ],
    [
      'no virtual servers',
      (account) => account.servers.splice(0),
      'no_virtual_servers',
      /no virtual server.*right to read/,
    ],
    [
      'only disabled servers',
      (account) => account.servers.splice(1),
      'no_enabled_virtual_server',
      /None of the 1 virtual servers is enabled/,
    ],
    [
      'no right to list the servers',
      (account) => account.faults.add({ ...refused, match: of('VServers.GetVServers') }),
      'missing_right',
      /listing the virtual servers.*right to read.*Access denied/,
    ],
    [
      'no right on a virtual server',
      (account) =>
        account.faults.add({
          kind: 'status',
          status: 403,
          body: 'Forbidden',
          match: of('Session.StartSession', 'virtual'),
        }),
      'missing_right',
      /logging on to the virtual server "Acme Ltd".*right to read/,
    ],
    [
      'no right to read keys',
      (account) => account.faults.add({ ...refused, match: of('LicenseKeys.EnumKeys') }),
      'missing_right',
      /licence keys of the virtual server "Acme Ltd".*right to read/,
    ],
    [
      'no right to read the version',
      (account) => account.faults.add({ ...refused, match: of('HostGroup.GetStaticInfo') }),
      'missing_right',
      /reading its version/,
    ],
    [
      'a connection that breaks before an answer',
      (account) => account.faults.add({ kind: 'resetBefore', match: () => true, times: 9 }),
      'unreachable',
      /Certificate:.*Port:.*DNS:/,
    ],
    [
      'a certificate that Cloudflare refuses',
      (account) => account.faults.add({ kind: 'status', status: 526, match: () => true }),
      'unreachable',
      /Certificate:/,
    ],
    [
      'a web page of a proxy',
      (account) => account.faults.add({ kind: 'html', match: () => true }),
      'not_security_center',
      /access proxy/,
    ],
    [
      'a busy server',
      (account) => account.faults.add({ kind: 'status', status: 503, match: () => true }),
      'unavailable',
      /status 503.*Try again/,
    ],
    [
      'a key of unknown kind',
      (account) => {
        for (const key of account.servers[1]?.keys.values() ?? []) Object.assign(key, { type: 9 })
      },
      'unexpected_answer',
      /KLLIC_KEY_TYPE: 9/,
    ],
  ])('%s', async (_, spoil, code, words) => {
    const account = accountWithServer()
    const source = sourceOf(account)
    spoil(account)

    const check = await source.check()

    expect(check).toMatchObject({ ok: false, problems: [{ code, message: expect.stringMatching(words) }] })
    expect(check.problems).toHaveLength(1)
    expect(openAt(account)).toEqual(nothingOpen)
  })
})

test('an address that nobody listens on is unreachable', async () => {
  const account = accountWithServer()

  const check = await sourceOf(account, { baseUrl: 'http://127.0.0.1:9' }).check()

  expect(check).toMatchObject({ ok: false, problems: [{ code: 'unreachable' }] })
})

test('a user looked up in the wrong place is told so', async () => {
  const account = accountWithServer()
  const { credentials } = connectionTo(account)

  const check = await sourceOf(account, { credentials: { ...credentials, internal: false } }).check()

  expect(check).toMatchObject({
    problems: [{ code: 'wrong_credentials', message: expect.stringContaining('set "internal" to true') }],
  })
})
