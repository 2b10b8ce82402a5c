import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { type LocalWorker, startWorker } from '../local/worker.ts'
import { apiClient, type Client, type RunAnswer } from '../support/client.ts'
import { seeded } from '../support/seeded.ts'
import { workerSecrets } from '../support/secrets.ts'
import type { Account } from '../vendors/connectwise/account.ts'
import { type ConnectWise, startConnectWise } from '../vendors/connectwise/server.ts'
import { devices } from '../vendors/ksc/devices.ts'
import type { Key } from '../vendors/ksc/key.ts'
import { type Ksc, startKsc } from '../vendors/ksc/start.ts'
import type { VirtualServer } from '../vendors/ksc/virtual-server.ts'

const customersCount = 30
const rounds = Number(process.env.KILL_ROUNDS ?? 3)
const killsPerRound = 2

interface Customer {
  server: VirtualServer
  key: Key
  companyId: number
  agreementId: number
}

let ksc: Ksc
let cw: ConnectWise
let stateDir: string
let worker: LocalWorker

const env = { ...workerSecrets, LEASE_SECONDS: '1', ALLOW_INSECURE_UPSTREAMS: 'true' }

beforeAll(async () => {
  ksc = await startKsc()
  cw = await startConnectWise()
  stateDir = await mkdtemp(join(tmpdir(), 'tallypod-kill-'))
  worker = await startWorker({ stateDir, env })
})
afterAll(async () => {
  await worker.stop()
  await Promise.all([ksc.close(), cw.close()])
  await rm(stateDir, { recursive: true, force: true })
})

test('however often the Worker is killed in the middle of a run, every addition ends right and none is doubled', async () => {
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)
  console.log(`KILL_SEED=${seed}`)
  const random = seeded(seed)
  const psa = cw.account()
  psa.latencyMs = 15
  const center = ksc.account()
  const product = Number(psa.addProduct({ identifier: 'KES', price: 3 }).id)
  const customers = Array.from({ length: customersCount }, (_, index): Customer => {
    const server = center.addServer({ name: `Customer ${index}` })
    const key = server.addKey({
      product: 'Kaspersky Endpoint Security for Business Advanced',
      type: 1,
      limitDate: '2099-12-31',
    })
    key.use(server.addHosts(20, devices.workstation))
    const company = psa.addCompany({ name: `Customer ${index}` })
    const agreement = psa.addAgreement({ company, name: 'Managed' })
    return { server, key, companyId: Number(company.id), agreementId: Number(agreement.id) }
  })
  const clientOf = () => apiClient(worker.url, workerSecrets.ADMIN_TOKEN)
  await clientOf().configure(documentOf(center, psa, customers, product))

  for (let round = 0; round < rounds; round++) {
    for (const customer of customers) if (random() < 0.4) changeUse(customer, random)
    const run = await startRun(clientOf())

    for (let kill = 0; kill < killsPerRound; kill++) {
      await sleep(random() * 1200)
      await worker.crash()
      worker = await startWorker({ stateDir, port: worker.port, env })
    }

    const ended = await clientOf().finished(run.id, 60_000)
    const skipped = ended.problems.filter(
      ({ code }) => code === 'billing_crashed' || code === 'source_incomplete',
    )
    if (skipped.length > 0) await clientOf().runNow()
    expect(bill(psa, customers), `round ${round}, seed ${seed}`).toEqual(used(customers))
  }

  psa.calls.length = 0
  const silent = await clientOf().runNow()
  expect(silent.counts).toMatchObject({
    created: 0,
    updated: 0,
    unchanged: customersCount,
    held: 0,
    failed: 0,
  })
  expect(psa.calls.filter(({ method }) => method !== 'GET')).toEqual([])
}, 170_000)

async function startRun(client: Client): Promise<RunAnswer> {
  const { run } = z
    .object({ run: z.object({ id: z.string() }) })
    .parse(await client.call('POST', '/api/runs', {}))
  return client.run(run.id)
}

/** One to three devices more or less, which no guard rail holds. */
function changeUse({ server, key }: Customer, random: () => number): void {
  const count = 1 + Math.floor(random() * 3)
  if (random() < 0.5) key.use(server.addHosts(count, { ...devices.workstation, name: `new-${random()}` }))
  else for (const host of [...server.hosts.values()].slice(0, count)) server.removeHost(host)
}

/** For each customer the quantities of all its additions. */
function bill(psa: Account, customers: Customer[]): number[][] {
  return customers.map(({ agreementId }) => psa.additionsOf(agreementId).map(({ quantity }) => quantity ?? 0))
}

function used(customers: Customer[]): number[][] {
  return customers.map(({ key }) => [key.uses.size])
}

function documentOf(
  center: { baseUrl: string; user: string; password: string },
  psa: Account,
  customers: Customer[],
  product: number,
): unknown {
  return {
    version: 1,
    // Many lines fall at once here; that nobody should look at that is not what is tried.
    settings: {
      timeZone: 'UTC',
      dailyRunAt: '23:45',
      approval: 'automatic',
      guardRails: { runFallLines: 1000 },
    },
    connections: [
      {
        id: 'ksc',
        kind: 'ksc',
        name: 'Security Center',
        baseUrl: center.baseUrl,
        credentials: { user: center.user, password: center.password },
      },
      {
        id: 'cw',
        kind: 'connectwise',
        name: 'ConnectWise',
        baseUrl: psa.baseUrl,
        credentials: {
          companyId: psa.companyId,
          publicKey: psa.publicKey,
          privateKey: psa.privateKey,
          clientId: psa.clientId,
        },
      },
    ],
    companies: customers.map(({ server, companyId, agreementId }) => ({
      tenant: { connection: 'ksc', id: server.uid },
      company: { connection: 'cw', id: String(companyId) },
      billing: true,
      agreementId: String(agreementId),
    })),
    products: [
      {
        connection: 'cw',
        billByCategory: false,
        map: [{ application: 'kes-business-advanced', all: String(product) }],
      },
    ],
  }
}
