import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTigerpaw, type Tigerpaw } from '../../vendors/tigerpaw/server.ts'
import { callsOf } from '../calls.ts'
import { adapterOf } from './adapter.ts'

let vendor: Tigerpaw
beforeAll(async () => {
  vendor = await startTigerpaw()
})
afterAll(() => vendor.close())

test('a connection that works has no problems, tells the version, and is only read from', async () => {
  const account = vendor.account()

  const check = await adapterOf(account).check()

  expect(check).toEqual({ ok: true, problems: [], version: '18.2.1' })
  expect(callsOf(account)).toEqual([
    'GET /api/diagnostics/validate/user',
    'GET /api/diagnostics/productInformation',
    'POST /api/accounts/search',
    'GET /api/agreements/1',
    'POST /api/pricebook/items/search',
    'GET /api/mastertables/pricelevels',
    'GET /api/mastertables/externalproducts',
  ])
})

describe('missing rights', () => {
  test.each([
    ['/api/accounts/search', 'Accounts'],
    ['/api/agreements/1', 'Recurring agreements'],
    ['/api/pricebook/items/search', 'Price book items'],
    ['/api/mastertables/pricelevels', 'Master tables'],
  ])('to read %s is named with its remedy', async (path, item) => {
    const account = vendor.account()
    account.faults.add({ kind: 'status', status: 403, match: (call) => call.path === path })

    const check = await adapterOf(account).check()

    expect(check).toEqual({
      ok: false,
      version: '18.2.1',
      problems: [
        {
          code: 'right_missing',
          message:
            `The rep with the REST keys may not read "${item}". In Tigerpaw open the security role of that rep and allow ` +
            `Get for ${item}.`,
        },
      ],
    })
  })

  test('all of them are told at once, the one for master tables once', async () => {
    const account = vendor.account()
    const isDiagnostic = (path: string) => path.startsWith('/api/diagnostics')
    account.faults.add({
      kind: 'status',
      status: 403,
      times: Infinity,
      match: ({ path }) => !isDiagnostic(path),
    })

    const { problems } = await adapterOf(account).check()

    expect(problems.map(({ message }) => /"(.+)"/.exec(message)?.[1])).toEqual([
      'Accounts',
      'Recurring agreements',
      'Price book items',
      'Master tables',
    ])
  })
})

describe('wrong settings', () => {
  test('a private key that is not right, with the place where keys are made', async () => {
    const account = vendor.account()

    const check = await adapterOf(account, { credentials: { privateKey: 'an old one' } }).check()

    expect(check.problems).toMatchObject([
      { code: 'credentials_refused', message: expect.stringContaining('Account Reps') },
    ])
    expect(JSON.stringify(check)).not.toContain('an old one')
  })

  test('keys that are refused with status 200', async () => {
    const account = vendor.account()
    const body = '{"Success":false,"Message":"The rep is inactive."}'
    account.faults.add({ kind: 'status', status: 200, body, match: () => true })

    expect((await adapterOf(account).check()).problems).toMatchObject([{ code: 'credentials_refused' }])
  })

  test('an External Product that does not exist, with those that do', async () => {
    const account = vendor.account()

    const check = await adapterOf(account, { externalProduct: 'Kaspersky Lab' }).check()

    expect(check).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'external_product_unknown',
          message: expect.stringContaining('It has "Remote Monitoring", "Kaspersky".'),
        },
      ],
    })
  })

  test('a Tigerpaw without a licence of its own', async () => {
    const account = vendor.account()
    account.options.hasValidLicence = false

    expect(await adapterOf(account).check()).toMatchObject({
      ok: false,
      version: '18.2.1',
      problems: [{ code: 'licence_invalid' }],
    })
  })

  test('a host that nobody answers at', async () => {
    const account = vendor.account()

    const check = await adapterOf(account, { baseUrl: 'http://127.0.0.1:1' }).check()

    expect(check).toMatchObject({ ok: false, problems: [{ code: 'host_unreachable' }] })
    expect(check.problems[0]?.message).toMatch(/http:\/\/127\.0\.0\.1:1 .*DNS.*certificate/)
  })

  test.each([
    ['a web page', { kind: 'html' as const }],
    ['another API', { kind: 'status' as const, status: 200, body: '{"status":"ok"}' }],
    ['a server without such a path', { kind: 'status' as const, status: 404, body: 'Not Found' }],
  ])('%s where Tigerpaw should be', async (_, fault) => {
    const account = vendor.account()
    account.faults.add({ ...fault, match: () => true })

    const { problems } = await adapterOf(account).check()

    expect(problems).toMatchObject([
      { code: 'not_tigerpaw', message: expect.stringContaining(account.baseUrl) },
    ])
  })

  test('a host that sends callers on', async () => {
    const account = vendor.account()
    account.faults.add({ kind: 'status', status: 302, match: () => true })

    expect((await adapterOf(account).check()).problems).toMatchObject([{ code: 'host_redirects' }])
  })
})

test.each([
  [429, { 'retry-after': '17' }, 'throttled', '17 seconds'],
  [503, {}, 'unavailable', 'status 503'],
])('%i just now is no fault of the settings', async (status, headers, code, words) => {
  const account = vendor.account()
  account.faults.add({ kind: 'status', status, headers, match: ({ path }) => path.startsWith('/api/acc') })

  expect(await adapterOf(account).check()).toMatchObject({
    ok: false,
    problems: [{ code, message: expect.stringContaining(words) }],
  })
})

test('a search that is refused with status 200 does not pass', async () => {
  const account = vendor.account()
  const body = '{"Success":false,"Message":"The search is switched off."}'
  account.faults.add({ kind: 'status', status: 200, body, match: ({ method }) => method === 'POST' })

  expect((await adapterOf(account).check()).problems).toEqual([
    { code: 'rejected', message: 'Tigerpaw refused the request: The search is switched off.' },
  ])
})
