import { beforeAll, expect, test, vi } from 'vitest'
import { type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { lineReads, patches, posts } from './calls.ts'
import { patience, runAgain, runToEnd } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 2 })
})

const tooMany = { kind: 'status', status: 429, headers: { 'retry-after': '1' }, body: '{}' } as const
const latencyMs = 500

test('ConnectWise asks to wait: nobody calls until then, nothing is lost, and no try is counted', async () => {
  const msp = await openMsp(stack, { billByCategory: true })
  const customers = Array.from({ length: 6 }, (_, index) =>
    msp.customer(`Customer ${index}`, { workstations: 7, servers: 2, others: 1 }),
  )
  msp.psa.latencyMs = latencyMs
  const wait = { 'retry-after': '2' }
  const refusals = [
    msp.psa.faults.add({ kind: 'status', status: 429, headers: wait, match: lineReads(), after: 1 }),
    msp.psa.faults.add({ kind: 'status', status: 429, headers: wait, match: posts(), after: 7 }),
  ]

  const run = await runToEnd(msp)

  const bill = [
    ['KES other', 1],
    ['KES server', 2],
    ['KES workstation', 7],
  ]
  expect(customers.map((customer) => msp.lines(customer).sort())).toEqual(customers.map(() => bill))
  expect(run).toMatchObject({ state: 'done', problems: [], counts: { created: 18, failed: 0 } })
  expect(refusals.map(({ fired }) => fired)).toEqual([1, 1])
  expect(tooEarly(msp)).toEqual([])
  expect(await mostTries()).toBe(1)
  msp.psa.latencyMs = 0
  expect(await runAgain(msp)).toEqual([])
})

test('a decrease that is refused for being one too many is written after the wait', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  await runToEnd(msp)
  acme.uses({ workstations: 6 })
  msp.psa.faults.add({ ...tooMany, match: patches(), times: 2 })

  const run = await runToEnd(msp)

  expect(msp.lines(acme)).toEqual([['KES', 6]])
  expect(run.told).toEqual(['set KES 7 → 6: verified'])
  expect(msp.psa.calls.filter(patches())).toHaveLength(3)
})

test('a wait that comes with status 503 is kept by all companies', async () => {
  const msp = await openMsp(stack, { billByCategory: true })
  const customers = Array.from({ length: 3 }, (_, index) =>
    msp.customer(`Customer ${index}`, { workstations: 7, servers: 2, others: 1 }),
  )
  msp.psa.latencyMs = latencyMs
  const headers = { 'retry-after': '2' }
  msp.psa.faults.add({ kind: 'status', status: 503, headers, match: lineReads(customers[1]) })

  const run = await runToEnd(msp)

  expect(run).toMatchObject({ state: 'done', problems: [], counts: { created: 9 } })
  expect(tooEarly(msp)).toEqual([])
})

test('Security Center asks to wait: the wait is kept, every tenant is read, and no try is counted', async () => {
  const msp = await openMsp(stack)
  const customers = Array.from({ length: 5 }, (_, index) =>
    msp.customer(`Customer ${index}`, { workstations: 7 }),
  )
  const refusals = [0, 9, 22].map((after) =>
    msp.center.faults.add({ ...tooMany, match: ({ method }) => method !== 'Session.EndSession', after }),
  )

  const run = await runToEnd(msp)

  expect(customers.map((customer) => msp.lines(customer))).toEqual(customers.map(() => [['KES', 7]]))
  expect(run).toMatchObject({ state: 'done', problems: [], counts: { tenants: 5, incomplete: 0 } })
  expect(refusals.map(({ fired }) => fired)).toEqual([1, 1, 1])
  expect(await mostTries()).toBe(1)
})

/**
 * Calls that came after a refusal had arrived and before the wait was over. One call each may follow at once: of those
 * whose answer arrived together with the refusal.
 */
function tooEarly({ psa }: Msp) {
  const arrivals = psa.calls.flatMap(({ at, status }) =>
    status === 429 || status === 503 ? [at + latencyMs] : [],
  )
  expect(arrivals.length).toBeGreaterThan(0)
  return psa.calls.filter(({ at }) =>
    arrivals.some((arrived) => at > arrived + 0.9 * latencyMs && at < arrived + 1_950),
  )
}

async function mostTries(): Promise<unknown> {
  return stack
    .db()
    .prepare(
      'SELECT MAX(attempts) AS most FROM (SELECT attempts FROM run_company UNION SELECT attempts FROM run_tenant)',
    )
    .first('most')
}
