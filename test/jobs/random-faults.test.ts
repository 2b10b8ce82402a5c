import fc from 'fast-check'
import { beforeAll, expect, test, vi } from 'vitest'
import { type Customer, type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import type { WireFailure } from '../vendors/faults.ts'
import type { KscFailure } from '../vendors/ksc/account.ts'
import { runAgain, runToEnd } from './waiting.ts'

vi.setConfig({ testTimeout: 180_000 })

const customerCount = 12
const runs = 3

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 1 })
})

const wireFailure: fc.Arbitrary<WireFailure> = fc.oneof(
  fc.constantFrom<WireFailure>(
    { kind: 'html' },
    { kind: 'truncated' },
    { kind: 'resetBefore' },
    { kind: 'resetAfter' },
    { kind: 'resetAfter' },
    { kind: 'hang', ms: 1_600 },
    { kind: 'delay', ms: 1_200 },
    { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  ),
  fc
    .constantFrom(400, 403, 404, 409, 500, 502, 503)
    .map((status): WireFailure => ({ kind: 'status', status })),
)

const kscFailure: fc.Arbitrary<KscFailure> = fc.oneof(
  wireFailure,
  fc.constantFrom<KscFailure>(
    { kind: 'sessionLost' },
    { kind: 'iteratorLost' },
    { kind: 'earlyEof' },
    { kind: 'missingRows', rows: 1 },
    { kind: 'pxgError', code: 1, message: 'Not now' },
  ),
)

/** What happens between two runs: devices that come and go, and what goes wrong at which of the calls. */
const trouble = fc.record({
  devices: fc.array(fc.integer({ min: 6, max: 9 }), { minLength: customerCount, maxLength: customerCount }),
  center: fc.array(fc.record({ failure: kscFailure, after: fc.nat(120) }), { maxLength: 6 }),
  reads: fc.array(fc.record({ failure: wireFailure, after: fc.nat(16) }), { maxLength: 4 }),
  writes: fc.array(fc.record({ failure: wireFailure, after: fc.nat(12) }), { maxLength: 6 }),
})

test('whatever goes wrong on several days, each line bills its use once in the end', async () => {
  const msp = await openMsp(stack)
  const customers = Array.from({ length: customerCount }, (_, index) =>
    msp.customer(`Customer ${index}`, { workstations: 8 }),
  )
  const [story] = fc.sample(fc.array(trouble, { minLength: runs, maxLength: runs }), { seed: 1, numRuns: 1 })

  for (const { devices, center, reads, writes } of story ?? []) {
    for (const [index, customer] of customers.entries()) {
      customer.uses({ workstations: devices[index] ?? 0 })
    }
    for (const { failure, after } of center) msp.center.faults.add({ ...failure, after, match: () => true })
    for (const { failure, after } of reads) {
      msp.psa.faults.add({ ...failure, after, match: ({ method }) => method === 'GET' })
    }
    for (const { failure, after } of writes) {
      msp.psa.faults.add({ ...failure, after, match: ({ method }) => method !== 'GET' })
    }
    await runToEnd(msp)
    msp.center.faults.clear()
    msp.psa.faults.clear()
    expect(doubled(msp, customers)).toEqual([])
  }
  await runToEnd(msp)
  const last = await runToEnd(msp)

  const used = story?.at(-1)?.devices ?? []
  expect(last.state).toBe('done')
  expect(customers.map((customer) => msp.lines(customer))).toEqual(
    used.map((quantity) => [['KES', quantity]]),
  )
  expect(await runAgain(msp)).toEqual([])
})

/** Customers with more than one line of a product. */
function doubled(msp: Msp, customers: Customer[]): string[] {
  return customers.filter((customer) => msp.lines(customer).length > 1).map(({ server }) => server.name)
}
