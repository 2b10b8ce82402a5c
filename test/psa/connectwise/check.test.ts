import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { throttled } from '../../vendors/connectwise/errors.ts'
import type { Area } from '../../vendors/connectwise/rights.ts'
import { type ConnectWise, startConnectWise } from '../../vendors/connectwise/server.ts'
import { memoryOf } from '../root-memory.ts'
import { adapterOf, apiRootOf } from './adapter.ts'

let vendor: ConnectWise
beforeAll(async () => {
  vendor = await startConnectWise()
})
afterAll(() => vendor.close())

test('a connection that works has no problems, tells the version and is remembered', async () => {
  const account = vendor.account()
  const memory = memoryOf('https://old.example/v4_6_release/apis/3.0')

  const check = await adapterOf(account, { memory }).check()

  expect(check).toEqual({ ok: true, problems: [], version: 'v2025.1.114' })
  expect(memory.stored).toBe(apiRootOf(account))
})

describe('missing rights', () => {
  const areas: { area: Area; doing: string }[] = [
    { area: ['Companies', 'Company Maintenance'], doing: 'list companies' },
    { area: ['Finance', 'Agreements'], doing: 'list agreements' },
    { area: ['Procurement', 'Product Catalog'], doing: 'list products' },
  ]

  test.each(areas)('to $doing is named with its remedy', async ({ area, doing }) => {
    const account = vendor.account()
    account.deny(...area, 'inquire')

    const check = await adapterOf(account).check()

    expect(check).toMatchObject({ ok: false, version: 'v2025.1.114' })
    expect(check.problems).toEqual([
      {
        code: 'right_missing',
        message:
          `The API member may not ${doing}. In ConnectWise open System > Security Roles > the API member's role > ` +
          `${area.join(' > ')} and set Inquire to All.`,
      },
    ])
  })

  test('two that are missing are two problems', async () => {
    const account = vendor.account()
    account.deny('Companies', 'Company Maintenance', 'inquire')
    account.deny('Procurement', 'Product Catalog', 'inquire')

    const { problems } = await adapterOf(account).check()

    expect(problems.map(({ code }) => code)).toEqual(['right_missing', 'right_missing'])
  })

  test('where all are missing, the clientId is doubted too', async () => {
    const account = vendor.account({ rights: [] })

    const { problems } = await adapterOf(account).check()

    expect(problems.map(({ code }) => code)).toEqual([
      'right_missing',
      'right_missing',
      'right_missing',
      'client_id_doubtful',
    ])
  })
})

describe('wrong settings', () => {
  test.each([[401 as const], [404 as const]])(
    'keys that are answered with %i are wrong keys',
    async (status) => {
      const account = vendor.account()
      account.answers.wrongCredentials = status

      const check = await adapterOf(account, { credentials: { privateKey: 'an old one' } }).check()

      expect(check.problems).toMatchObject([{ code: 'credentials_refused' }])
      expect(JSON.stringify(check)).not.toContain('an old one')
    },
  )

  test.each([[401 as const], [403 as const]])(
    'a foreign clientId that is answered with %i',
    async (status) => {
      const account = vendor.account()
      account.answers.missingClientId = status

      const { problems } = await adapterOf(account, { credentials: { clientId: 'foreign' } }).check()

      expect(problems).toMatchObject([{ code: 'client_id_refused' }])
    },
  )

  test('an empty clientId is noticed without a call', async () => {
    const account = vendor.account()

    const { problems } = await adapterOf(account, { credentials: { clientId: ' ' } }).check()

    expect(problems).toMatchObject([{ code: 'client_id_missing' }])
    expect(account.calls).toEqual([])
  })

  test('a company that the site does not know', async () => {
    const account = vendor.account()

    const { problems } = await adapterOf(account, { credentials: { companyId: 'acmee' } }).check()

    expect(problems).toMatchObject([
      { code: 'company_unknown', message: expect.stringContaining('no company "acmee"') },
    ])
  })

  test('a host that nobody answers at', async () => {
    const account = vendor.account()

    const check = await adapterOf(account, { baseUrl: 'http://127.0.0.1:1' }).check()

    expect(check).toMatchObject({ ok: false, problems: [{ code: 'host_unreachable' }] })
    expect(check.problems[0]?.message).toMatch(/http:\/\/127\.0\.0\.1:1 .*DNS.*certificate/)
  })

  test('a web page where ConnectWise should be', async () => {
    const account = vendor.account()
    account.faults.add({ kind: 'html', times: Infinity, match: () => true })

    const { problems } = await adapterOf(account).check()

    expect(problems).toMatchObject([{ code: 'not_connectwise' }])
  })

  test('a host that sends callers on', async () => {
    const account = vendor.account()
    account.faults.add({
      kind: 'status',
      status: 302,
      headers: { location: 'https://elsewhere.example/' },
      match: () => true,
    })

    const { problems } = await adapterOf(account).check()

    expect(problems).toMatchObject([{ code: 'host_redirects' }])
  })
})

test('a site without discovery passes as long as the API answers', async () => {
  const account = vendor.account({ codebase: 'v4_6_release/' })
  account.faults.add({ kind: 'html', times: Infinity, match: ({ path }) => path.startsWith('/login') })

  expect(await adapterOf(account).check()).toMatchObject({ ok: true })
})

test('too many requests just now are no fault of the settings', async () => {
  const account = vendor.account()
  account.faults.add({ ...throttled(17), match: ({ path }) => path === '/company/companies' })

  expect(await adapterOf(account).check()).toMatchObject({
    ok: false,
    problems: [{ code: 'throttled', message: expect.stringContaining('17 seconds') }],
  })
})

test('an answer that is no list of records does not pass', async () => {
  const account = vendor.account()
  account.faults.add({
    kind: 'status',
    status: 200,
    body: '{"code":"Security","message":"SSL is required.","errors":null}',
    match: ({ path }) => path === '/company/companies',
  })

  expect(await adapterOf(account).check()).toMatchObject({
    ok: false,
    problems: [{ code: 'unexpected_reply' }],
  })
})

test('an outage is told as one', async () => {
  const account = vendor.account()
  account.faults.add({ kind: 'status', status: 503, match: ({ path }) => path === '/finance/agreements' })

  expect(await adapterOf(account).check()).toMatchObject({ ok: false, problems: [{ code: 'unavailable' }] })
})
