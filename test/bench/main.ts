import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localDay } from '../../worker/domain/day.ts'
import { startWorker } from '../local/worker.ts'
import { apiClient } from '../support/client.ts'
import { workerSecrets } from '../support/secrets.ts'
import type { KscAccount } from '../vendors/ksc/account.ts'
import { startKsc } from '../vendors/ksc/start.ts'
import { autotaskContest } from './autotask.ts'
import { connectWiseContest } from './connectwise.ts'
import type { Contest } from './contest.ts'
import { type Measured, measured, measuredRun, type OurMeasured } from './measure.ts'
import {
  applications,
  type Customer,
  changedEvery,
  companies,
  grown,
  latencyMs,
  type Usage,
  usageOf,
} from './usage.ts'

interface Row {
  name: string
  ours: OurMeasured
  peer: Measured
  floor: { calls: number }
}

/** Wherever the clock stands, it is a later day in the second of these than in the first. */
const zones = { before: 'Etc/GMT+12', after: 'Pacific/Kiritimati' }

const asJson = process.argv.includes('--json')
const say = (text: string) => {
  if (!asJson) process.stderr.write(`${text}\n`)
}

const ksc = await startKsc()
const rows: Row[] = []
try {
  for (const open of [connectWiseContest, autotaskContest]) rows.push(...(await rowsOf(await open())))
  process.stdout.write(asJson ? `${JSON.stringify(rows, null, 2)}\n` : table(rows))
} finally {
  await ksc.close()
}

/** A first run, a day on which some lines changed, and the same day once more. */
async function rowsOf(contest: Contest): Promise<Row[]> {
  const { ours, peer, floor, isWrite } = contest
  /** In memory where the machine has such a place: a deployed database does not wait for this disk. */
  const stateRoot = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const stateDir = await mkdtemp(join(stateRoot, 'tallypod-bench-'))
  const worker = await startWorker({ stateDir, env: { ...workerSecrets, ALLOW_INSECURE_UPSTREAMS: 'true' } })
  try {
    const center = ksc.account()
    const usage = usageOf(center)
    // Asked seldom, since answering takes time from the work; the run itself says when it ended.
    const client = apiClient(worker.url, workerSecrets.ADMIN_TOKEN, { pollMs: 1000 })
    await client.configure(configurationOf(contest, center, usage, zones.before))
    await client.call('POST', '/api/connections/psa/check')
    ours.account.latencyMs = latencyMs
    peer.account.latencyMs = latencyMs

    const compare = async (
      story: string,
      floorCalls: number,
      wanted: Customer[],
      zone: string,
    ): Promise<Row> => {
      const name = `${contest.name}/${story}`
      say(`${name}: tallypod …`)
      const mine = await measuredRun(center, ours, isWrite, () => client.runNow())
      say(`${name}: the plain loop …`)
      const theirs = await measured(peer, isWrite, () => peer.loop(wanted, localDay(new Date(), zone)))
      return { name, ours: mine, peer: theirs, floor: { calls: floorCalls } }
    }

    const first = await compare('first-run', floor.firstRun, peer.customers, zones.before)
    usage.grow()
    await client.configure(configurationOf(contest, center, usage, zones.after))
    const ordinary = await compare('ordinary-day', floor.ordinaryDay, grown(peer.customers), zones.after)
    const same = await compare('same-day', floor.sameDay, grown(peer.customers), zones.after)
    assertSame(contest)
    return [first, ordinary, same]
  } finally {
    await worker.stop()
    await contest.close()
    await rm(stateDir, { recursive: true, force: true })
  }
}

function configurationOf({ ours }: Contest, center: KscAccount, usage: Usage, timeZone: string): unknown {
  const { baseUrl, user, password } = center
  const products = [...(ours.customers[0]?.wanted.keys() ?? [])]
  return {
    version: 1,
    settings: { timeZone, dailyRunAt: '00:00', approval: 'automatic' },
    connections: [
      { id: 'ksc', kind: 'ksc', name: 'Security Center', baseUrl, credentials: { user, password } },
      { id: 'psa', name: 'PSA', ...ours.connection },
    ],
    companies: ours.customers.map((customer, index) => ({
      tenant: { connection: 'ksc', id: usage.servers[index]?.uid },
      company: { connection: 'psa', id: String(customer.companyId) },
      billing: true,
      agreementId: String(customer.agreementId),
    })),
    products: [
      {
        connection: 'psa',
        billByCategory: false,
        map: applications.map(({ key }, position) => ({
          application: key,
          all: String(products[position]),
        })),
      },
    ],
  }
}

/** Both programs must have brought about the same bill, or the comparison means nothing. */
function assertSame({ name, ours, peer }: Contest): void {
  if (JSON.stringify(ours.bill()) === JSON.stringify(peer.bill())) return
  throw new Error(`${name}: tallypod and the plain loop ended with different bills`)
}

function table(rows: Row[]): string {
  const cells = rows.map(({ name, ours, peer, floor }) => [
    name,
    `${ours.calls}`,
    `${ours.writes}`,
    seconds(ours.readMs),
    seconds(ours.ms),
    `${peer.calls}`,
    `${peer.writes}`,
    seconds(peer.ms),
    `${floor.calls}`,
    `${(peer.ms / ours.ms).toFixed(1)}×`,
  ])
  const heads = [
    '',
    'calls',
    'writes',
    'reading',
    'billing',
    'loop: calls',
    'writes',
    'time',
    'floor: calls',
    'faster',
  ]
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
  return `${companies} companies × 2 products, one line changed at ${companies / changedEvery}, ${latencyMs} ms a call\n\n${[heads, ...cells].map(line).join('\n')}\n`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
