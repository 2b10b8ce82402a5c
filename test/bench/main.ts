import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorker } from '../local/worker.ts'
import { apiClient, type RunAnswer } from '../support/client.ts'
import { workerSecrets } from '../support/secrets.ts'
import type { Account } from '../vendors/connectwise/account.ts'
import { startConnectWise } from '../vendors/connectwise/server.ts'
import type { KscAccount } from '../vendors/ksc/account.ts'
import { startKsc } from '../vendors/ksc/start.ts'
import { changedEvery, companies, configurationOf, customersOf, grown, latencyMs, usageOf } from './msp.ts'
import { plainLoop } from './peer.ts'

interface Measured {
  calls: number
  writes: number
  /** From the moment the use is known until the bill is right. */
  ms: number
}

interface OurMeasured extends Measured {
  /** How long reading the use from Security Center took before; the loop is given it. */
  readMs: number
}

interface Row {
  name: string
  ours: OurMeasured
  peer: Measured
  floor: { calls: number }
}

const day = 24 * 3_600_000

const asJson = process.argv.includes('--json')
const say = (text: string) => {
  if (!asJson) process.stderr.write(`${text}\n`)
}

const ksc = await startKsc()
const cw = await startConnectWise({ tls: true })
if (cw.ca !== undefined) https.globalAgent.options.ca = cw.ca
/** In memory where the machine has such a place: a deployed database does not wait for this disk. */
const stateRoot = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const stateDir = await mkdtemp(join(stateRoot, 'tallypod-bench-'))
const worker = await startWorker({ stateDir, env: { ...workerSecrets, ALLOW_INSECURE_UPSTREAMS: 'true' } })

try {
  const center = ksc.account()
  const [ours, peers] = [cw.account(), cw.account()]
  const customers = customersOf(ours)
  const peerCustomers = customersOf(peers)
  const usage = usageOf(center)
  // Asked seldom, since answering takes time from the work; the run itself says when it ended.
  const client = apiClient(worker.url, workerSecrets.ADMIN_TOKEN, { pollMs: 1000 })
  await client.configure(configurationOf(center, ours, usage, customers))
  await client.call('POST', '/api/connections/cw/check')
  ours.latencyMs = latencyMs
  peers.latencyMs = latencyMs
  const host = new URL(cw.httpsUrl ?? '').host
  const today = Date.now()
  const changed = companies / changedEvery

  const rows: Row[] = []
  const compare = async (
    name: string,
    floorCalls: number,
    run: () => Promise<RunAnswer>,
    wanted: typeof customers,
  ) => {
    say(`${name}: tallypod …`)
    const mine = await measuredRun(center, ours, run)
    say(`${name}: the plain loop …`)
    const theirs = await measured(peers, () => plainLoop(peers, host, wanted))
    rows.push({ name, ours: mine, peer: theirs, floor: { calls: floorCalls } })
  }

  await compare(
    'connectwise/first-run',
    1 + companies + changed,
    () => client.runOn(new Date(today - day)),
    peerCustomers,
  )
  usage.grow()
  await compare(
    'connectwise/ordinary-day',
    1 + changed,
    () => client.runOn(new Date(today)),
    grown(peerCustomers),
  )
  await compare('connectwise/same-day', 1, () => client.runNow(), grown(peerCustomers))

  assertSame(ours, peers)
  process.stdout.write(asJson ? `${JSON.stringify(rows, null, 2)}\n` : table(rows))
} finally {
  await worker.stop()
  await Promise.all([ksc.close(), cw.close()])
  https.globalAgent.destroy()
  await rm(stateDir, { recursive: true, force: true })
}

/**
 * As `measured`, with ConnectWise kept waiting until Security Center was read to its end: what both programs are timed
 * for is the bill.
 */
async function measuredRun(
  center: KscAccount,
  account: Account,
  run: () => Promise<RunAnswer>,
): Promise<OurMeasured> {
  const closed = Promise.withResolvers<void>()
  account.gate = closed.promise
  center.calls.length = 0
  account.calls.length = 0
  const start = Date.now()
  const work = run()
  // One session for the list, and one for each virtual server.
  while (center.calls.filter(({ method }) => method === 'Session.EndSession').length <= companies)
    await sleep(20)
  const read = Date.now()
  closed.resolve()
  const { finishedAt } = await work
  return {
    readMs: read - start,
    ms: Date.parse(finishedAt ?? '') - read,
    calls: account.calls.length,
    writes: account.calls.filter(({ method }) => method !== 'GET').length,
  }
}

/** Calls to ConnectWise, writes among them, and the time that the work takes. */
async function measured(account: Account, work: () => Promise<unknown>): Promise<Measured> {
  account.calls.length = 0
  const start = performance.now()
  await work()
  return {
    ms: Math.round(performance.now() - start),
    calls: account.calls.length,
    writes: account.calls.filter(({ method }) => method !== 'GET').length,
  }
}

/** Both programs must have brought about the same bill, or the comparison means nothing. */
function assertSame(ours: Account, peers: Account): void {
  const bill = (account: Account) =>
    JSON.stringify(
      account.store.agreements
        .all()
        .map((agreement) => account.additionsOf(agreement).map(({ quantity }) => quantity)),
    )
  if (bill(ours) !== bill(peers)) throw new Error('tallypod and the plain loop ended with different bills')
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
