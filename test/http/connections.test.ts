import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Api, apiOf, codeOf, faultsOf, itemsOf } from '../support/api.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { dayAgo, withHub } from '../support/reports.ts'
import { configure, type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let api: Api
let msp: Msp
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})
beforeEach(async () => {
  msp = await openMsp(stack)
  msp.customer('Acme', { workstations: 1 })
  await msp.save()
})

/** A second Security Center, as a form sends it. */
const branch = {
  kind: 'ksc',
  name: 'Branch',
  baseUrl: 'https://branch.example:13299',
  credentials: { user: 'tallypod', password: 'hunter2-branch', internal: true },
  headers: { 'CF-Access-Client-Id': 'hunter2-header' },
}

const put = (id: string, connection: unknown) => api.put(`/api/connections/${id}`, connection)
const messageOf = (answer: { body: unknown }): unknown => Object(answer.body).error.message

describe('the list', () => {
  test('shows everything of a connection but its secrets', async () => {
    await put('branch', { ...branch, options: { maxAgeHours: 12 } })

    const answer = await api.get('/api/connections')

    expect(itemsOf(answer)).toEqual([
      expect.objectContaining({ id: 'ksc', kind: 'ksc', hasCredentials: true, headerNames: [] }),
      expect.objectContaining({ id: 'cw', kind: 'connectwise', baseUrl: msp.psa.baseUrl }),
      {
        id: 'branch',
        kind: 'ksc',
        name: 'Branch',
        baseUrl: 'https://branch.example:13299',
        options: { maxAgeHours: 12, countSoftCancelled: false },
        hasCredentials: true,
        headerNames: ['CF-Access-Client-Id'],
        needsTestWrite: false,
        testedAt: null,
      },
    ])
    expect(JSON.stringify(answer.body)).not.toMatch(/hunter2|tallypod/)
  })
})

describe('a save', () => {
  test('of a feed keeps its token until it is taken away, and never shows it', async () => {
    const feed = { kind: 'hub', name: 'Feed', baseUrl: 'https://feed.example/usage' }
    const has = async () =>
      itemsOf(await api.get('/api/connections')).find(({ id }) => id === 'feed')?.hasCredentials

    await put('feed', { ...feed, credentials: { token: 'hunter2-feed' } })
    await put('feed', { ...feed, name: 'Feed of ours' })
    const kept = await has()
    await put('feed', { ...feed, credentials: null })

    expect([kept, await has()]).toEqual([true, false])
    const audit = await api.get('/api/audit?search=connection%20feed')
    expect(itemsOf(audit).map(({ after }) => Object(after).credentials)).toEqual([
      'removed',
      undefined,
      'replaced',
    ])
    expect(JSON.stringify(audit.body)).not.toContain('hunter2')
  })

  test('adds a connection and leaves the others, and all mappings, as they are', async () => {
    const { body: before } = await api.get('/api/config')

    const answer = await put('branch', branch)

    expect(answer).toMatchObject({
      status: 200,
      body: { connection: { id: 'branch', options: { maxAgeHours: 24, countSoftCancelled: false } } },
    })
    const { body: after } = await api.get('/api/config')
    const { connections, ...rest } = Object(before)
    expect(after).toMatchObject({ ...rest, connections: [...connections, { id: 'branch' }] })
  })

  test('keeps credentials, headers and options that are left out', async () => {
    await put('branch', { ...branch, options: { maxAgeHours: 12 } })
    const { name: _, credentials: __, headers: ___, ...open } = branch

    const renamed = await put('branch', { ...open, name: 'Berlin' })

    expect(renamed).toMatchObject({
      status: 200,
      body: {
        connection: {
          name: 'Berlin',
          options: { maxAgeHours: 12 },
          hasCredentials: true,
          headerNames: ['CF-Access-Client-Id'],
        },
      },
    })
    expect(await msp.deps.configuration.withSecrets('branch')).toMatchObject({
      credentials: branch.credentials,
      headers: branch.headers,
    })
  })

  test('of new credentials is used by the next call', async () => {
    const { user, baseUrl, internal } = msp.center
    const ksc = { kind: 'ksc', name: 'Security Center', baseUrl }
    const withPassword = (password: string) =>
      put('ksc', { ...ksc, credentials: { user, password, internal } })
    const isWell = async () => Object((await api.post('/api/connections/ksc/check')).body).ok

    await withPassword('wrong')
    expect(await isWell()).toBe(false)

    await withPassword(msp.center.password)
    expect(await isWell()).toBe(true)
  })

  test('tells the audit trail who changed what, and that secrets were replaced', async () => {
    await put('branch', branch)

    const [entry] = itemsOf(await api.get('/api/audit'))

    expect(entry).toMatchObject({
      who: 'administrator token',
      subject: 'connection branch',
      before: null,
      after: { name: 'Branch', credentials: 'replaced', headers: 'replaced' },
    })
    expect(JSON.stringify(entry)).not.toContain('hunter2')
  })

  test.each<[string, string, object, string[]]>([
    ['new', 'an address that is none', { baseUrl: 'nowhere' }, ['baseUrl: address_not_allowed']],
    [
      'new',
      'half of the credentials',
      { credentials: { user: 'x' } },
      ['credentials.password: missing_field'],
    ],
    ['new', 'no credentials', { credentials: undefined }, ['credentials: credentials_missing']],
    ['new', 'no name', { name: undefined }, ['name: missing_field']],
    ['new', 'an unknown kind', { kind: 'sap' }, ['kind: unknown_value']],
    ['new', 'an unknown option', { options: { colour: 'green' } }, ['options.colour: unknown_field']],
    ['new', 'a header of ours', { headers: { Host: 'x' } }, ['headers.Host: header_not_allowed']],
    ['Bad_Id', 'an id that is none', {}, ['id: invalid_format']],
  ])('of %s with %s names the field and saves nothing', async (id, _, differing, faults) => {
    const answer = await put(id, { ...branch, ...differing })

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)).toEqual(faults)
    expect(itemsOf(await api.get('/api/connections')).map(({ id }) => id)).toEqual(['ksc', 'cw'])
  })

  test('never sends stored secrets to a new address', async () => {
    await put('branch', branch)
    const { credentials: _, headers: __, ...open } = branch

    const answer = await put('branch', { ...open, baseUrl: 'https://elsewhere.example:13299' })

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)).toEqual([
      'credentials: credentials_needed_again',
      'headers: headers_needed_again',
    ])
  })

  test('does not take the fault of another connection for its own', async () => {
    const credentials = branch.credentials
    await configure(msp.deps, {
      version: 1,
      settings: { timeZone: 'UTC', dailyRunAt: '03:00', approval: 'automatic' },
      connections: [
        { id: 'odd', kind: 'ksc', name: 'Odd', baseUrl: 'ftp://odd.example', credentials },
        { id: 'branch', ...branch },
      ],
      companies: [],
      products: [],
    })

    const answer = await put('branch', { ...branch, baseUrl: 'nowhere' })

    expect(faultsOf(answer)).toEqual([
      'connections[0].baseUrl: address_not_allowed',
      'baseUrl: address_not_allowed',
    ])
  })

  test('does not turn a connection that is in use into something else', async () => {
    const answer = await put('ksc', { kind: 'hub', name: 'Hub', baseUrl: null, headers: {} })

    expect(answer.status).toBe(409)
    expect(codeOf(answer)).toBe('connection_in_use')
  })
})

describe('taking away', () => {
  test('a connection that nothing names takes its secrets along', async () => {
    await put('branch', branch)

    const answer = await api.delete('/api/connections/branch')

    expect(answer).toMatchObject({ status: 200, body: { ok: true } })
    expect(itemsOf(await api.get('/api/connections')).map(({ id }) => id)).toEqual(['ksc', 'cw'])
    expect(await msp.deps.configuration.withSecrets('branch')).toBeNull()
    expect(itemsOf(await api.get('/api/audit'))[0]).toMatchObject({
      subject: 'connection branch',
      after: null,
    })
  })

  test('one that is in use is refused, with what uses it', async () => {
    const { body } = await api.get('/api/config')
    await api.put('/api/config', {
      ...Object(body),
      people: [{ connection: 'cw', member: 'jdoe', role: 'technician' }],
      tickets: { connections: [], companies: [{ company: { connection: 'cw', id: '250' }, off: true }] },
    })

    const answers = [await api.delete('/api/connections/ksc'), await api.delete('/api/connections/cw')]

    expect(answers.map(codeOf)).toEqual(['connection_in_use', 'connection_in_use'])
    expect(answers.map(messageOf)).toEqual([
      expect.stringContaining('1 mapped companies.'),
      expect.stringContaining('1 mapped companies, 1 product mappings, 1 people, 1 ticket rules.'),
    ])
    expect(itemsOf(await api.get('/api/connections'))).toHaveLength(2)
  })

  test('a switch for categories alone does not hold a PSA', async () => {
    const { body } = await api.get('/api/config')
    const products = [{ connection: 'cw', billByCategory: true, map: [] }]
    await api.put('/api/config', { ...Object(body), companies: [], products })

    const answer = await api.delete('/api/connections/cw')

    expect(answer.status).toBe(200)
    expect((await api.get('/api/config')).body).toMatchObject({ connections: [{ id: 'ksc' }], products: [] })
  })

  test('one that does not exist is a 404', async () => {
    expect((await api.delete('/api/connections/nobody')).status).toBe(404)
  })
})

describe('a check', () => {
  test('a Security Center that answers is well, and tells its version', async () => {
    const answer = await api.post('/api/connections/ksc/check')

    expect(answer).toMatchObject({
      status: 200,
      body: { ok: true, problems: [], version: expect.stringMatching(/^14\.2/) },
    })
  })

  test('a ConnectWise that answers is well', async () => {
    const answer = await api.post('/api/connections/cw/check')

    expect(answer).toMatchObject({ status: 200, body: { ok: true, problems: [] } })
  })

  test('a password that was changed in Security Center is told in words', async () => {
    msp.center.password = 'another'

    const answer = await api.post('/api/connections/ksc/check')

    expect(answer).toMatchObject({
      status: 200,
      body: {
        ok: false,
        problems: [{ code: expect.any(String), message: expect.stringMatching(/\w+ \w+/) }],
      },
    })
  })

  test('of a hub without a report says what to do first, and of one with an old report too', async () => {
    const hub = withHub(msp)
    await msp.save()

    const none = await api.post('/api/connections/hub/check')
    await hub.report([['anna', 'kes-cloud', 'user', 5]], { asOf: dayAgo(3) })
    const old = await api.post('/api/connections/hub/check')
    await hub.report([['anna', 'kes-cloud', 'user', 5]], { asOf: dayAgo(1) })
    const fine = await api.post('/api/connections/hub/check')

    expect(none).toMatchObject({ status: 200, body: { ok: false, problems: [{ code: 'no_report' }] } })
    expect(old).toMatchObject({ body: { ok: false, problems: [{ code: 'report_stale' }] } })
    expect(fine.body).toEqual({ ok: true, problems: [] })
  })

  test('a connection that does not exist is a 404', async () => {
    const answer = await api.post('/api/connections/nobody/check')

    expect(answer.status).toBe(404)
    expect(codeOf(answer)).toBe('connection_not_found')
  })
})
