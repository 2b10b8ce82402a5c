import { beforeAll, describe, expect, test, vi } from 'vitest'
import { everySide } from '../support/sides/every-side.ts'
import { openSideMsp } from '../support/sides/msp.ts'
import type { Side } from '../support/sides/side.ts'
import { type Stack, startStack } from '../support/stack.ts'
import type { WireFailure } from '../vendors/faults.ts'
import { patience } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 1 })
})

/** What becomes of the answer to a write, and whether the PSA carries the request out. */
const losses: WireFailure[] = [
  { kind: 'resetAfter' },
  { kind: 'hang', ms: 5_000 },
  { kind: 'truncated' },
  { kind: 'resetBefore' },
  { kind: 'html' },
  { kind: 'status', status: 502 },
]

describe.each(everySide)('%s', (_, sideOf) => {
  test('90 workstations and 10 servers are billed on a line each, and once', async () => {
    const msp = await openSideMsp(stack, sideOf(stack))
    const customer = msp.customer('Acme', { workstations: 90, servers: 10 })

    const run = await msp.run()

    expect(msp.side.billed(customer.agreementId).filter(([, quantity]) => quantity > 0)).toEqual([
      ['Server', 10],
      ['Workstation', 90],
    ])
    expect(run).toMatchObject({ state: 'done', problems: [] })

    const before = msp.side.writes()
    const second = await msp.run()
    expect(msp.side.writes() - before).toBe(0)
    expect(second).toMatchObject({ state: 'done', counts: { unchanged: 2 } })
  })

  test('a customer whose agreement cannot be read keeps its bill, and nobody else waits for it', async () => {
    const msp = await openSideMsp(stack, sideOf(stack))
    const fine = msp.customer('Fine', { workstations: 9 })
    const gone = msp.customer('Gone', { workstations: 8 })
    gone.mapping.agreementId = '2099999'

    const run = await msp.run()

    expect(inUse(msp.side, fine.agreementId)).toEqual([['Workstation', 9]])
    expect(inUse(msp.side, gone.agreementId)).toEqual([])
    expect(run).toMatchObject({ state: 'done_with_problems', counts: { held: 1 } })
  })
})

/** ConnectWise's lost answers are told one by one in lost-answers.test.ts. */
describe.each(everySide.filter(([name]) => name !== 'ConnectWise'))('%s, answering badly', (_, sideOf) => {
  test('whatever becomes of the answers to writes, each line bills its use once in the end', async () => {
    const msp = await openSideMsp(stack, sideOf(stack))
    const customers = losses.map((_loss, index) =>
      msp.customer(`Customer ${index}`, { workstations: 7 + index }),
    )
    const quiet = msp.customer('Quiet', { workstations: 3 })
    await msp.prepare()
    const fired = losses.map((failure, index) => msp.side.fail('write', failure, index))

    await msp.run()
    await msp.run()

    expect(fired.map((fault) => fault.fired)).toEqual(losses.map(() => 1))
    expect([...customers, quiet].map(({ agreementId }) => inUse(msp.side, agreementId))).toEqual([
      ...losses.map((_loss, index) => [['Workstation', 7 + index]]),
      [['Workstation', 3]],
    ])
    const before = msp.side.writes()
    expect(await msp.run()).toMatchObject({ state: 'done', problems: [] })
    expect(msp.side.writes() - before).toBe(0)
  })
})

function inUse(side: Side, agreementId: string): [string, number][] {
  return side.billed(agreementId).filter(([, quantity]) => quantity > 0)
}
