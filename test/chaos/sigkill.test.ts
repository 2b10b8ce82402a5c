import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { type LocalWorker, startWorker } from '../local/worker.ts'
import { apiClient, type Client } from '../support/client.ts'
import { workerSecrets } from '../support/secrets.ts'
import { seeded } from '../support/seeded.ts'
import { autotaskSide } from '../support/sides/autotask.ts'
import { connectWiseSide } from '../support/sides/connectwise.ts'
import type { Side } from '../support/sides/side.ts'
import { tigerpawSide } from '../support/sides/tigerpaw.ts'
import { startAutotask } from '../vendors/autotask/server.ts'
import { startConnectWise } from '../vendors/connectwise/server.ts'
import { devices } from '../vendors/ksc/devices.ts'
import type { Key } from '../vendors/ksc/key.ts'
import { type Ksc, startKsc } from '../vendors/ksc/start.ts'
import type { VirtualServer } from '../vendors/ksc/virtual-server.ts'
import { startTigerpaw } from '../vendors/tigerpaw/server.ts'

const rounds = Number(process.env.KILL_ROUNDS ?? 1)
const killsPerRound = 2
const latencyMs = 15

/** Each is a later day than the one before, wherever the clock stands: Autotask takes one change of a line a day. */
const zones = ['Etc/GMT+12', 'Pacific/Kiritimati'] as const

interface Customer {
  server: VirtualServer
  key: Key
  companyId: string
  agreementId: string
  priceLevelId: string | null
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

const psas: [string, () => Promise<{ side: Side; close: () => Promise<void> }>][] = [
  [
    'ConnectWise',
    async () => {
      const vendor = await startConnectWise()
      return { side: connectWiseSide(vendor), close: () => vendor.close() }
    },
  ],
  [
    'Autotask',
    async () => {
      const vendor = await startAutotask()
      return { side: autotaskSide(vendor), close: () => vendor.close() }
    },
  ],
  [
    'Tigerpaw',
    async () => {
      const vendor = await startTigerpaw()
      return { side: tigerpawSide(vendor), close: () => vendor.close() }
    },
  ],
]

test.each(psas)(
  '%s: however often the Worker is killed in the middle of a run, every line ends right and none is doubled',
  async (name, open) => {
    const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)
    console.log(`KILL_SEED=${seed}`)
    for (let round = 0; round < rounds; round++) {
      const { side, close } = await open()
      await tellStory(
        side,
        `${name.toLowerCase()}${round}`,
        seeded(seed + round),
        `seed ${seed}, round ${round}`,
      )
      await close()
    }
  },
  170_000,
)

/** A first day without trouble, then a day of changes and new customers on which the Worker is killed. */
async function tellStory(side: Side, connection: string, random: () => number, title: string): Promise<void> {
  side.setLatency(latencyMs)
  const center = ksc.account()
  const product = side.product('Protection')
  const customers: Customer[] = []
  const addCustomers = (count: number) => {
    for (let index = 0; index < count; index++)
      customers.push(customerOf(center, side, product, customers.length))
  }
  const clientOf = () => apiClient(worker.url, workerSecrets.ADMIN_TOKEN)
  const configure = (zone: string) =>
    clientOf().configure(documentOf(center, side, connection, customers, product, zone))

  addCustomers(14)
  await configure(zones[0])
  const [first] = customers
  const preparation = side.preparation(connection, {
    agreementId: first?.agreementId ?? '',
    productId: product,
  })
  if (preparation !== null) await clientOf().call('POST', preparation.path, preparation.body)
  await clientOf().runNow()
  expect(bill(side, customers), title).toEqual(used(customers))

  for (const customer of customers) if (random() < 0.4) changeUse(customer, random)
  addCustomers(8)
  await configure(zones[1])
  const run = await startRun(clientOf())
  for (let kill = 0; kill < killsPerRound; kill++) {
    await sleep(random() * 1200)
    await worker.crash()
    worker = await startWorker({ stateDir, port: worker.port, env })
  }

  const ended = await clientOf().finished(run, 60_000)
  const skipped = ended.problems.filter(
    ({ code }) => code === 'billing_crashed' || code === 'source_incomplete',
  )
  if (skipped.length > 0) await clientOf().runNow()
  expect(bill(side, customers), title).toEqual(used(customers))

  const before = side.writes()
  const silent = await clientOf().runNow()
  expect(silent.counts, title).toMatchObject({
    created: 0,
    updated: 0,
    unchanged: customers.length,
    held: 0,
    failed: 0,
  })
  expect(side.writes() - before, title).toBe(0)
}

async function startRun(client: Client): Promise<string> {
  const { run } = z
    .object({ run: z.object({ id: z.string() }) })
    .parse(await client.call('POST', '/api/runs', {}))
  return run.id
}

function customerOf(
  center: ReturnType<Ksc['account']>,
  side: Side,
  product: string,
  index: number,
): Customer {
  const server = center.addServer({ name: `Customer ${index}` })
  const key = server.addKey({
    product: 'Kaspersky Endpoint Security for Business Advanced',
    type: 1,
    limitDate: '2099-12-31',
  })
  key.use(server.addHosts(20, devices.workstation))
  return { server, key, ...side.customer(`Customer ${index}`, [product]) }
}

/** One to three devices more or less, which no guard rail holds. */
function changeUse({ server, key }: Customer, random: () => number): void {
  const count = 1 + Math.floor(random() * 3)
  if (random() < 0.5) key.use(server.addHosts(count, { ...devices.workstation, name: `new-${random()}` }))
  else for (const host of [...server.hosts.values()].slice(0, count)) server.removeHost(host)
}

/** For each customer the quantities of all its lines, on the last of the days. */
function bill(side: Side, customers: Customer[]): number[][] {
  return customers.map(({ agreementId }) => side.billed(agreementId).map(([, quantity]) => quantity))
}

function used(customers: Customer[]): number[][] {
  return customers.map(({ key }) => [key.uses.size])
}

function documentOf(
  center: { baseUrl: string; user: string; password: string },
  side: Side,
  connection: string,
  customers: Customer[],
  product: string,
  timeZone: string,
): unknown {
  const { baseUrl, user, password } = center
  return {
    version: 1,
    // Many lines fall at once here; that nobody should look at that is not what is tried.
    settings: { timeZone, dailyRunAt: '23:45', approval: 'automatic', guardRails: { runFallLines: 1000 } },
    connections: [
      {
        id: `ksc-${connection}`,
        kind: 'ksc',
        name: 'Security Center',
        baseUrl,
        credentials: { user, password },
      },
      { id: connection, name: 'PSA', ...side.connection },
    ],
    companies: customers.map(({ server, companyId, agreementId, priceLevelId }) => ({
      tenant: { connection: `ksc-${connection}`, id: server.uid },
      company: { connection, id: companyId },
      billing: true,
      agreementId,
      priceLevelId,
    })),
    products: [
      { connection, billByCategory: false, map: [{ application: 'kes-business-advanced', all: product }] },
    ],
  }
}
