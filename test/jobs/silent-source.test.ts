import { beforeAll, expect, test, vi } from 'vitest'
import { type Customer, type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import type { KscCall, KscFailure } from '../vendors/ksc/account.ts'
import { kscCalls } from './calls.ts'
import { patience, runAgain, runToEnd } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 1 })
})

/** Ways in which one virtual server can't be read to its end, and the method that fails each time. */
const halves: [string, KscFailure, method: string][] = [
  ['Dies in the middle', { kind: 'resetBefore' }, 'GroupSyncIterator.GetNextItems'],
  ['Loses its listings', { kind: 'iteratorLost' }, 'GroupSyncIterator.GetNextItems'],
  ['Ends too early', { kind: 'earlyEof' }, 'GroupSyncIterator.GetNextItems'],
  ['Loses its sessions', { kind: 'sessionLost' }, 'GroupSyncIterator.GetNextItems'],
  ['Says no', { kind: 'pxgError', code: 1191, message: 'Access denied' }, 'LicenseKeys.EnumKeys'],
  ['Refuses to log on', { kind: 'status', status: 401 }, 'Session.StartSession'],
]

test('a tenant that is not read to its end changes no bill, in neither direction, and nobody else notices', async () => {
  const msp = await openMsp(stack)
  const falling = halves.map(([name]) => msp.customer(`${name}, less`, { workstations: 9 }))
  const rising = msp.customer('Hangs, more', { workstations: 9 })
  const well = [
    msp.customer('Well, less', { workstations: 9 }),
    msp.customer('Well, more', { workstations: 9 }),
  ]
  await runToEnd(msp)
  const before = await evidenceOf(falling)
  for (const customer of [...falling, ...well.slice(0, 1)]) customer.uses({ workstations: 7 })
  for (const customer of [rising, ...well.slice(1)]) customer.uses({ workstations: 12 })
  for (const [index, [, failure, method]] of halves.entries()) {
    const customer = falling[index]
    if (customer) msp.center.faults.add({ ...failure, times: Infinity, match: kscCalls(customer, method) })
  }
  msp.center.faults.add({
    kind: 'hang',
    ms: 2_000,
    times: Infinity,
    match: kscCalls(rising, 'LicenseKeys.EnumKeys'),
  })

  const run = await runToEnd(msp)

  expect([...falling, rising].map((customer) => [customer.server.name, msp.lines(customer)])).toEqual(
    [...falling, rising].map((customer) => [customer.server.name, [['KES', 9]]]),
  )
  expect(well.map((customer) => msp.lines(customer))).toEqual([[['KES', 7]], [['KES', 12]]])
  expect(run).toMatchObject({
    state: 'done_with_problems',
    counts: { tenants: 9, incomplete: 7, updated: 2 },
  })
  expect(run.problems.filter(({ code }) => code !== 'source_incomplete')).toEqual([])
  expect(await evidenceOf(falling)).toEqual(before)
  expect(await stack.db().prepare('SELECT COUNT(*) AS n FROM staged_item').first('n')).toBe(0)

  msp.center.faults.clear()
  const mended = await runToEnd(msp)

  expect(falling.map((customer) => msp.lines(customer))).toEqual(falling.map(() => [['KES', 7]]))
  expect(msp.lines(rising)).toEqual([['KES', 12]])
  expect(mended.state).toBe('done')
  expect(await runAgain(msp)).toEqual([])
})

const outages: [string, (msp: Msp) => void][] = [
  ['is down', (msp) => failAll(msp, { kind: 'resetBefore' })],
  ['refuses the password', (msp) => failAll(msp, { kind: 'status', status: 401 })],
  [
    'dies after it listed its servers',
    (msp) => failAll(msp, { kind: 'resetBefore' }, ({ server }) => server !== null),
  ],
]

test.each(outages)('a Security Center that %s changes no bill; the next run catches up', async (_, fail) => {
  const msp = await openMsp(stack)
  const [less, more] = [msp.customer('Less', { workstations: 9 }), msp.customer('More', { workstations: 9 })]
  await runToEnd(msp)
  less.uses({ workstations: 7 })
  more.uses({ workstations: 12 })
  fail(msp)
  msp.writes()

  const run = await runToEnd(msp)

  expect(run).toMatchObject({ state: 'done_with_problems', counts: { incomplete: 2, updated: 0 } })
  expect(run.problems.map(({ code }) => code)).toContain('source_incomplete')
  expect(msp.writes()).toEqual([])

  msp.center.faults.clear()
  expect((await runToEnd(msp)).state).toBe('done')
  expect([msp.lines(less), msp.lines(more)]).toEqual([[['KES', 7]], [['KES', 12]]])
})

test('a Security Center that is away for a moment is asked again, and nobody has to know', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 9 })
  msp.center.faults.add({ kind: 'resetBefore', match: () => true, times: 2 })
  msp.center.faults.add({ kind: 'status', status: 503, match: kscCalls(acme) })

  const run = await runToEnd(msp)

  expect(run).toMatchObject({ state: 'done', problems: [] })
  expect(msp.lines(acme)).toEqual([['KES', 9]])
})

function failAll(msp: Msp, failure: KscFailure, match: (call: KscCall) => boolean = () => true) {
  msp.center.faults.add({ ...failure, match, times: Infinity })
}

/** Every read and every device of the customers, as the database holds them. */
async function evidenceOf(customers: Customer[]): Promise<unknown> {
  const ids = JSON.stringify(customers.map(({ server }) => server.uid))
  const [reads, items, quantities] = await stack
    .db()
    .batch(
      ['usage_read', 'usage_item', 'usage_quantity'].map((table) =>
        stack
          .db()
          .prepare(
            `SELECT * FROM ${table} WHERE tenant_id IN (SELECT value FROM json_each(?1)) ORDER BY 1, 2, 3, 4`,
          )
          .bind(ids),
      ),
    )
  return [reads?.results, items?.results, quantities?.results]
}
