import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type Api, apiOf, codeOf, faultsOf, itemsOf } from '../support/api.ts'
import { wholeDocument } from '../support/configuration.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let api: Api
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})
beforeEach(() => stack.empty())

/** The document as a later save sends it: what was entered once stays stored. */
function withoutSecrets() {
  const document = wholeDocument()
  return {
    ...document,
    connections: document.connections.map(({ credentials: _, headers: __, ...open }) => open),
  }
}

test('before the first save there is a configuration with nothing in it', async () => {
  const answer = await api.get('/api/config')

  expect(answer).toMatchObject({
    status: 200,
    body: { version: 1, settings: { timeZone: 'UTC' }, connections: [], companies: [], products: [] },
  })
  expect(answer.headers.get('etag')).toBe('"0"')
})

test('what was saved comes back without credentials and headers', async () => {
  const saved = await api.put('/api/config', wholeDocument())
  const loaded = await api.get('/api/config')

  // 4 settings, 5 connections, 1 person, 1 company, 1 mode, 2 products, 2 ticket rules
  expect(saved).toMatchObject({ status: 200, body: { ok: true, changes: 16 } })
  expect(loaded.body).toMatchObject(withoutSecrets())
  expect(JSON.stringify(loaded.body)).not.toMatch(/hunter2|credentials|headers|guid/)
  expect([saved.headers.get('etag'), loaded.headers.get('etag')]).toEqual(['"1"', '"1"'])
})

test('saving the same again changes nothing, and writes nothing', async () => {
  await api.put('/api/config', wholeDocument())

  const again = await api.put('/api/config', withoutSecrets(), { headers: { 'if-match': '"1"' } })

  expect(again).toMatchObject({ status: 200, body: { ok: true, changes: 0 } })
  expect(again.headers.get('etag')).toBe('"1"')
  expect(itemsOf(await api.get('/api/audit'))).toHaveLength(16)
})

test('what was loaded can be saved as it came', async () => {
  await api.put('/api/config', wholeDocument())

  const { body } = await api.get('/api/config')

  expect((await api.put('/api/config', body)).body).toEqual({ ok: true, changes: 0 })
})

test('a save on top of an old version is refused and changes nothing', async () => {
  await api.put('/api/config', wholeDocument())
  const later = { ...withoutSecrets(), companies: [] }

  const answer = await api.put('/api/config', later, { headers: { 'if-match': '"0"' } })

  expect(answer.status).toBe(409)
  expect(codeOf(answer)).toBe('stale_configuration')
  expect((await api.get('/api/config')).body).toMatchObject({ companies: [{ agreementId: '31' }] })
})

test('of two saves of the same version exactly one wins', async () => {
  await api.put('/api/config', wholeDocument())
  const named = (name: string) => {
    const document = withoutSecrets()
    document.settings.dailyRunAt = name
    return api.put('/api/config', document, { headers: { 'if-match': '"1"' } })
  }

  const answers = await Promise.all([named('04:00'), named('05:00'), named('06:00')])

  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  expect((await api.get('/api/config')).headers.get('etag')).toBe('"2"')
})

test('every fault is told at once, and nothing is saved', async () => {
  const document = wholeDocument()
  const bad = {
    ...document,
    settings: { ...document.settings, timeZone: 'Mars/Olympus' },
    companies: [{ ...document.companies[0], agreementId: null }],
    colour: 'green',
  }

  const answer = await api.put('/api/config', bad)

  expect(answer.status).toBe(422)
  expect(faultsOf(answer).sort()).toEqual([
    'colour: unknown_field',
    expect.stringMatching(/^companies\[0\]\.agreementId: /),
    'settings.timeZone: unknown_time_zone',
  ])
  expect((await api.get('/api/config')).headers.get('etag')).toBe('"0"')
})

test('stored credentials are never sent to a new address', async () => {
  await api.put('/api/config', wholeDocument())
  const moved = withoutSecrets()
  const [ksc] = moved.connections
  if (ksc) ksc.baseUrl = 'https://elsewhere.example:13299'

  const answer = await api.put('/api/config', moved)

  expect(answer.status).toBe(422)
  expect(faultsOf(answer)).toEqual([
    'connections[0].credentials: credentials_needed_again',
    'connections[0].headers: headers_needed_again',
  ])
})

test.each(['', 'no json'])('a body of "%s" is a 400', async (body) => {
  const answer = await api.put('/api/config', undefined, { body })

  expect(answer.status).toBe(400)
  expect(codeOf(answer)).toBe('not_json')
})

test('the audit trail tells who changed what, newest first and page by page, without secrets', async () => {
  await api.put('/api/config', wholeDocument())
  const document = withoutSecrets()
  document.settings.dailyRunAt = '04:15'
  await api.put('/api/config', document)

  const first = await api.get('/api/audit?limit=1')
  const all = await api.get('/api/audit')

  expect(itemsOf(first)).toEqual([
    {
      at: expect.stringMatching(/Z$/),
      who: 'administrator token',
      subject: 'setting dailyRunAt',
      before: '03:00',
      after: '04:15',
    },
  ])
  expect(itemsOf(all)).toHaveLength(17)
  expect(JSON.stringify(all.body)).not.toContain('hunter2')
})
