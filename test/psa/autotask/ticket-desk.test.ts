import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NewTicket, TicketDesk, TicketFiling } from '../../../worker/psa/ticket-port.ts'
import { surelyNotDone } from '../../../worker/vendor/error.ts'
import { serviceDeskRole } from '../../vendors/autotask/account.ts'
import { apiUserLicense } from '../../vendors/autotask/entities/resources.ts'
import { type Autotask, startAutotask } from '../../vendors/autotask/server.ts'
import type { Call } from '../../vendors/traffic.ts'
import { failureOf } from '../contract.ts'
import { adapterOf, contractNoon, type Differences, isWrite, refusal } from './adapter.ts'

let vendor: Autotask
beforeAll(async () => {
  vendor = await startAutotask({ now: contractNoon })
})
afterAll(() => vendor.close())

const metadata = 'GET /V1.0/Tickets/entityInformation/fields'
const rolesRead = 'POST /V1.0/ResourceServiceDeskRoles/query'

describe('a new ticket', () => {
  test('is sent whole in one call; only the role of the assigned person is asked for', async () => {
    const { account, desk, ticket } = open()

    await desk.create(ticket({}, { priority: '4', type: '12', assignee: '70001' }))

    expect(account.calls.map(nameOf)).toEqual([rolesRead, 'POST /V1.0/Tickets'])
    expect(account.calls[1]?.body).toEqual({
      companyID: 174,
      title: 'Protection is off on PC-1',
      description: 'PC-1: the protection is off.',
      status: 1,
      priority: 4,
      queueID: 29_682_833,
      issueType: 12,
      assignedResourceID: 70_001,
      assignedResourceRoleID: serviceDeskRole,
      dueDateTime: '2026-11-06T12:00:00Z',
      externalID: 'tallypod-1',
    })
  })

  test('without a priority has the one that people find chosen, which is asked for once', async () => {
    const { account, desk, ticket } = open()

    await desk.create(ticket({ key: 'tallypod-1' }))
    await desk.create(ticket({ key: 'tallypod-2' }))

    expect(account.calls.map(nameOf)).toEqual([metadata, 'POST /V1.0/Tickets', 'POST /V1.0/Tickets'])
    expect(account.calls[1]?.body).toMatchObject({ priority: 2 })
  })

  test('has the first priority that is active where the chosen one is out of use', async () => {
    const { account, desk, ticket } = open()
    account.setPickInUse('Tickets', 'priority', 1, false)
    account.setPickInUse('Tickets', 'priority', 2, false)

    await desk.create(ticket({}))

    expect(account.calls.at(-1)?.body).toMatchObject({ priority: 3 })
  })

  test('may be for the MSP’s own company, whose id is 0', async () => {
    const { account, desk, ticket } = open()
    const companyId = await desk.ownCompany()

    await desk.create(ticket({ companyId: companyId ?? '' }))

    expect(account.calls.at(-1)?.body).toMatchObject({ companyID: 0 })
  })

  test.each([
    ['its default role', [{ roleID: 7 }, { roleID: 8, isDefault: true }], 8],
    ['its first one where none is the default', [{ roleID: 7 }, { roleID: 8 }], 7],
    ['an active one', [{ roleID: 7, isDefault: true, isActive: false }, { roleID: 8 }], 8],
  ])('is assigned to somebody in %s', async (_, roles, roleID) => {
    const { account, desk, ticket } = open()
    const { id } = account.addResource({ firstName: 'Bea', lastName: 'Bolt', roles })

    await desk.create(ticket({}, { assignee: `${id}` }))

    expect(account.calls.at(-1)?.body).toMatchObject({
      assignedResourceID: id,
      assignedResourceRoleID: roleID,
    })
  })

  test('for somebody without a role is not sent, and the remedy is told', async () => {
    const { account, desk, ticket } = open()
    const { id } = account.addResource({ firstName: 'Bea', lastName: 'Bolt' })

    expect(await failureOf(desk.create(ticket({}, { assignee: `${id}` })))).toMatchObject({
      kind: 'rejected',
      status: 0,
      reply: expect.stringMatching(/^nothing was sent: resource \d+ has no active service desk role; give/),
    })
    expect(account.calls.filter(isWrite)).toEqual([])
  })

  test.each<[string, Partial<NewTicket>, Partial<TicketFiling>]>([
    ['company', { companyId: 'Acme' }, {}],
    ['queue', {}, { board: '' }],
    ['status', {}, { status: 'New' }],
    ['priority', {}, { priority: 'High' }],
    ['issue type', {}, { type: '1.5' }],
    ['resource', {}, { assignee: '-1' }],
  ])('with a %s that can’t be one is never sent', async (what, given, filing) => {
    const { account, desk, ticket } = open()

    expect(await failureOf(desk.create(ticket(given, filing)))).toMatchObject({
      kind: 'rejected',
      status: 0,
      reply: expect.stringContaining(`nothing was sent: Autotask has no ${what} "`),
    })
    expect(account.calls).toEqual([])
  })

  test('is refused in a queue that is out of use, in the vendor’s words', async () => {
    const { account, desk, ticket } = open()
    account.setPickInUse('Tickets', 'queueID', 29_682_833, false)

    expect(await failureOf(desk.create(ticket({})))).toEqual({
      kind: 'rejected',
      status: 500,
      reply: 'Picklist value 29682833 on field: queueID does not exist or is inactive',
    })
  })

  test.each([
    ['gives no answer', { kind: 'resetBefore' as const }, { kind: 'throttled', retryAfterSeconds: 60 }],
    ['is down', { kind: 'status' as const, status: 502 }, { kind: 'throttled', retryAfterSeconds: 60 }],
    [
      'answers something else',
      { kind: 'status' as const, status: 200, body: '{}' },
      { kind: 'rejected', status: 0 },
    ],
  ])('is surely not made where what it needs is asked for and Autotask %s', async (_, fault, expected) => {
    const { account, desk, ticket } = open()
    account.faults.add({ ...fault, match: (call) => nameOf(call) === rolesRead })

    const failure = await failureOf(desk.create(ticket({}, { priority: '1', assignee: '70001' })))

    expect(failure).toMatchObject(expected)
    expect(surelyNotDone(failure)).toBe(true)
    expect(account.calls.filter(isWrite)).toEqual([])
  })

  test('waits as long as a write may take, and no longer', async () => {
    const { account, desk, ticket } = open({ writeTimeoutMs: 100 })
    account.faults.add({ kind: 'delay', ms: 1000, match: isWrite })

    const failure = await failureOf(desk.create(ticket({}, { priority: '1' })))

    expect(failure).toMatchObject({ kind: 'unavailable' })
    expect(surelyNotDone(failure)).toBe(false)
  })
})

describe('what can be chosen', () => {
  test('comes from one call, in the order of the lists, and without what is out of use', async () => {
    const { account, desk } = open()
    account.setPickInUse('Tickets', 'issueType', 11, false)

    const lists = await Promise.all(
      (['board', 'status', 'type', 'priority'] as const).map((list) => desk.choices(list, '8')),
    )

    expect(lists.map((list) => list.map(({ name }) => name))).toEqual([
      ['Monitoring Alert', 'Level I Support', 'Level II Support'],
      ['New', 'Complete', 'Waiting Customer', 'In Progress'],
      ['Workstation', 'Security'],
      ['High', 'Medium', 'Low', 'Critical'],
    ])
    expect(lists[1]?.filter(({ closed }) => closed)).toEqual([{ id: '5', name: 'Complete', closed: true }])
    expect(account.calls.map(nameOf)).toEqual([metadata])
  })

  test('of people are those who have a role, and nobody whom a program signs in as', async () => {
    const { account, desk } = open()
    const roles = [{ roleID: 7 }]
    const bea = account.addResource({ firstName: 'Bea', lastName: 'Bolt', roles })
    account.addResource({ firstName: 'No', lastName: 'Role' })
    account.addResource({ firstName: 'Old', lastName: 'Role', roles: [{ roleID: 7, isActive: false }] })
    account.addResource({ firstName: 'Gone', lastName: 'Home', isActive: false, roles })
    account.addResource({ firstName: 'Robot', lastName: 'API', licenseType: apiUserLicense, roles })

    expect(await desk.choices('assignee', '8')).toEqual([
      { id: '70001', name: 'Ada Admin' },
      { id: `${bea.id}`, name: 'Bea Bolt' },
    ])
    expect(account.calls).toHaveLength(2)
  })

  test('is asked for again where that failed', async () => {
    const { account, desk } = open()
    account.faults.add({ kind: 'status', status: 502, match: (call) => nameOf(call) === metadata })

    expect(await failureOf(desk.choices('board', ''))).toMatchObject({ kind: 'unavailable' })
    expect(await desk.choices('board', '')).toHaveLength(3)
  })

  test('is not told where tickets lack the field', async () => {
    const { account, desk } = open()
    account.faults.add({ kind: 'status', status: 200, body: '{"fields":[]}', match: () => true })

    expect(await failureOf(desk.choices('board', ''))).toEqual({
      kind: 'unexpected_reply',
      issues: 'tickets have no queueID',
    })
  })
})

describe('tickets that are there', () => {
  test('are looked at 450 at a time', async () => {
    const { account, desk } = open()

    await desk.states(Array.from({ length: 901 }, (_, n) => `${50_001 + n}`))

    expect(account.calls.map(nameOf)).toEqual(Array(3).fill('POST /V1.0/Tickets/query'))
    expect(account.calls.map(({ status }) => status)).toEqual([200, 200, 200])
  })

  test('are not asked for where no text can be an id', async () => {
    const { account, desk } = open()

    expect(await desk.states(['no id', '-4', ''])).toEqual([])
    expect(await desk.find('tallypod-1', 'Acme')).toBeNull()
    expect(await desk.url('no id')).toBeNull()
    expect(account.calls).toEqual([])
  })

  test('are closed where they were completed, whatever their status is called', async () => {
    const { account, desk, ticket } = open()
    const id = await desk.create(ticket({}))
    const items = [{ id: Number(id), status: 12, completedDate: '2026-11-05T12:00:00Z' }]
    account.faults.add({
      kind: 'status',
      status: 200,
      body: JSON.stringify({ items, pageDetails: { nextPageUrl: null } }),
      match: ({ path }) => path.endsWith('/Tickets/query'),
    })

    expect(await desk.states([id])).toEqual([{ id, status: '12', closed: true }])
  })

  test('get another status by naming nothing but that', async () => {
    const { account, desk, ticket } = open()
    const id = await desk.create(ticket({}))

    await desk.setStatus(id, '5')

    expect(account.calls.at(-1)).toMatchObject({
      method: 'PATCH',
      path: '/V1.0/Tickets',
      body: { id: Number(id), status: 5 },
    })
    expect(account.calls.at(-1)?.body).toEqual({ id: Number(id), status: 5 })
  })

  test('get notes that begin with their first line', async () => {
    const { account, desk, ticket } = open()
    const id = await desk.create(ticket({}))
    const line = 'It happened again. '.repeat(20)

    await desk.addNote(id, `${line}\nPC-2 too.`)

    expect(account.calls.at(-1)).toMatchObject({ path: `/V1.0/Tickets/${id}/Notes`, status: 200 })
    expect(account.calls.at(-1)?.body).toEqual({
      ticketID: Number(id),
      title: line.slice(0, 250),
      description: `${line}\nPC-2 too.`,
      noteType: 1,
      publish: 1,
    })
  })

  test.each<[string, (desk: TicketDesk) => Promise<unknown>]>([
    ['a status', (desk) => desk.setStatus('59999', '5')],
    ['a note', (desk) => desk.addNote('59999', 'Again.')],
  ])('and only those get %s', async (_, write) => {
    const { desk } = open()

    expect(await failureOf(write(desk))).toMatchObject({ kind: 'rejected', status: 500 })
  })

  test.each<[string, (desk: TicketDesk) => Promise<unknown>]>([
    ['a status', (desk) => desk.setStatus('no id', '5')],
    ['a note', (desk) => desk.addNote('no id', 'Again.')],
  ])('%s for text that is no id is never sent', async (_, write) => {
    const { account, desk } = open()

    expect(await failureOf(write(desk))).toMatchObject({ kind: 'rejected', status: 0 })
    expect(account.calls).toEqual([])
  })
})

describe('the address of a ticket', () => {
  test('is in the screens of the zone, which are asked for once', async () => {
    const { account, desk } = open()

    expect([await desk.url('50001'), await desk.url('50002')]).toEqual(
      ['50001', '50002'].map(
        (id) =>
          `${account.baseUrl}/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID=${id}`,
      ),
    )
    expect(account.calls.map(({ path }) => path)).toEqual(['/V1.0/ZoneInformation'])
  })

  test.each([
    ['https://ww3.autotask.net/', 'https://ww3.autotask.net'],
    ['https://evil.example/', null],
    ['javascript:alert(1)', null],
    [undefined, null],
  ])('is believed where Autotask’s own host has it: %s', async (webUrl, root) => {
    const { account, desk } = open()
    const body = JSON.stringify({ url: `${account.baseUrl}/ATServicesRest/`, webUrl })
    account.faults.add({ kind: 'status', status: 200, body, match: () => true })

    expect(await desk.url('50001')).toBe(
      root && `${root}/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID=50001`,
    )
  })
})

describe('a missing right', () => {
  const denied = 'The logged in Resource does not have the adequate permissions to do this.'

  test.each<[string, string, (desk: TicketDesk, ticket: NewTicket) => Promise<unknown>]>([
    ['add tickets', 'Service Desk, set to', (desk, ticket) => desk.create(ticket)],
    ['edit tickets', 'Service Desk, set to', (desk) => desk.setStatus('50001', '5')],
    ['read tickets', 'Service Desk, set to', (desk) => desk.states(['50001'])],
    ['read tickets', 'Service Desk, set to', (desk) => desk.choices('board', '')],
    ['read the people whom', 'Admin, set to', (desk) => desk.choices('assignee', '')],
  ])('to %s is told with the remedy', async (right, place, work) => {
    const { account, desk, ticket } = open()
    account.faults.add({ ...refusal(denied), match: () => true })

    const failure = await failureOf(work(desk, ticket({}, { priority: '1' })))

    expect(failure).toMatchObject({
      kind: 'rejected',
      reply: expect.stringContaining(`The API user may not ${right}`),
    })
    expect(failure).toMatchObject({ reply: expect.stringContaining(`the API user's level > ${place}`) })
    expect(failure).toMatchObject({ reply: expect.stringContaining(`Autotask says: ${denied}`) })
  })

  test('for tickets is not tried by the check, as nobody needs to have tickets', async () => {
    const { account, psa } = open()

    expect(await psa.check()).toMatchObject({ ok: true })
    expect(account.calls.filter(({ path }) => /Ticket|Resource/.test(path))).toEqual([])
  })
})

function nameOf({ method, path }: Pick<Call, 'method' | 'path'>): string {
  return `${method} ${path}`
}

/** An account with one company, and tickets for it. */
function open(differences: Differences = {}) {
  const account = vendor.account()
  account.addCompany({ id: 174, name: 'Acme GmbH' })
  const ticket = (given: Partial<NewTicket>, filing: Partial<TicketFiling> = {}): NewTicket => ({
    key: 'tallypod-1',
    companyId: '174',
    title: 'Protection is off on PC-1',
    text: 'PC-1: the protection is off.',
    filing: { board: '29682833', status: '1', priority: null, type: null, assignee: null, ...filing },
    ...given,
  })
  const psa = adapterOf(account, differences)
  return { account, psa, desk: psa.desk, ticket }
}
