import { beforeAll, expect, test, vi } from 'vitest'
import { type Customer, type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import type { WireFailure } from '../vendors/faults.ts'
import { failAfterStoring, kscCalls, patches, posts } from './calls.ts'
import { ended, patience, runAgain, runToEnd, untilLines, untilTrue } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

const leaseSeconds = 1

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds })
})

/** What becomes of one answer, and whether ConnectWise carried the request out. */
const losses: [string, WireFailure, carriedOut: boolean][] = [
  ['Broken after', { kind: 'resetAfter' }, true],
  ['Too late', { kind: 'hang', ms: 5_000 }, true],
  ['Cut off', { kind: 'truncated' }, true],
  ['Done after the time-out', { kind: 'delay', ms: 1_500 }, true],
  ['Broken before', { kind: 'resetBefore' }, false],
  ['A web page', { kind: 'html' }, false],
  ['Bad gateway', { kind: 'status', status: 502 }, false],
]

test('a new line whose answer was lost stands once, whatever became of the request', async () => {
  const msp = await openMsp(stack)
  const customers = losses.map(([name]) => msp.customer(name, { workstations: 7 }))
  const stored = msp.customer('Stored, then 500', { workstations: 7 })
  for (const [index, [, failure]] of losses.entries()) {
    msp.psa.faults.add({ ...failure, match: posts(customers[index]) })
  }
  failAfterStoring(msp.psa, stored, msp.products.all, 7)

  const run = await runToEnd(msp)

  expect([...customers, stored].map((customer) => [customer.server.name, msp.lines(customer)])).toEqual(
    [...customers, stored].map((customer) => [customer.server.name, [['KES', 7]]]),
  )
  expect(postsFor(msp, customers)).toEqual(losses.map(([, , carriedOut]) => (carriedOut ? 1 : 2)))
  expect(postsFor(msp, [stored])).toEqual([1])
  expect(
    restedMs(msp, customers[losses.findIndex(([name]) => name === 'Broken before')]),
  ).toBeGreaterThanOrEqual(2 * leaseSeconds * 1000 - 50)
  expect(run).toMatchObject({ state: 'done', problems: [], counts: { created: 8, held: 0, failed: 0 } })
  expect(await runAgain(msp)).toEqual([])
})

test('a new quantity whose answer was lost is in force, whatever became of the request', async () => {
  const msp = await openMsp(stack)
  const customers = losses.map(([name]) => msp.customer(name, { workstations: 7 }))
  await runToEnd(msp)
  for (const customer of customers) customer.uses({ workstations: 9 })
  for (const [index, [, failure]] of losses.entries()) {
    msp.psa.faults.add({ ...failure, match: patches(customers[index]) })
  }

  const run = await runToEnd(msp)

  expect(customers.map((customer) => msp.lines(customer))).toEqual(customers.map(() => [['KES', 9]]))
  expect(run).toMatchObject({ state: 'done', problems: [], counts: { updated: 7, held: 0, failed: 0 } })
  expect(await runAgain(msp)).toEqual([])
})

test('what was changed by hand while its answer was lost is neither made again nor overwritten', async () => {
  const msp = await openMsp(stack)
  const grown = msp.customer('Grown', { workstations: 7 })
  await runToEnd(msp)
  grown.uses({ workstations: 9 })
  const made = msp.customer('Made', { workstations: 7 })
  msp.psa.faults.add({ kind: 'resetAfter', match: patches(grown) })
  msp.psa.faults.add({ kind: 'resetAfter', match: posts(made) })
  const { id } = await msp.start()
  await untilLines(msp, grown, [['KES', 9]])
  await untilLines(msp, made, [['KES', 7]])
  editLine(msp, grown, 20)
  editLine(msp, made, 5)

  const run = await ended(msp, id)

  expect([msp.lines(grown), msp.lines(made)]).toEqual([[['KES', 20]], [['KES', 5]]])
  expect(run.told).toContain('set KES 20 → 9: held, changed_by_hand')
  expect(run.told).toContain('set KES 5 → 7: held, adopted_differs')
  expect(run.state).toBe('done_with_problems')
})

test('a quantity that the PSA confirms but does not keep is held as not confirmed', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  const other = msp.customer('Other', { workstations: 7 })
  await runToEnd(msp)
  acme.uses({ workstations: 9 })
  other.uses({ workstations: 9 })
  const [line] = msp.psa.additionsOf(acme.agreementId)
  msp.psa.faults.add({ kind: 'status', status: 200, body: JSON.stringify(line), match: patches(acme) })

  const lied = await runToEnd(msp)
  const next = await runToEnd(msp)

  expect(lied.told).toEqual(['set KES 7 → 9: held, write_not_confirmed', 'set KES 7 → 9: verified'])
  expect(lied.state).toBe('done_with_problems')
  expect(next.told).toEqual(['set KES 7 → 9: verified'])
  expect([msp.lines(acme), msp.lines(other)]).toEqual([[['KES', 9]], [['KES', 9]]])
})

test('what a run leaves uncertain is found out by the next one, which bills the use of its own day', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  await runToEnd(msp)
  acme.uses({ workstations: 9 })
  msp.psa.faults.add({ kind: 'resetBefore', match: patches(acme) })
  await msp.start()
  await untilUnknown(msp)
  await msp.deps.runs.failOlderThan('9999', new Date().toISOString())
  await stack.db().prepare('UPDATE change SET look_at = 0').run()

  acme.uses({ workstations: 11 })
  msp.center.faults.add({ kind: 'resetBefore', match: kscCalls(acme), times: 2 })
  const run = await runToEnd(msp)

  expect(msp.lines(acme)).toEqual([['KES', 11]])
  expect(run).toMatchObject({ state: 'done', counts: { incomplete: 0, updated: 1 } })
  expect(await runAgain(msp)).toEqual([])
})

/** How long the PSA was left alone between the first write to the customer and the next read of its lines. */
function restedMs(msp: Msp, customer: Customer | undefined): number {
  const calls = msp.psa.calls.filter(({ path }) => path.endsWith(`/${customer?.agreementId}/additions`))
  expect(calls.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'GET', 'POST'])
  return (calls[2]?.at ?? 0) - (calls[1]?.at ?? 0)
}

/** How many creations were sent for each of the customers. */
function postsFor(msp: Msp, customers: Customer[]): number[] {
  return customers.map((customer) => msp.psa.calls.filter(posts(customer)).length)
}

async function untilUnknown(msp: Msp) {
  await untilTrue('a change is unknown', async () => {
    return (await msp.deps.changes.list({ state: 'unknown' }, 10, null)).length > 0
  })
}

function editLine(msp: Msp, customer: Customer, quantity: number) {
  const [line] = msp.psa.additionsOf(customer.agreementId)
  msp.psa.editAdditionByHand(customer.agreementId, line?.id ?? 0, { quantity })
}
