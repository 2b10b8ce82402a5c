import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Autotask, startAutotask } from '../../vendors/autotask/server.ts'
import { callsOf } from '../calls.ts'
import { memoryOf } from '../root-memory.ts'
import { adapterOf, apiRootOf, contractNoon, refusal } from './adapter.ts'

let vendor: Autotask
beforeAll(async () => {
  vendor = await startAutotask({ now: contractNoon })
})
afterAll(() => vendor.close())

const isLookup = ({ path }: { path: string }) => path.endsWith('/ZoneInformation')

test('a connection that works has no problems, tells the version and is remembered', async () => {
  const account = vendor.account()
  const memory = memoryOf('https://webservices6.autotask.net/ATServicesRest/V1.0')

  const check = await adapterOf(account, { memory }).check()

  expect(check).toEqual({ ok: true, problems: [], version: 'V1.0' })
  expect(memory.stored).toBe(apiRootOf(account))
})

test('a version that is not told is no problem', async () => {
  const account = vendor.account()
  account.faults.add({ kind: 'html', match: ({ path }) => path === '/VersionInformation' })

  expect(await adapterOf(account).check()).toEqual({ ok: true, problems: [] })
})

describe('missing rights', () => {
  test.each([
    ['Companies', 'organizations', 'CRM'],
    ['Contracts', 'contracts', 'Contracts'],
    ['Services', 'services', 'Admin'],
    ['ContractServices', 'the services of contracts', 'Contracts'],
    ['ContractServiceUnits', 'the units of services', 'Contracts'],
  ])('to read %s is named with its remedy', async (entity, records, place) => {
    const account = vendor.account()
    account.faults.add({
      ...refusal('The logged in Resource does not have the adequate permissions to query this entity.'),
      match: ({ path }) => path === `/V1.0/${entity}/query`,
    })

    const { ok, problems } = await adapterOf(account).check()

    expect(ok).toBe(false)
    expect(problems).toMatchObject([
      { code: 'right_missing', message: expect.stringContaining(`may not read ${records}. In Autotask`) },
    ])
    expect(problems[0]?.message).toContain(`the API user's level > ${place}, set to`)
  })

  test('answered with 403, two are two problems', async () => {
    const account = vendor.account()
    account.faults.add({
      kind: 'status',
      status: 403,
      times: 2,
      match: ({ path }) => path.startsWith('/V1.0/ContractService'),
    })

    const { problems } = await adapterOf(account).check()

    expect(problems.map(({ code }) => code)).toEqual(['right_missing', 'right_missing'])
  })
})

describe('wrong settings', () => {
  test('a user that no zone knows', async () => {
    const account = vendor.account()
    const credentials = { userName: 'nobody@msp.example' }

    const check = await adapterOf(account, { credentials }).check()

    expect(check.problems).toMatchObject([{ code: 'user_unknown' }])
    expect(JSON.stringify(check)).not.toContain('nobody@msp.example')
  })

  test('a secret that is refused is tried once', async () => {
    const account = vendor.account()

    const check = await adapterOf(account, { credentials: { secret: 'an old one' } }).check()

    expect(check.problems).toMatchObject([{ code: 'credentials_refused' }])
    expect(JSON.stringify(check)).not.toContain('an old one')
    expect(account.calls.filter(({ status }) => status === 401)).toHaveLength(1)
  })

  test('a tracking identifier that is refused', async () => {
    const account = vendor.account()

    const check = await adapterOf(account, { credentials: { integrationCode: 'foreign' } }).check()

    expect(check).toMatchObject({ ok: false, problems: [{ code: 'integration_code_refused' }] })
  })

  test('a host that nobody answers at', async () => {
    const account = vendor.account()

    const { problems } = await adapterOf(account, { baseUrl: 'http://127.0.0.1:1' }).check()

    expect(problems).toMatchObject([
      { code: 'host_unreachable', message: expect.stringContaining('http://127.0.0.1:1') },
    ])
  })

  test.each([
    ['a web page', { kind: 'html' as const }],
    ['no such address', { kind: 'status' as const, status: 404, body: '{}' }],
    ['another shape', { kind: 'status' as const, status: 200, body: '{"zoneName":"EU1"}' }],
  ])('%s where the zone should be told', async (_, fault) => {
    const account = vendor.account()
    account.faults.add({ ...fault, match: isLookup })

    const { problems } = await adapterOf(account).check()

    expect(problems).toMatchObject([
      { code: 'not_autotask', message: expect.stringContaining('https://webservices.autotask.net') },
    ])
  })

  test('a zone at a host that is not Autotask’s', async () => {
    const account = vendor.account()
    const body = '{"url":"https://zone.evil.example/ATServicesRest/"}'
    account.faults.add({ kind: 'status', status: 200, body, match: isLookup })

    const { problems } = await adapterOf(account).check()

    expect(problems).toMatchObject([
      { code: 'not_autotask', message: expect.stringContaining('zone.evil.example') },
    ])
    expect(callsOf(account)).toEqual(['GET /V1.0/ZoneInformation'])
  })

  test('a host that sends callers on', async () => {
    const account = vendor.account()
    const headers = { location: 'https://elsewhere.example/' }
    account.faults.add({ kind: 'status', status: 302, headers, match: isLookup })

    expect((await adapterOf(account).check()).problems).toMatchObject([{ code: 'host_redirects' }])
  })
})

test('little room for requests is told with the share that is used', async () => {
  const account = vendor.account()
  account.budget.others = 8_200

  const { ok, problems } = await adapterOf(account).check()

  expect(ok).toBe(false)
  expect(problems).toMatchObject([{ code: 'budget_used', message: expect.stringContaining('82 %') }])
})

test('too many requests just now are no fault of the settings', async () => {
  const account = vendor.account()
  account.threads.most = 0

  expect((await adapterOf(account).check()).problems).toMatchObject([
    { code: 'throttled', message: expect.stringContaining('2 seconds') },
  ])
})

test('an outage is told as one', async () => {
  const account = vendor.account()
  account.faults.add({ kind: 'status', status: 503, match: ({ path }) => path.includes('/Contracts/') })

  expect((await adapterOf(account).check()).problems).toMatchObject([{ code: 'unavailable' }])
})
