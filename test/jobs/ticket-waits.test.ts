import { beforeAll, describe, expect, test, vi } from 'vitest'
import { noteEveryMs } from '../../worker/domain/ticket-step.ts'
import { connectWiseSide } from '../support/sides/connectwise.ts'
import { everySide } from '../support/sides/every-side.ts'
import { openSideMsp, type SideMsp } from '../support/sides/msp.ts'
import type { Side } from '../support/sides/side.ts'
import { tigerpawSide } from '../support/sides/tigerpaw.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { patience, untilTrue } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 1 })
})

const notRunning = { statusId: 1, statusMask: 1 << 2 }
const well = { statusId: 0, statusMask: 0 }
const virus = { type: 'GNRL_EV_VIRUS_FOUND', typeName: 'Malicious object found', severity: 4 }

async function openMsp(sideOf: (stack: Stack) => Side, delayMinutes = 0) {
  const msp = await openSideMsp(stack, sideOf(stack))
  const acme = msp.customer('Acme', { workstations: 2 })
  msp.ticketRules({
    events: { critical: { on: true } },
    statuses: { antivirus_not_running: { on: true, delayMinutes } },
  })
  const [pc1, pc2] = [...acme.server.hosts.values()]
  if (pc1 === undefined || pc2 === undefined) throw new Error('Acme has two workstations')
  return { msp, acme, pc1, pc2, tickets: () => msp.side.desk.tickets(acme.companyId) }
}

/** As if so much time had gone by since anything was done about tickets. */
async function letPass(msp: SideMsp, ms: number): Promise<void> {
  const sql = 'UPDATE ticket SET look_at = MAX(0, look_at - ?1), noted_at = noted_at - ?1'
  await msp.db.prepare(sql).bind(ms).run()
  await msp.db.prepare('UPDATE device_fault SET since = since - ?1').bind(ms).run()
}

test('an order that somebody has open in Tigerpaw is closed once it is not', async () => {
  const { msp, pc1, tickets } = await openMsp(({ tp }) => tigerpawSide(tp))
  Object.assign(pc1, notRunning)
  await msp.tick()
  const [{ id } = { id: '' }] = tickets()
  msp.side.desk.setLocked?.(id, true)
  Object.assign(pc1, well)

  await msp.tick()

  expect(tickets()).toMatchObject([{ status: msp.side.desk.filing.status }])
  expect(await msp.tickets('open')).toMatchObject([
    { ticketId: id, waitsFor: 'Somebody has the ticket open in the PSA.' },
  ])
  const before = msp.side.calls()
  await msp.tick()
  expect(msp.side.calls() - before).toBe(0)

  msp.side.desk.setLocked?.(id, false)
  await letPass(msp, 10 * 60_000)
  await msp.tick()
  expect(tickets()).toMatchObject([{ id, status: msp.side.desk.closedStatus }])
})

test('a note that is refused while somebody has the order open is added later, with all that it was to say', async () => {
  const { msp, acme, pc1, tickets } = await openMsp(({ tp }) => tigerpawSide(tp))
  acme.server.addEvent({ ...virus, host: pc1 })
  await msp.tick()
  const [{ id } = { id: '' }] = tickets()
  msp.side.desk.setLocked?.(id, true)
  for (let n = 0; n < 3; n++) acme.server.addEvent({ ...virus, host: pc1 })
  await msp.tick()
  expect(tickets()[0]?.notes).toEqual([])

  msp.side.desk.setLocked?.(id, false)
  await letPass(msp, 3_600_000)
  await msp.tick()

  expect(tickets()[0]?.notes).toEqual([expect.stringContaining('3 times more, 4 times in all')])
  expect(tickets()[0]?.notes[0]).toContain(`${pc1.name}, 3 times`)
})

test('credentials that are refused for a ticket stop no bill, and the ticket is made later', async () => {
  const { msp, acme, pc1, tickets } = await openMsp(({ cw }) => connectWiseSide(cw))
  acme.server.addEvent({ ...virus, host: pc1 })
  const first = msp.side.fail('write', { kind: 'status', status: 401 })
  await msp.tick()
  await letPass(msp, 3_600_000)
  const second = msp.side.fail('write', { kind: 'status', status: 401 })

  const run = await msp.run()

  expect([first.fired, second.fired, tickets().length]).toEqual([1, 1, 0])
  expect(run).toMatchObject({ state: 'done', problems: [] })
  expect(msp.side.billed(acme.agreementId)).toEqual([['Workstation', 2]])
  await letPass(msp, 3_600_000)
  await msp.tick()
  expect(tickets().length).toBe(1)
})

test('a ticket is closed and opened again on its own board, where its rule goes to another one by now', async () => {
  const account = stack.cw.account()
  const { msp, pc1, tickets } = await openMsp(({ cw }) => connectWiseSide(cw, account))
  Object.assign(pc1, notRunning)
  await msp.tick()
  const other = account.addBoard({ name: 'Other' })
  const onOther = (name: string) => `${account.statusNamed(other, name).id}`
  msp.ticketRules({
    board: `${other.id}`,
    statusNew: onOther('New'),
    statusClosed: onOther('Closed'),
    type: null,
    statuses: { antivirus_not_running: { on: true } },
  })

  Object.assign(pc1, well)
  await msp.tick()
  const { board } = msp.side.desk.filing
  expect(tickets()).toMatchObject([{ board, status: msp.side.desk.closedStatus }])

  Object.assign(pc1, notRunning)
  await msp.tick()
  expect(tickets()).toMatchObject([{ board, status: msp.side.desk.filing.status }])
})

test('a fault that is over before its delay has passed gets no ticket', async () => {
  const { msp, pc1, pc2, tickets } = await openMsp(({ cw }) => connectWiseSide(cw), 30)
  Object.assign(pc1, notRunning)
  Object.assign(pc2, notRunning)
  await msp.tick()
  Object.assign(pc1, well)
  await letPass(msp, 20 * 60_000)
  await msp.tick()
  expect(tickets()).toEqual([])

  await letPass(msp, 10 * 60_000)
  await msp.tick()
  expect(tickets().map(({ title }) => title)).toEqual([
    `Protection is installed but not running: ${pc2.name}`,
  ])
})

describe.each(everySide)('%s', (_, sideOf) => {
  test('is told of what goes on once an hour, with everything that happened meanwhile', async () => {
    const { msp, acme, pc1, tickets } = await openMsp(sideOf)
    const again = async (times: number) => {
      for (let n = 0; n < times; n++) acme.server.addEvent({ ...virus, host: pc1 })
      await msp.tick()
    }
    await again(1)
    await again(2)
    await again(3)
    await again(4)
    expect(tickets()[0]?.notes).toEqual([expect.stringContaining('2 times more, 3 times in all')])

    await letPass(msp, noteEveryMs)
    await msp.tick()

    expect(tickets()[0]?.notes.slice(1)).toEqual([expect.stringContaining('7 times more, 10 times in all')])
  })

  test('that asks to wait is asked again after that time, and each ticket is made once', async () => {
    const { msp, acme, pc1, tickets } = await openMsp(sideOf)
    for (const type of ['A', 'B', 'C']) acme.server.addEvent({ ...virus, type, typeName: type, host: pc1 })
    const fault = msp.side.fail('write', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, 1)

    await msp.tick()

    await untilTrue('all three are made', () => tickets().length === 3)
    expect(fault.fired).toBe(1)
    expect(
      tickets()
        .map(({ title }) => title)
        .toSorted(),
    ).toEqual([`A: ${pc1.name}`, `B: ${pc1.name}`, `C: ${pc1.name}`])
  })

  test('that refuses a ticket is told in the list why, and the other tickets are made', async () => {
    const { msp, acme, pc1, pc2, tickets } = await openMsp(sideOf)
    acme.server.addEvent({ ...virus, type: 'A', typeName: 'A', host: pc1 })
    acme.server.addEvent({ ...virus, type: 'B', typeName: 'B', host: pc2 })
    msp.side.fail('write', {
      kind: 'status',
      status: 400,
      body: JSON.stringify({ message: 'The board is full.', errors: null }),
    })

    await msp.tick()

    expect(tickets().length).toBe(1)
    expect(await msp.tickets('waiting')).toMatchObject([
      { waitsFor: expect.stringContaining('The board is full') },
    ])
    await letPass(msp, 3_600_000)
    await msp.tick()
    expect(tickets().length).toBe(2)
  })
})
