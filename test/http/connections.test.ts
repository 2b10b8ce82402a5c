import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Api, apiOf, codeOf } from '../support/api.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'

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
afterAll(() => stack.close())

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
    body: { ok: false, problems: [{ code: expect.any(String), message: expect.stringMatching(/\w+ \w+/) }] },
  })
})

test('kinds that this version cannot use say so', async () => {
  const { body } = await api.get('/api/config')
  const hub = { id: 'hub', kind: 'hub', name: 'Business Hub', baseUrl: null, credentials: null }
  const connections = [...Reflect.get(Object(body), 'connections'), hub]
  await api.put('/api/config', { ...Object(body), connections })

  const answer = await api.post('/api/connections/hub/check')

  expect(answer).toMatchObject({ status: 200, body: { ok: false, problems: [{ code: 'not_supported' }] } })
})

test('a connection that does not exist is a 404', async () => {
  const answer = await api.post('/api/connections/nobody/check')

  expect(answer.status).toBe(404)
  expect(codeOf(answer)).toBe('connection_not_found')
})
