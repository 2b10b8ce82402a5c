import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type Api, apiOf, codeOf, faultsOf, itemsOf } from '../support/api.ts'
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
  await msp.save()
})

const url = 'http://tallypod.example/pod?id=[cw_id]&screen=[cw_screen]'

const state = () => api.get('/api/connections/cw/pod')
const register = (...screens: string[]) => api.post('/api/connections/cw/pod', { screens })
const setups = () => msp.psa.store.hostedSetups.all()
const manual = () => ({
  description: 'tallypod',
  url,
  origin: 'http://tallypod.example',
  type: 'Pod',
  podHeight: 600,
})

test('before the pod is registered, its screens and what to enter by hand are told', async () => {
  expect(await state()).toMatchObject({
    status: 200,
    body: {
      registered: false,
      screens: expect.arrayContaining([
        { id: '3', name: 'Company' },
        { id: '5', name: 'Agreement' },
      ]),
      problem: null,
      manual: manual(),
    },
  })
})

test('registering puts it on the screens, under the address it was asked at, and notes who did it', async () => {
  const answer = await register('3', '5')

  expect(answer).toMatchObject({ status: 200, body: { registered: true, made: ['3', '5'] } })
  expect(setups()).toMatchObject([
    { screenId: 3, url, origin: 'http://tallypod.example' },
    { screenId: 5, url, origin: 'http://tallypod.example' },
  ])
  expect((await state()).body).toMatchObject({ registered: true })
  expect(itemsOf(await api.get('/api/audit?search=pod%20cw'))).toMatchObject([
    { who: 'administrator token', subject: 'pod cw', before: null, after: { screens: ['3', '5'], url } },
  ])
})

test('registering twice makes nothing new, and notes nothing', async () => {
  await register('3')

  const again = await register('3')

  expect(again).toMatchObject({ status: 200, body: { registered: true, made: [] } })
  expect(setups()).toHaveLength(1)
  expect(itemsOf(await api.get('/api/audit?search=pod%20cw'))).toHaveLength(1)
})

test('without the right in ConnectWise it is told what to set, and what to enter by hand', async () => {
  msp.psa.deny('System', 'Table Setup', 'add')

  const answer = await register('3')

  expect(answer).toMatchObject({
    status: 200,
    body: {
      registered: false,
      made: [],
      problem: { code: 'right_missing', message: expect.stringContaining('Table Setup') },
      manual: manual(),
    },
  })
  expect(setups()).toEqual([])
})

test('where ConnectWise does not let us look, nothing is claimed', async () => {
  msp.psa.deny('System', 'Table Setup', 'inquire')

  expect(await state()).toMatchObject({
    status: 200,
    body: { registered: null, screens: [], problem: { code: 'right_missing' }, manual: manual() },
  })
})

test('ConnectWise that is down is a 502, and no setup', async () => {
  msp.psa.faults.add({ kind: 'status', status: 503, times: 5, match: () => true })

  const answer = await register('3')

  expect(answer.status).toBe(502)
  expect(codeOf(answer)).toBe('vendor_unavailable')
  expect(setups()).toEqual([])
})

test.each(['ksc', 'nobody'])('connection "%s" has no place for a pod', async (id) => {
  const answers = [
    await api.get(`/api/connections/${id}/pod`),
    await api.post(`/api/connections/${id}/pod`, { screens: ['3'] }),
  ]

  expect(answers.map(({ status }) => status)).toEqual([404, 404])
  expect(answers.map(codeOf)).toEqual(['connection_not_found', 'connection_not_found'])
})

test('no screens are a 422', async () => {
  const answer = await register()

  expect(answer.status).toBe(422)
  expect(faultsOf(answer)).toEqual(['screens: out_of_range'])
})
