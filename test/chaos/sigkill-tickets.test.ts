import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalWorker, startWorker } from '../local/worker.ts'
import { apiClient } from '../support/client.ts'
import { workerSecrets } from '../support/secrets.ts'
import { seeded } from '../support/seeded.ts'
import { connectWiseSide } from '../support/sides/connectwise.ts'
import type { Side } from '../support/sides/side.ts'
import { startConnectWise } from '../vendors/connectwise/server.ts'
import type { KscAccount } from '../vendors/ksc/account.ts'
import type { Host } from '../vendors/ksc/host.ts'
import { type Ksc, startKsc } from '../vendors/ksc/start.ts'
import type { VirtualServer } from '../vendors/ksc/virtual-server.ts'

const kills = 2
const latencyMs = 15

const virus = { type: 'GNRL_EV_VIRUS_FOUND', typeName: 'Malicious object found', severity: 4 }
/** Critical, because its protection is installed but not running. */
const notRunning = { statusId: 1, statusMask: 1 << 2 }
const well = { statusId: 0, statusMask: 0 }

interface Customer {
  server: VirtualServer
  host: Host
  companyId: string
}

let ksc: Ksc
let stateDir: string
let worker: LocalWorker

const env = { ...workerSecrets, LEASE_SECONDS: '1', ALLOW_INSECURE_UPSTREAMS: 'true' }

beforeAll(async () => {
  ksc = await startKsc()
  stateDir = await mkdtemp(join(tmpdir(), 'tallypod-kill-'))
  worker = await startWorker({ stateDir, env })
})
afterAll(async () => {
  await worker.stop()
  await ksc.close()
  await rm(stateDir, { recursive: true, force: true })
})

test('however often the Worker is killed, each cause has one ticket, and each that is over is closed', async () => {
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)
  console.log(`KILL_SEED=${seed}`)
  const random = seeded(seed)
  const vendor = await startConnectWise()
  const side = connectWiseSide(vendor)
  side.setLatency(latencyMs)
  const center = ksc.account()
  const customers = Array.from({ length: 16 }, (_, index) => customerOf(center, side, index))
  await apiClient(worker.url, workerSecrets.ADMIN_TOKEN).configure(documentOf(center, side, customers))

  for (const { server, host } of customers) {
    Object.assign(host, notRunning)
    server.addEvent({ ...virus, host })
  }
  await killedMeanwhile(random)
  await untilTrue(() => customers.every((customer) => titles(side, customer).length >= 2))
  await settled(side)
  expect(customers.map((customer) => titles(side, customer))).toEqual(customers.map(bothTickets))

  for (const { server, host } of customers) {
    Object.assign(host, well)
    server.addEvent({ ...virus, host })
  }
  await killedMeanwhile(random)
  await untilTrue(() => customers.every((customer) => closed(side, customer).length >= 1))
  await settled(side)

  expect(customers.map((customer) => titles(side, customer))).toEqual(customers.map(bothTickets))
  expect(customers.map((customer) => closed(side, customer))).toEqual(
    customers.map((customer) => bothTickets(customer).slice(1)),
  )
  for (const { companyId } of customers) {
    const notes = side.desk.tickets(companyId).flatMap((ticket) => ticket.notes)
    expect(notes.length).toBeLessThanOrEqual(1)
  }
  await vendor.close()
}, 120_000)

function customerOf(center: KscAccount, side: Side, index: number): Customer {
  const server = center.addServer({ name: `Customer ${index}` })
  const [host] = server.addHosts(1, { name: `PC-${index}` })
  if (host === undefined) throw new Error('A customer has a device')
  return { server, host, companyId: side.customer(`Customer ${index}`, []).companyId }
}

function documentOf(center: KscAccount, side: Side, customers: Customer[]): unknown {
  const { baseUrl, user, password, internal } = center
  const { status, ...filing } = side.desk.filing
  return {
    version: 1,
    settings: { timeZone: 'UTC', dailyRunAt: '03:00', approval: 'automatic' },
    connections: [
      { id: 'ksc', kind: 'ksc', name: 'KSC', baseUrl, credentials: { user, password, internal } },
      { id: 'psa', name: 'PSA', ...side.connection },
    ],
    companies: customers.map(({ server, companyId }) => ({
      tenant: { connection: 'ksc', id: server.uid },
      company: { connection: 'psa', id: companyId },
      billing: false,
      agreementId: null,
    })),
    products: [],
    tickets: {
      connections: [
        {
          connection: 'psa',
          ...filing,
          statusNew: status,
          statusClosed: side.desk.closedStatus,
          events: { critical: { on: true } },
          statuses: { antivirus_not_running: { on: true } },
        },
      ],
      companies: [],
    },
  }
}

/** The Worker's clock strikes, at an hour at which no run is due; a Worker that was just killed may not hear it. */
async function tick(): Promise<void> {
  const client = apiClient(worker.url, workerSecrets.ADMIN_TOKEN)
  await client.tick(new Date('2026-03-02T00:15:00Z')).catch(() => {})
}

async function killedMeanwhile(random: () => number): Promise<void> {
  for (let kill = 0; kill < kills; kill++) {
    await tick()
    await sleep(random() * 900)
    await worker.crash()
    worker = await startWorker({ stateDir, port: worker.port, env })
  }
}

async function untilTrue(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 45_000
  while (!isSo()) {
    if (Date.now() > deadline) return
    await tick()
    await sleep(400)
  }
}

/** Waits until nothing more is written, so that a ticket that would come too much is seen. */
async function settled(side: Side): Promise<void> {
  for (let calm = 0, before = side.writes(); calm < 3; ) {
    await tick()
    await sleep(300)
    calm = side.writes() === before ? calm + 1 : 0
    before = side.writes()
  }
}

const titles = (side: Side, { companyId }: Customer) =>
  side.desk
    .tickets(companyId)
    .map(({ title }) => title)
    .toSorted()

const closed = (side: Side, { companyId }: Customer) =>
  side.desk
    .tickets(companyId)
    .filter(({ status }) => status === side.desk.closedStatus)
    .map(({ title }) => title)

const bothTickets = ({ host }: Customer) => [
  `Malicious object found: ${host.name}`,
  `Protection is installed but not running: ${host.name}`,
]
