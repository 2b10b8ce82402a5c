import { beforeAll, describe, expect, test, vi } from 'vitest'
import { itemsOf } from '../support/api.ts'
import { connectWiseSide } from '../support/sides/connectwise.ts'
import { everySide } from '../support/sides/every-side.ts'
import { openSideMsp, type SideCustomer, type SideMsp } from '../support/sides/msp.ts'
import type { Side } from '../support/sides/side.ts'
import { tigerpawSide } from '../support/sides/tigerpaw.ts'
import { type Stack, startStack } from '../support/stack.ts'
import type { WireFailure } from '../vendors/faults.ts'
import { patience } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 1 })
})

/** Critical, because its protection is installed but not running. */
const notRunning = { statusId: 1, statusMask: 1 << 2 }
const well = { statusId: 0, statusMask: 0 }

const virus = { type: 'GNRL_EV_VIRUS_FOUND', typeName: 'Malicious object found', severity: 4 }

const everything = {
  events: { critical: { on: true } },
  statuses: { antivirus_not_running: { on: true } },
}

async function openMsp(sideOf: (stack: Stack) => Side, rules: Record<string, unknown> = everything) {
  const msp = await openSideMsp(stack, sideOf(stack))
  const acme = msp.customer('Acme', { workstations: 3 })
  msp.ticketRules(rules)
  const [pc1, pc2] = [...acme.server.hosts.values()]
  if (pc1 === undefined || pc2 === undefined) throw new Error('Acme has three workstations')
  return { msp, acme, pc1, pc2 }
}

function ticketsOf({ side }: SideMsp, { companyId }: SideCustomer) {
  return side.desk.tickets(companyId)
}

function filedAs({ side: { desk } }: SideMsp) {
  const { board, status, priority, type, assignee } = desk.filing
  return { board, status, priority, type, assignee }
}

describe.each(everySide)('%s', (_, sideOf) => {
  test('a virus is one ticket, and what happens again is one note with the count', async () => {
    const { msp, acme, pc1, pc2 } = await openMsp(sideOf)
    acme.server.addEvent({ ...virus, host: pc1, text: 'EICAR-Test-File' })
    await msp.tick()
    const [ticket, ...others] = ticketsOf(msp, acme)
    expect(others).toEqual([])
    expect(ticket).toMatchObject({
      title: `Malicious object found: ${pc1.name}`,
      text: expect.stringContaining('EICAR-Test-File'),
      ...filedAs(msp),
      notes: [],
    })

    for (let n = 0; n < 3; n++) acme.server.addEvent({ ...virus, host: pc2 })
    await msp.tick()
    acme.server.addEvent({ ...virus, host: pc1 })
    await msp.tick()
    const before = msp.side.writes()
    await msp.tick()

    expect(msp.side.writes() - before).toBe(0)
    expect(ticketsOf(msp, acme)).toMatchObject([
      { id: ticket?.id, notes: [expect.stringContaining('3 times more, 4 times in all')] },
    ])
    expect(await msp.tickets('open')).toMatchObject([
      {
        connection: 'psa',
        ticketId: ticket?.id,
        companyId: acme.companyId,
        cause: 'event:GNRL_EV_VIRUS_FOUND',
        devices: 2,
        openedAt: expect.stringMatching(/Z$/),
        closedAt: null,
        count: 5,
      },
    ])
  })

  test('a device that is ill gets a ticket, which closes by itself and is opened again', async () => {
    const { msp, acme, pc1 } = await openMsp(sideOf)
    Object.assign(pc1, notRunning)
    await msp.tick()
    const [{ id } = { id: '' }] = ticketsOf(msp, acme)
    expect(ticketsOf(msp, acme)).toMatchObject([
      { title: `Protection is installed but not running: ${pc1.name}`, ...filedAs(msp) },
    ])

    Object.assign(pc1, well)
    await msp.tick()
    expect(ticketsOf(msp, acme)).toMatchObject([{ id, status: msp.side.desk.closedStatus }])
    expect(await msp.tickets('closed')).toMatchObject([{ ticketId: id, closedBy: 'itself' }])

    Object.assign(pc1, notRunning)
    await msp.tick()
    expect(ticketsOf(msp, acme)).toMatchObject([{ id, status: msp.side.desk.filing.status }])
    expect(await msp.tickets('open')).toMatchObject([{ ticketId: id, closedAt: null, count: 2 }])
  })

  test('a ticket that a person closed is left alone, and what happens after it is a new one', async () => {
    const { msp, acme, pc1, pc2 } = await openMsp(sideOf)
    Object.assign(pc1, notRunning)
    acme.server.addEvent({ ...virus, host: pc2 })
    await msp.tick()
    const [first, second] = ticketsOf(msp, acme)
    for (const ticket of [first, second]) {
      msp.side.desk.setStatusByHand(ticket?.id ?? '', msp.side.desk.closedStatus)
    }

    await msp.tick()
    expect(ticketsOf(msp, acme).length).toBe(2)

    Object.assign(pc1, well)
    await msp.tick()
    Object.assign(pc1, notRunning)
    acme.server.addEvent({ ...virus, host: pc1 })
    await msp.tick()

    const now = ticketsOf(msp, acme)
    expect(now.length).toBe(4)
    expect(now.slice(0, 2)).toMatchObject([
      { ...first, status: msp.side.desk.closedStatus },
      { ...second, status: msp.side.desk.closedStatus },
    ])
    expect(now.slice(2).every(({ status }) => status === msp.side.desk.filing.status)).toBe(true)
    expect((await msp.tickets('closed')).map(({ closedBy }) => closedBy)).toEqual(['person', 'person'])
  })

  test('500 devices at once are one ticket with a list, which closes once all are well', async () => {
    const { msp, acme } = await openMsp(sideOf)
    const hosts = acme.server.addHosts(500, { name: 'storm', ...notRunning })
    await msp.tick()

    const [ticket, ...others] = ticketsOf(msp, acme)
    expect(others).toEqual([])
    expect(ticket?.title).toBe('Protection is installed but not running: 500 devices')
    expect(ticket?.text).toContain('and 400 more')
    expect(await msp.tickets('open')).toMatchObject([{ devices: 500 }])

    for (const host of hosts.slice(1)) Object.assign(host, well)
    await msp.tick()
    expect(ticketsOf(msp, acme)).toMatchObject([{ status: msp.side.desk.filing.status }])
    for (const host of hosts) Object.assign(host, well)
    await msp.tick()
    expect(ticketsOf(msp, acme)).toMatchObject([{ status: msp.side.desk.closedStatus }])
  })

  test('whatever becomes of the answer, each ticket is made once', async () => {
    const { msp, acme, pc1 } = await openMsp(sideOf)
    const losses: WireFailure[] = [
      { kind: 'resetAfter' },
      { kind: 'hang', ms: 3_000 },
      { kind: 'truncated' },
      { kind: 'resetBefore' },
      { kind: 'html' },
      { kind: 'status', status: 502 },
    ]
    const fired = losses.map((failure, index) => msp.side.fail('write', failure, index))
    for (const index of losses.keys()) {
      acme.server.addEvent({ ...virus, type: `EVENT_${index}`, typeName: `Event ${index}`, host: pc1 })
    }
    await msp.tick()

    expect(fired.map((fault) => fault.fired)).toEqual(losses.map(() => 1))
    expect(
      ticketsOf(msp, acme)
        .map(({ title }) => title)
        .sort(),
    ).toEqual(losses.map((_loss, index) => `Event ${index}: ${pc1.name}`))
    expect((await msp.tickets('open')).length).toBe(losses.length)
  })

  test('a rule whose board is gone is skipped with a problem in the run, and nothing is lost', async () => {
    const { msp, acme, pc1, pc2 } = await openMsp(sideOf)
    msp.side.desk.setBoardInUse(false)
    Object.assign(pc1, notRunning)
    acme.server.addEvent({ ...virus, host: pc2 })
    await msp.tick()

    expect(ticketsOf(msp, acme)).toEqual([])
    expect(await msp.tickets('waiting')).toMatchObject([
      { waitsFor: expect.stringContaining('board') },
      { waitsFor: expect.stringContaining('board') },
    ])
    const run = await msp.run()
    expect(run).toMatchObject({ state: 'done_with_problems' })
    expect(JSON.stringify(run)).toContain('ticket_rule_broken')
    expect((await msp.api.get('/api/ticket-rules')).body).toMatchObject({
      problems: [{ rule: 'event:critical' }, { rule: 'status:antivirus_not_running' }],
    })

    msp.side.desk.setBoardInUse(true)
    const rules = { connections: msp.setup.tickets?.connections, companies: [] }
    const stored = (await msp.api.get('/api/ticket-rules')).body as Record<string, unknown>
    const before = { connections: stored.connections, companies: stored.companies }
    expect((await msp.api.put('/api/ticket-rules', { before, after: rules })).status).toBe(200)
    await msp.tick()

    expect(ticketsOf(msp, acme).length).toBe(2)
    expect(await msp.run()).toMatchObject({ state: 'done', problems: [] })
  })

  test('what a PSA that is down did not take is made afterwards, and closed where it is over by then', async () => {
    const { msp, acme, pc1, pc2 } = await openMsp(sideOf)
    Object.assign(pc1, notRunning)
    await msp.tick()
    msp.side.fail('write', { kind: 'status', status: 503 })
    msp.side.fail('read', { kind: 'resetBefore' })
    Object.assign(pc1, well)
    acme.server.addEvent({ ...virus, host: pc2 })
    await msp.tick()

    expect(ticketsOf(msp, acme).map(({ title, status }) => [title, status])).toEqual([
      [`Protection is installed but not running: ${pc1.name}`, msp.side.desk.closedStatus],
      [`Malicious object found: ${pc2.name}`, msp.side.desk.filing.status],
    ])
  })
})

describe('whom tickets are for', () => {
  test('events of a virtual server without a company are counted and listed, never ticketed', async () => {
    const { msp, acme } = await openMsp(({ cw }) => connectWiseSide(cw))
    const stray = msp.center.addServer({ name: 'Stray' })
    stray.addHost({ name: 'pc-x' })
    await msp.save()
    await msp.api.get('/api/mappings')
    for (const host of stray.hosts.values()) {
      stray.addEvent({ ...virus, host })
      stray.addEvent({ ...virus, host })
    }
    await msp.tick()
    await msp.tick()

    expect(ticketsOf(msp, acme)).toEqual([])
    expect(itemsOf(await msp.api.get('/api/tickets/unmapped'))).toMatchObject([
      { name: 'Stray', events: 2, types: [{ name: 'Malicious object found', count: 2 }] },
    ])
    expect((await msp.api.get('/api/tickets/view')).body).toMatchObject({
      watched: 2,
      notYet: 0,
      failing: [],
      unmapped: { tenants: 1, events: 2 },
    })
  })

  test('a company without tickets gets none, and its devices are not looked at', async () => {
    const { msp, acme, pc1 } = await openMsp(({ cw }) => connectWiseSide(cw))
    msp.setup.tickets?.companies.push({ company: { connection: 'psa', id: acme.companyId }, off: true })
    acme.server.addEvent({ ...virus, host: pc1 })
    await msp.tick()

    expect(ticketsOf(msp, acme)).toEqual([])
    expect((await msp.api.get('/api/tickets/view')).body).toMatchObject({ watched: 0 })
  })

  test('one virtual server that cannot be looked at keeps its tickets, and nobody else waits for it', async () => {
    const { msp, acme, pc1 } = await openMsp(({ cw }) => connectWiseSide(cw))
    const globex = msp.customer('Globex', { workstations: 1 })
    Object.assign(pc1, notRunning)
    await msp.tick()
    const ofGlobex = [...globex.server.hosts.values()][0]
    Object.assign(pc1, well)
    if (ofGlobex !== undefined) Object.assign(ofGlobex, notRunning)
    msp.center.faults.add({
      kind: 'missingRows',
      rows: 1,
      match: ({ server, method }) => server === globex.server.uid && method === 'HostGroup.FindHosts',
    })
    msp.center.faults.add({
      kind: 'resetBefore',
      times: 9,
      match: ({ server }) => server === acme.server.uid,
    })
    await msp.tick()

    expect(ticketsOf(msp, acme)).toMatchObject([{ status: msp.side.desk.filing.status }])
    expect(ticketsOf(msp, globex)).toEqual([])
    expect((await msp.api.get('/api/tickets/view')).body).toMatchObject({
      failing: expect.arrayContaining([expect.objectContaining({ tenant: acme.tenant })]),
    })

    msp.center.faults.clear()
    await msp.tick()
    expect(ticketsOf(msp, acme)).toMatchObject([{ status: msp.side.desk.closedStatus }])
    expect(ticketsOf(msp, globex).length).toBe(1)
  })
})

describe('tallypod itself', () => {
  test('a run with problems is a ticket for a company of choice, which closes when all is well', async () => {
    const { msp } = await openMsp(({ cw }) => connectWiseSide(cw))
    const own = msp.side.customer('Own', []).companyId
    msp.ticketRules({ health: { on: true, company: own } })
    const bad = msp.customer('Bad', { workstations: 4 })
    bad.mapping.agreementId = '2099999'
    expect((await msp.run()).state).toBe('done_with_problems')
    await msp.tick()
    await msp.tick()

    expect(msp.side.desk.tickets(own)).toMatchObject([
      { title: 'tallypod needs attention', text: expect.stringContaining('ended with problems') },
    ])

    msp.setup.mappings.pop()
    expect((await msp.run()).state).toBe('done')
    await msp.tick()
    expect(msp.side.desk.tickets(own)).toMatchObject([{ status: msp.side.desk.closedStatus }])

    msp.setup.mappings.push(bad.mapping)
    expect((await msp.run()).state).toBe('done_with_problems')
    await msp.tick()
    await msp.tick()
    expect(msp.side.desk.tickets(own)).toMatchObject([{ status: msp.side.desk.filing.status }])
  })

  test('where the PSA tells no company of our own, its ticket waits until one is chosen', async () => {
    const { msp } = await openMsp(({ tp }) => tigerpawSide(tp))
    const own = msp.side.customer('Own', []).companyId
    msp.ticketRules({ health: { on: true } })
    const bad = msp.customer('Bad', { workstations: 4 })
    bad.mapping.agreementId = '2099999'
    await msp.run()
    await msp.tick()
    expect(await msp.tickets('waiting')).toMatchObject([
      { rule: 'health', waitsFor: expect.stringContaining('Choose your own company') },
    ])

    msp.ticketRules({ health: { on: true, company: own } })
    const after = { connections: msp.setup.tickets?.connections, companies: [] }
    const stored = (await msp.api.get('/api/ticket-rules')).body as Record<string, unknown>
    const before = { connections: stored.connections, companies: stored.companies }
    expect((await msp.api.put('/api/ticket-rules', { before, after })).status).toBe(200)
    await msp.tick()

    expect(msp.side.desk.tickets(own)).toMatchObject([{ title: 'tallypod needs attention' }])
  })
})

test('a preview counts what last week would have been, and makes nothing', async () => {
  const { msp, acme, pc1, pc2 } = await openMsp(({ cw }) => connectWiseSide(cw), {})
  await msp.save()
  const daysAgo = (days: number) =>
    new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19).concat('Z')
  acme.server.addEvent({ ...virus, host: pc1, at: daysAgo(6) })
  acme.server.addEvent({ ...virus, host: pc2, at: daysAgo(5) })
  acme.server.addEvent({ ...virus, type: 'OLD', host: pc2, at: daysAgo(8) })
  acme.server.addEvent({ ...virus, type: 'MILD', severity: 2, host: pc2 })
  Object.assign(pc1, notRunning)
  msp.ticketRules(everything)
  const [connection] = msp.setup.tickets?.connections ?? []

  const answer = await msp.api.post('/api/tickets/preview', { connection })

  expect(answer.body).toEqual({
    days: 7,
    tickets: 2,
    byRule: [
      { rule: 'event:critical', tickets: 1 },
      { rule: 'status:antivirus_not_running', tickets: 1 },
    ],
    looked: 1,
    of: 1,
    failed: 0,
    nextCursor: null,
  })
  expect(ticketsOf(msp, acme)).toEqual([])
})
