import { setTimeout } from 'node:timers/promises'
import { beforeAll, expect, test, vi } from 'vitest'
import { work } from '../../worker/jobs/chain.ts'
import { resume } from '../../worker/jobs/schedule.ts'
import { type Customer, type Msp, monday, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { lineReads, patches, posts } from './calls.ts'
import { ended, patience, runAgain, runToEnd, untilTrue } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 1 })
})

test('messages that come again, late, out of order or from nowhere bill each line once', async () => {
  const msp = await openMsp(stack)
  const customers = manyOf(msp, 8)
  const { id } = await msp.start()

  let isOver = false
  const flood = async () => {
    for (let round = 0; !isOver; round++) {
      for (const { chain, step } of await stepsNow()) {
        const delivered = [step - 1, round % Math.max(step, 1), 5_000 + round, -1]
        await Promise.all(delivered.map((old) => work(msp.deps, { chain, step: old })))
      }
      await work(msp.deps, { chain: 'bill:nobody', step: round })
      await work(msp.deps, { chain: 'no chain', step: round })
      await setTimeout(30)
    }
  }
  const floods = [flood(), flood()]
  const run = await ended(msp, id)
  isOver = true
  await Promise.all(floods)

  expect(customers.map((customer) => msp.lines(customer))).toEqual(customers.map(() => [['KES', 7]]))
  expect(msp.psa.calls.filter(posts())).toHaveLength(8)
  expect(run).toMatchObject({ state: 'done', counts: { created: 8 } })
  expect(await runAgain(msp)).toEqual([])
})

test('who lost the lease in the middle writes nothing more, and the next one finishes without doubling', async () => {
  const msp = await openMsp(stack)
  const customers = manyOf(msp, 12)
  msp.psa.faults.add({ kind: 'delay', ms: 600, match: posts(), times: Infinity })
  const { id } = await msp.start()
  await untilTrue('six lines are being written', () => msp.psa.calls.filter(posts()).length >= 6)

  await giveAway('bill:cw')
  const begun = await writesBegun()
  await setTimeout(1_500)
  const sent = msp.psa.calls.filter(posts()).length
  await letGo('bill:cw')
  await resume(msp.deps)
  const run = await ended(msp, id)

  expect(begun).toBeLessThan(12)
  expect(sent).toBe(begun)
  expect(customers.map((customer) => msp.lines(customer))).toEqual(customers.map(() => [['KES', 7]]))
  expect(msp.psa.calls.filter(posts())).toHaveLength(12)
  expect(run.state).toBe('done')
})

test('a plan made from what was read before the lease was lost is not kept', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  msp.psa.faults.add({ kind: 'hang', ms: 950, match: lineReads(acme) })
  const { id } = await msp.start()
  await untilTrue('the lines are being read', () => msp.psa.calls.some(lineReads(acme)))

  await letGo('bill:cw')
  await work(msp.deps, { chain: 'bill:cw', step: -1 })
  const run = await ended(msp, id)
  await setTimeout(1_000)

  expect(msp.lines(acme)).toEqual([['KES', 7]])
  expect(run.told).toEqual(['create KES 0 → 7: verified'])
})

test('a run whose messages were all lost is taken up by the next tick', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  await msp.save()
  const at = new Date().toISOString()
  const run = { id: 'r-1', day: monday, trigger: 'manual' as const, dryRun: false, tenants: null, at }
  await msp.deps.runs.create(run)

  await resume(msp.deps)

  expect((await ended(msp, 'r-1')).state).toBe('done')
  expect(msp.lines(acme)).toEqual([['KES', 7]])
})

test('a change whose writer died is found out, not written blindly', async () => {
  const msp = await openMsp(stack)
  const [landed, lost] = [
    msp.customer('Landed', { workstations: 7 }),
    msp.customer('Lost', { workstations: 7 }),
  ]
  await runToEnd(msp)
  for (const customer of [landed, lost]) customer.uses({ workstations: 9 })
  msp.psa.faults.add({ kind: 'delay', ms: 500, match: patches(landed) })
  msp.psa.faults.add({ kind: 'resetBefore', match: patches(lost) })
  const { id } = await msp.start()
  await untilTrue('both are sent', () => msp.psa.calls.filter(patches()).length === 2)
  await stack.db().prepare(`UPDATE change SET state = 'sending' WHERE state = 'unknown'`).run()
  await giveAway('bill:cw')
  await letGo('bill:cw')
  await resume(msp.deps)

  const run = await ended(msp, id)

  expect([msp.lines(landed), msp.lines(lost)]).toEqual([[['KES', 9]], [['KES', 9]]])
  expect(msp.psa.calls.filter(patches(landed))).toHaveLength(1)
  expect(msp.psa.calls.filter(patches(lost))).toHaveLength(2)
  expect(run.state).toBe('done')
})

function manyOf(msp: Msp, count: number): Customer[] {
  return Array.from({ length: count }, (_, index) => msp.customer(`Customer ${index}`, { workstations: 7 }))
}

/** Another worker takes the chain, and does nothing with it for a minute. */
async function giveAway(chain: string) {
  await stack
    .db()
    .prepare('UPDATE chain SET step = step + 1, lease_until = ?2 WHERE id = ?1')
    .bind(chain, Date.now() + 60_000)
    .run()
}

async function stepsNow(): Promise<{ chain: string; step: number }[]> {
  const { results } = await stack
    .db()
    .prepare('SELECT id AS chain, step FROM chain')
    .all<{ chain: string; step: number }>()
  return results
}

async function writesBegun(): Promise<unknown> {
  return stack.db().prepare('SELECT COUNT(*) AS n FROM change WHERE sent_at IS NOT NULL').first('n')
}

async function letGo(chain: string) {
  await stack.db().prepare('UPDATE chain SET lease_until = 0 WHERE id = ?1').bind(chain).run()
}
