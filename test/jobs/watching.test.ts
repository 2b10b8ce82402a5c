import { beforeAll, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { connectWiseSide } from '../support/sides/connectwise.ts'
import { openSideMsp } from '../support/sides/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import type { KscAccount } from '../vendors/ksc/account.ts'
import { patience, untilTrue } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 1 })
})

const virus = { type: 'GNRL_EV_VIRUS_FOUND', typeName: 'Malicious object found', severity: 4 }

const lookedAt = ({ calls }: KscAccount) =>
  calls.filter(({ method }) => method === 'EventProcessingFactory.CreateEventProcessing2')

const Devices = z.object({ devices: z.array(z.unknown()) })

const View = z.looseObject({ failing: z.array(z.unknown()) })

async function openMsp() {
  const msp = await openSideMsp(stack, connectWiseSide(stack.cw))
  msp.ticketRules({ events: { critical: { on: true } } })
  const tickets = (companyId: string) => msp.side.desk.tickets(companyId)
  return { msp, tickets }
}

test('what happens at two servers of one company is one ticket that names the devices of both', async () => {
  const { msp, tickets } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 1 })
  const other = stack.ksc.account()
  const second = other.addServer({ name: 'Acme, second site' })
  second.addHosts(1, { name: 'SITE2' })
  const { baseUrl, user, password, internal } = other
  msp.setup.connections.push({
    id: 'ksc2',
    kind: 'ksc',
    name: 'Second Security Center',
    baseUrl,
    credentials: { user, password, internal },
  })
  msp.setup.mappings.push({
    ...acme.mapping,
    tenant: { connection: 'ksc2', id: second.uid },
    billing: false,
    agreementId: null,
  })
  for (const server of [acme.server, second]) {
    for (const host of server.hosts.values()) server.addEvent({ ...virus, host })
  }

  await msp.tick()
  await msp.tick()

  expect(tickets(acme.companyId).length).toBe(1)
  expect(await msp.tickets('open')).toMatchObject([{ devices: 2, count: 2 }])
})

test('the daily collection goes first, and looking goes on by itself after it', async () => {
  const { msp, tickets } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 1 })
  await msp.run()
  for (const host of acme.server.hosts.values()) acme.server.addEvent({ ...virus, host })
  const held = msp.center.faults.add({
    kind: 'delay',
    ms: 1_500,
    match: ({ method }) => method === 'LicenseKeys.EnumKeys',
  })
  await msp.api.post('/api/runs', {})
  await untilTrue('the collection is at work', () => held.fired === 1)

  await msp.tick()

  const keys = msp.center.calls.findLastIndex(({ method }) => method === 'LicenseKeys.EnumKeys')
  const look = msp.center.calls.findIndex(({ method }) => method.startsWith('EventProcessingFactory'))
  expect(look).toBeGreaterThan(keys)
  await untilTrue('the ticket is made', () => tickets(acme.companyId).length === 1)
})

test('each round looks at every virtual server once, at few calls each, and reads only what is new', async () => {
  const { msp, tickets } = await openMsp()
  const customers = Array.from({ length: 12 }, (_, n) => msp.customer(`Customer ${n}`, { workstations: 1 }))
  for (const { server } of customers) {
    for (const host of server.hosts.values()) for (let n = 0; n < 50; n++) server.addEvent({ ...virus, host })
  }
  await msp.tick()
  expect(customers.map(({ companyId }) => tickets(companyId).length)).toEqual(customers.map(() => 1))
  msp.center.calls.length = 0
  const before = msp.side.calls()

  await msp.tick()

  expect(lookedAt(msp.center).length).toBe(12)
  expect(new Set(lookedAt(msp.center).map(({ server }) => server)).size).toBe(12)
  expect(msp.center.calls.filter(({ method }) => method === 'EventProcessing.GetRecordRange')).toEqual([])
  expect(msp.center.calls.length).toBeLessThanOrEqual(12 * 6)
  expect(msp.side.calls() - before).toBe(0)
})

test('1,200 devices are one ticket that tells their number and names 1,000 of them', async () => {
  const { msp, tickets } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 1 })
  msp.ticketRules({ statuses: { antivirus_not_running: { on: true } } })
  acme.server.addHosts(1_200, { name: 'PC', statusId: 1, statusMask: 1 << 2 })

  await msp.tick()

  expect(tickets(acme.companyId).length).toBe(1)
  const [ticket] = await msp.tickets('open')
  expect(ticket).toMatchObject({ devices: 1_200 })
  const whole = await msp.api.get(`/api/tickets/${ticket?.id}`)
  expect(Devices.parse(whole.body).devices.length).toBe(1_000)
})

test('105 virtual servers that cannot be looked at are counted, and a hundred of them named', async () => {
  const { msp } = await openMsp()
  for (let index = 0; index < 105; index++) msp.customer(`Customer ${index}`, { workstations: 1 })
  msp.center.faults.add({
    kind: 'status',
    status: 403,
    times: Infinity,
    match: ({ method }) => method === 'EventProcessingFactory.CreateEventProcessing2',
  })

  await msp.tick()

  const { body } = await msp.api.get('/api/tickets/view')
  expect(View.parse(body)).toMatchObject({ watched: 105, failed: 105 })
  expect(View.parse(body).failing.length).toBe(100)
})
