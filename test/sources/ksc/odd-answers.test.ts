import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KscCall } from '../../vendors/ksc/account.ts'
import { devices } from '../../vendors/ksc/devices.ts'
import { keyType } from '../../vendors/ksc/key.ts'
import { type Ksc, startKsc } from '../../vendors/ksc/start.ts'
import { advanced, nothingOpen, openAt, sourceOf, split, tenantOf, whole } from './center.ts'

let ksc: Ksc
beforeAll(async () => {
  ksc = await startKsc()
})
afterAll(() => ksc.close())

const of = (method: string) => (call: KscCall) => call.method === method
const keysPage = of('GroupSyncIterator.GetNextItems')

function accountOfTwo() {
  const account = ksc.account()
  const server = account.addServer({ name: 'Acme Ltd' })
  const hosts = server.addHosts(2, devices.workstation)
  server.addKey({ product: advanced, type: keyType.commercial, limitDate: '2027-05-01' }).use(hosts)
  return { account, server, hosts }
}

const answer = (body: unknown) => ({ kind: 'status', status: 200, body: JSON.stringify(body) }) as const
const wrapped = (value: object) => ({ type: 'params', value })
const key = (value: object) =>
  wrapped({
    KLLIC_SERIAL: 'A-1',
    KLLIC_PROD_NAME: advanced,
    KLLIC_KEY_TYPE: 1,
    KLLIC_LIMIT_DATE: { type: 'datetime', value: '2027-05-01T00:00:00Z' },
    ...value,
  })

test('a device that comes twice stands for one that did not come', async () => {
  const { account, server, hosts } = accountOfTwo()
  const row = wrapped({ KLHST_WKS_HOSTNAME: hosts[0]?.id, KLHST_WKS_OS_NAME: 'Microsoft Windows 10' })
  account.faults.add({
    ...answer({ PxgRetVal: 2, pChunk: { KLCSP_ITERATOR_ARRAY: [row, row] } }),
    match: of('ChunkAccessor.GetItemsChunk'),
  })

  await expect(sourceOf(account).usage(tenantOf(server), split)).rejects.toMatchObject({
    failure: { kind: 'unavailable', detail: '1 of the 2 devices came twice' },
  })
  expect(openAt(account)).toEqual(nothingOpen)
})

test('more rows than were announced are not believed either', async () => {
  const { account, server } = accountOfTwo()
  const rows = [key({}), key({ KLLIC_SERIAL: 'A-2' })]
  account.faults.add({ ...answer({ bEOF: true, pData: { KLCSP_ITERATOR_ARRAY: rows } }), match: keysPage })

  await expect(sourceOf(account).usage(tenantOf(server), whole)).rejects.toMatchObject({
    failure: { kind: 'unavailable', detail: 'it announced 1 licence keys and delivered 2' },
  })
})

test('a list that is complete is read on until the server calls it the end', async () => {
  const { account, server } = accountOfTwo()
  const serial = [...server.keys.keys()][0]
  const rows = [key({ KLLIC_SERIAL: serial })]
  account.faults.add({ ...answer({ bEOF: false, pData: { KLCSP_ITERATOR_ARRAY: rows } }), match: keysPage })
  account.faults.add({ ...answer({ bEOF: true, pData: {} }), match: keysPage })

  const usage = await sourceOf(account).usage(tenantOf(server), whole)

  expect(usage.quantities).toMatchObject([{ quantity: 2 }])
})

test('one key listed with two different kinds is not judged by either', async () => {
  const { account, server } = accountOfTwo()
  const rows = [key({}), key({ KLLIC_KEY_TYPE: 3 })]
  account.faults.add({ ...answer({ lKeyCount: '2', wstrIterator: 'it' }), match: of('LicenseKeys.EnumKeys') })
  account.faults.add({ ...answer({ bEOF: true, pData: { KLCSP_ITERATOR_ARRAY: rows } }), match: keysPage })

  await expect(sourceOf(account).usage(tenantOf(server), whole)).rejects.toMatchObject({
    failure: { kind: 'unexpected_reply', issues: 'a licence key is listed twice with different facts' },
  })
})

test('a commercial licence that is marked as a subscription is judged as one', async () => {
  const { account, server } = accountOfTwo()
  const rows = [
    key({
      KLLIC_SERIAL: [...server.keys.keys()][0],
      KLLIC_LICTYPE_IS_SUBSCRIPTION: true,
      KLLIC_SUBSCRINFO_STATE: 1,
    }),
  ]
  account.faults.add({ ...answer({ bEOF: true, pData: { KLCSP_ITERATOR_ARRAY: rows } }), match: keysPage })

  const usage = await sourceOf(account).usage(tenantOf(server), whole)

  expect(usage.items.map((item) => item.leftOut)).toEqual(['subscription_paused', 'subscription_paused'])
})

test('a virtual server that is listed twice makes the list unusable', async () => {
  const { account } = accountOfTwo()
  const row = wrapped({ KLVSRV_UID: 'VS-1', KLVSRV_DN: 'Acme Ltd', KLVSRV_ENABLED: true })
  account.faults.add({ ...answer({ PxgRetVal: [row, row] }), match: of('VServers.GetVServers') })

  await expect(sourceOf(account).tenants()).rejects.toMatchObject({
    failure: { kind: 'unexpected_reply', issues: 'PxgRetVal: a virtual server is listed twice' },
  })
})

test('an error without any words is an error still', async () => {
  const { account, server } = accountOfTwo()
  account.faults.add({ ...answer({ PxgError: null }), match: of('LicenseKeys.AcquireKeyHosts') })

  await expect(sourceOf(account).usage(tenantOf(server), whole)).rejects.toMatchObject({
    failure: { kind: 'rejected', status: 200, reply: 'an error without words' },
  })
})
