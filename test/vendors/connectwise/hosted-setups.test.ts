import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { call } from './calling.ts'
import { type ConnectWise, startConnectWise } from './server.ts'

let cw: ConnectWise
beforeAll(async () => {
  cw = await startConnectWise()
})
afterAll(() => cw.close())

const setups = '/system/connectwisehostedsetups'
const screens = '/system/connectWiseHostedScreens'
const pod = {
  screenId: 3,
  description: 'tallypod',
  url: 'https://app.example/pod?id=[cw_id]&screen=[cw_screen]',
  origin: 'https://app.example',
  type: 'Pod',
  clientId: 'a-client',
  podHeight: 600,
}

const post = (account: Account, body: unknown) => call(account, setups, { method: 'POST', body })

test('screens have a number and a text', async () => {
  const { status, json } = await call(cw.account(), screens)

  expect(status).toBe(200)
  expect(json).toEqual([
    { id: 1, screenId: 'ticket', name: 'Service Ticket' },
    { id: 2, screenId: 'contact', name: 'Contact' },
    { id: 3, screenId: 'company', name: 'Company' },
    { id: 4, screenId: 'salesorder', name: 'Sales Order' },
    { id: 5, screenId: 'agreement', name: 'Agreement' },
  ])
})

test('a setup is kept as it was sent, and the same one once more', async () => {
  const account = cw.account()

  const first = await post(account, pod)
  const second = await post(account, pod)

  expect([first.status, second.status]).toEqual([201, 201])
  expect((await call(account, setups)).json).toMatchObject([
    { ...pod, id: 41, disabledFlag: false },
    { ...pod, id: 42, disabledFlag: false },
  ])
})

test.each<[string, object]>([
  ['without a screen', { screenId: undefined }],
  ['with the text of a screen for its number', { screenId: 'company' }],
  ['on a screen that does not exist', { screenId: 99 }],
  ['without a description', { description: undefined }],
  ['with a description of 51 characters', { description: 'x'.repeat(51) }],
  ['without a url', { url: undefined }],
  ['with a url of 1,025 characters', { url: `https://app.example/${'x'.repeat(1005)}` }],
  ['without a type', { type: undefined }],
  ['of a type that does not exist', { type: 'Window' }],
  ['with an origin of 101 characters', { origin: `https://${'x'.repeat(93)}` }],
  ['without a clientId', { clientId: undefined }],
  ['with a clientId of 37 characters', { clientId: 'x'.repeat(37) }],
  ['as a toolbar button without a text', { type: 'ToolbarButton' }],
])('a setup %s is refused', async (_, differing) => {
  const account = cw.account()

  expect((await post(account, { ...pod, ...differing })).status).toBe(400)
  expect((await call(account, setups)).json).toEqual([])
})

test('Table Setup is needed: Inquire to look, Add to make', async () => {
  const reader = cw.account({ rights: [['System', 'Table Setup', 'inquire']] })
  const other = cw.account({ rights: [['Finance', 'Agreements', 'inquire']] })

  expect((await call(reader, setups)).status).toBe(200)
  expect((await post(reader, pod)).status).toBe(403)
  expect((await call(other, setups)).status).toBe(403)
  expect((await call(other, screens)).status).toBe(403)
})

test('nobody makes a screen', async () => {
  const account = cw.account()

  const { status } = await call(account, screens, { method: 'POST', body: { screenId: 'x', name: 'X' } })

  expect(status).toBe(405)
})
