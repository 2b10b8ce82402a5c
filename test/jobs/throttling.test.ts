import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { everything, lineReads, patches, posts } from './calls.ts'
import { patience, runAgain, runToEnd } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

/** Calls that were on their way when the refusal came. */
const alreadySentMs = 250

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 2 })
})
afterAll(() => stack.close())

const tooMany = { kind: 'status', status: 429, headers: { 'retry-after': '1' }, body: '{}' } as const

test('ConnectWise asks to wait again and again: each wait is kept, nothing is lost, and no try is counted', async () => {
  const msp = await openMsp(stack)
  const customers = Array.from({ length: 10 }, (_, index) =>
    msp.customer(`Customer ${index}`, { workstations: 7 }),
  )
  msp.psa.faults.add({ ...tooMany, match: everything, after: 1 })
  msp.psa.faults.add({ ...tooMany, match: lineReads(), after: 2, times: 1 })
  msp.psa.faults.add({ ...tooMany, match: posts(), after: 4, times: 2 })

  const run = await runToEnd(msp)

  expect(customers.map((customer) => msp.lines(customer))).toEqual(customers.map(() => [['KES', 7]]))
  expect(run).toMatchObject({ state: 'done', problems: [], counts: { created: 10, failed: 0 } })
  expect(tooEarly(msp.psa.calls.map(({ at, status }) => ({ at, isRefused: status === 429 })))).toEqual([])
  expect(await mostTries()).toBe(1)
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
  const msp = await openMsp(stack)
  const customers = Array.from({ length: 8 }, (_, index) =>
    msp.customer(`Customer ${index}`, { workstations: 7 }),
  )
  const unavailable = { kind: 'status', status: 503, headers: { 'retry-after': '1' }, body: '' } as const
  msp.psa.faults.add({ ...unavailable, match: lineReads(), after: 1, times: 1 })

  const run = await runToEnd(msp)

  expect(customers.map((customer) => msp.lines(customer))).toEqual(customers.map(() => [['KES', 7]]))
  expect(run).toMatchObject({ state: 'done', problems: [] })
  expect(tooEarly(msp.psa.calls.map(({ at, status }) => ({ at, isRefused: status === 503 })))).toEqual([])
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

/** Calls that came within the second after a refusal, though they were not on their way by then. */
function tooEarly(calls: { at: number; isRefused: boolean }[]) {
  const refusedAt = calls.filter(({ isRefused }) => isRefused).map(({ at }) => at)
  expect(refusedAt.length).toBeGreaterThan(0)
  return calls.filter(({ at }) => refusedAt.some((from) => at > from + alreadySentMs && at < from + 950))
}

async function mostTries(): Promise<unknown> {
  return stack
    .db()
    .prepare(
      'SELECT MAX(attempts) AS most FROM (SELECT attempts FROM run_company UNION SELECT attempts FROM run_tenant)',
    )
    .first('most')
}
