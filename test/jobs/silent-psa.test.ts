import { beforeAll, expect, test, vi } from 'vitest'
import { type Customer, type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import type { WireFailure } from '../vendors/faults.ts'
import { everything, kscCalls, lineReads, patches, posts } from './calls.ts'
import { ended, patience, runAgain, runToEnd, untilTrue } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 1 })
})

test.each<[string, WireFailure]>([
  ['cannot be reached', { kind: 'resetBefore' }],
  ['refuses the keys', { kind: 'status', status: 401 }],
])('a ConnectWise that %s all day changes nothing; the next run writes', async (_, failure) => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  msp.psa.faults.add({ ...failure, match: everything, times: Infinity })

  const run = await runToEnd(msp)

  expect(run.state).toBe('done_with_problems')
  expect(run.problems.map(({ code }) => code)).toEqual(['psa_unreachable'])
  expect(msp.lines(acme)).toEqual([])

  msp.psa.faults.clear()
  expect((await runToEnd(msp)).state).toBe('done')
  expect(msp.lines(acme)).toEqual([['KES', 7]])
})

test('a ConnectWise that is away again and again, each time for a moment, is asked again', async () => {
  const msp = await openMsp(stack)
  const customers = Array.from({ length: 30 }, (_, index) =>
    msp.customer(`Customer ${index}`, { workstations: 7 }),
  )
  for (const after of [0, 12, 24, 36, 48]) {
    msp.psa.faults.add({ kind: 'resetBefore', match: ({ method }) => method === 'GET', after, times: 3 })
  }

  const run = await runToEnd(msp)

  expect(customers.map((customer) => msp.lines(customer))).toEqual(customers.map(() => [['KES', 7]]))
  expect(run).toMatchObject({ state: 'done', problems: [], counts: { created: 30 } })
})

test('one refused write fails with the words of ConnectWise; the others go on', async () => {
  const msp = await openMsp(stack)
  const [acme, globex, initech] = [
    msp.customer('Acme', { workstations: 7 }),
    msp.customer('Globex', { workstations: 7 }),
    msp.customer('Initech', { workstations: 7 }),
  ]
  const body = JSON.stringify({
    code: 'InvalidObject',
    message: `The tax code is closed, ${msp.psa.privateKey}.`,
  })
  msp.psa.faults.add({ kind: 'status', status: 400, body, match: posts(globex) })
  msp.psa.faults.add({ kind: 'status', status: 403, body: '{"message":"No right."}', match: posts(initech) })

  const run = await runToEnd(msp)

  expect([acme, globex, initech].map((customer) => msp.lines(customer))).toEqual([[['KES', 7]], [], []])
  expect(run).toMatchObject({ state: 'done_with_problems', counts: { created: 1, failed: 2 } })
  const [closed, noRight] = run.changes.filter(({ state }) => state === 'failed').map(({ detail }) => detail)
  expect([closed, noRight].sort().at(-1)).toContain('The tax code is closed')
  expect(JSON.stringify([run.changes, run.problems])).not.toContain(msp.psa.privateKey)
  expect((await runToEnd(msp)).state).toBe('done')
  expect([globex, initech].map((customer) => msp.lines(customer))).toEqual([[['KES', 7]], [['KES', 7]]])
})

test('keys that are refused in the middle stop the run; what was written stands, the rest is written the next time', async () => {
  const msp = await openMsp(stack)
  const customers = Array.from({ length: 12 }, (_, index) =>
    msp.customer(`Customer ${index}`, { workstations: 7 }),
  )
  msp.psa.faults.add({ kind: 'status', status: 401, match: posts(), after: 3, times: Infinity })

  const run = await runToEnd(msp)

  const billed = () => customers.filter((customer) => msp.lines(customer).length === 1).length
  expect(billed()).toBe(3)
  expect(run.state).toBe('done_with_problems')
  expect(run.problems.map(({ code }) => code)).toEqual(['psa_unreachable'])

  msp.psa.faults.clear()
  expect((await runToEnd(msp)).state).toBe('done')
  expect(billed()).toBe(12)
  expect(msp.psa.store.allAdditions()).toHaveLength(12)
  expect(await runAgain(msp)).toEqual([])
})

test('an agreement that cannot be read keeps its own lines as they are, and no others', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  const others = Array.from({ length: 6 }, (_, index) =>
    msp.customer(`Customer ${index}`, { workstations: 7 }),
  )
  msp.psa.faults.add({ kind: 'html', match: lineReads(acme), times: Infinity })

  const run = await runToEnd(msp)

  expect(msp.lines(acme)).toEqual([])
  expect(others.map((customer) => msp.lines(customer))).toEqual(others.map(() => [['KES', 7]]))
  expect(run.problems).toMatchObject([{ code: 'psa_unreadable', company: `${acme.companyId}` }])
})

test('lost answers whose agreements cannot be read hold up nobody else', async () => {
  const msp = await openMsp(stack)
  const unread: [Customer, WireFailure][] = [
    [msp.customer('Unknown shape', { workstations: 7 }), { kind: 'status', status: 200, body: '[{"id":1}]' }],
    [msp.customer('No answer', { workstations: 7 }), { kind: 'resetBefore' }],
  ]
  const late = ['A', 'B', 'C'].map((name) => msp.customer(name, { workstations: 7 }))
  for (const [customer, failure] of unread) {
    msp.psa.faults.add({ kind: 'resetAfter', match: posts(customer) })
    msp.psa.faults.add({ ...failure, match: lineReads(customer), after: 1, times: Infinity })
  }
  for (const customer of late) {
    const match = kscCalls(customer, 'LicenseKeys.EnumKeys')
    msp.center.faults.add({ kind: 'resetBefore', match, times: 2 })
  }

  const { id } = await msp.start()
  await untilTrue('two answers are lost', async () => (await unknown(msp)) === 2)
  await stack.db().prepare('UPDATE change SET sent_at = sent_at - 8000, look_at = 0').run()
  const run = await ended(msp, id)

  expect(late.map((customer) => msp.lines(customer))).toEqual(late.map(() => [['KES', 7]]))
  expect(run.problems.map(({ code, company }) => [code, company])).toEqual(
    unread.map(([customer]) => ['write_uncertain', `${customer.companyId}`]),
  )
  expect(run.changes.filter(({ state }) => state === 'unknown')).toHaveLength(2)

  msp.psa.faults.clear()
  await stack.db().prepare('UPDATE change SET look_at = 0').run()
  const next = await runToEnd(msp)

  expect(next.state).toBe('done')
  expect(unread.map(([customer]) => msp.lines(customer))).toEqual(unread.map(() => [['KES', 7]]))
  expect((await msp.deps.runs.get(run.id))?.counts.created).toBe(5)
})

test('an approved change whose agreement cannot be read is held again, and the run goes on', async () => {
  const msp = await openMsp(stack, { approval: 'everything' })
  const acme = msp.customer('Acme', { workstations: 7 })
  const held = await runToEnd(msp)
  msp.setup.approval = 'automatic'
  const late = msp.customer('Late', { workstations: 7 })
  await msp.save()
  msp.psa.faults.add({ kind: 'resetBefore', match: lineReads(acme), times: Infinity })

  const { id } = await msp.start({ only: [late] })
  const longAgo = new Date(Date.now() - 10_000).toISOString()
  await msp.deps.decisions.approve([{ id: held.changes[0]?.id ?? '', lineId: null }], 'test', longAgo)
  const run = await ended(msp, id)
  await untilTrue('it is held again', async () => (await changeOf(held.changes[0]?.id)) === 'held')

  expect(msp.lines(late)).toEqual([['KES', 7]])
  expect(run).toMatchObject({ state: 'done', problems: [] })
  expect(msp.lines(acme)).toEqual([])

  async function changeOf(id = ''): Promise<string | undefined> {
    return (await msp.deps.changes.get(id))?.state
  }
})

test('a decrease that meets a dead ConnectWise is tried three times, and written by the next run', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  await runToEnd(msp)
  acme.uses({ workstations: 6 })
  const fault = msp.psa.faults.add({ kind: 'resetBefore', match: patches(), times: Infinity })

  const run = await runToEnd(msp)
  msp.psa.faults.clear()
  await runToEnd(msp)

  expect(run.problems).toMatchObject([{ code: 'billing_crashed', company: `${acme.companyId}` }])
  expect(fault.fired).toBe(3)
  expect(msp.lines(acme)).toEqual([['KES', 6]])
  expect(await runAgain(msp)).toEqual([])
})

async function unknown(msp: Msp): Promise<number> {
  return (await msp.deps.changes.list({ state: 'unknown' }, 10, null)).length
}
