import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NewTicket } from '../../../worker/psa/ticket-port.ts'
import { surelyNotDone } from '../../../worker/vendor/error.ts'
import { connectWiseDesk } from '../../support/sides/connectwise-desk.ts'
import { type ConnectWise, startConnectWise } from '../../vendors/connectwise/server.ts'
import { callsOf } from '../calls.ts'
import { failureOf } from '../contract.ts'
import { adapterOf, type Differences } from './adapter.ts'

let vendor: ConnectWise
beforeAll(async () => {
  vendor = await startConnectWise()
})
afterAll(() => vendor.close())

describe('what is sent', () => {
  test('a new ticket names everything by id and carries its key', async () => {
    const { account, desk, side, company, ticket } = open()
    const { board, status, priority, type, assignee } = side.filing

    await desk.create(ticket({ key: 'tallypod-7' }))

    expect(account.calls.at(-1)).toMatchObject({ method: 'POST', path: '/service/tickets' })
    expect(account.calls.at(-1)?.body).toEqual({
      summary: 'A ticket',
      recordType: 'ServiceTicket',
      company: { id: company.id },
      board: { id: Number(board) },
      status: { id: Number(status) },
      priority: { id: Number(priority) },
      type: { id: Number(type) },
      owner: { id: Number(assignee) },
      initialDescription: 'What it is about.',
      externalXRef: 'tallypod-7',
    })
  })

  test('a status is replaced whole, and a note is for the MSP’s own people', async () => {
    const { account, desk, side, ticket } = open()
    const id = await desk.create(ticket({}))

    await desk.setStatus(id, side.closedStatus)
    await desk.addNote(id, 'Again.')

    expect(account.calls.slice(-2)).toMatchObject([
      {
        method: 'PATCH',
        path: `/service/tickets/${id}`,
        body: [{ op: 'replace', path: 'status', value: { id: Number(side.closedStatus) } }],
      },
      {
        method: 'POST',
        path: `/service/tickets/${id}/notes`,
        body: { text: 'Again.', internalAnalysisFlag: true },
      },
    ])
  })

  test.each<[string, Partial<NewTicket>, Partial<NewTicket['filing']>]>([
    ['a company', { companyId: '250/../251' }, {}],
    ['a board', {}, { board: 'Service' }],
    ['a status', {}, { status: 'New' }],
    ['a member', {}, { assignee: '0' }],
  ])('a ticket with %s that can be none is not sent', async (_, given, filing) => {
    const { account, desk, side, ticket } = open()

    const failure = await failureOf(desk.create(ticket({ ...given, filing: { ...side.filing, ...filing } })))

    expect(failure).toMatchObject({
      kind: 'rejected',
      reply: expect.stringContaining('no record has the id'),
    })
    expect(surelyNotDone(failure)).toBe(true)
    expect(account.calls).toEqual([])
  })
})

describe('what ConnectWise says', () => {
  test('a status of another board is refused in its words', async () => {
    const { account, desk, ticket } = open()
    const other = account.addBoard({ name: 'Other' })
    const id = await desk.create(ticket({}))

    const failure = await failureOf(desk.setStatus(id, `${account.statusNamed(other, 'Closed').id}`))

    expect(failure).toMatchObject({
      kind: 'rejected',
      reply: "ticket object is invalid: The status is not one of the board's.",
    })
  })

  test('a success that changed nothing is no success', async () => {
    const { account, company, desk, side, ticket } = open()
    const id = await desk.create(ticket({}))
    const [made] = account.ticketsOf(company.id)
    account.faults.add({
      kind: 'status',
      status: 200,
      body: JSON.stringify(made),
      match: ({ method }) => method === 'PATCH',
    })

    expect(await failureOf(desk.setStatus(id, side.closedStatus))).toMatchObject({
      kind: 'rejected',
      reply: `ticket ${id} did not take the status ${side.closedStatus}`,
    })
  })

  test.each([
    ['add', 'add to service tickets', 'Service Desk > Service Tickets', 'Add'],
    ['edit', 'change service tickets', 'to close tickets also Close Service Tickets', 'Edit'],
    ['inquire', 'list service tickets', 'Service Desk > Service Tickets', 'Inquire'],
  ] as const)('without the right to %s, the remedy is told', async (action, what, place, level) => {
    const { account, desk, side, ticket } = open()
    const id = await desk.create(ticket({}))
    account.deny('Service Desk', 'Service Tickets', action)
    const work = {
      add: () => desk.create(ticket({})),
      edit: () => desk.setStatus(id, side.closedStatus),
      inquire: () => desk.states([id]),
    }

    const failure = await failureOf(work[action]())

    expect(failure).toMatchObject({ kind: 'rejected', status: 403 })
    for (const part of [`may not ${what}`, place, `set ${level} to All`]) {
      expect(Object(failure).reply).toContain(part)
    }
  })

  test('without the right to members, the remedy is told', async () => {
    const { account, desk } = open()
    account.deny('System', 'Member Maintenance', 'inquire')

    expect(await failureOf(desk.choices('assignee', ''))).toMatchObject({
      reply: expect.stringContaining('System > Member Maintenance and set Inquire to All'),
    })
  })

  test('what tickets need is not asked of those who open none', async () => {
    const { account, psa } = open()
    account.deny('Service Desk', 'Service Tickets', 'inquire')
    account.deny('System', 'Member Maintenance', 'inquire')

    expect((await psa.check()).ok).toBe(true)
  })
})

describe('what can be chosen', () => {
  test('is what is in use: no project boards, no programs, nobody who has left', async () => {
    const { account, desk, side } = open()
    account.addBoard({ name: 'Projects', isProject: true })
    account.addBoard({ name: 'Old', isInactive: true })
    account.addMember({ firstName: 'Gone', lastName: 'Long', isInactive: true })
    const board = account.store.boards.get(Number(side.filing.board))
    if (board === undefined) throw new Error('The board should be there')
    account.addBoardStatus(board, { name: 'Parked', isInactive: true })
    account.addBoardType(board, { name: 'Fax', isInactive: true })
    const names = async (list: Parameters<typeof desk.choices>[0]) =>
      (await desk.choices(list, side.filing.board)).map(({ name }) => name)

    expect(await names('board')).toEqual(['Security'])
    expect(await names('status')).toEqual(['New', 'In Progress', 'Closed'])
    expect(await names('type')).toEqual(['Incident'])
    expect(await names('assignee')).toEqual(['Jane Doe'])
  })

  test('of a board that is gone or can be none is nothing', async () => {
    const { desk } = open()

    expect(await desk.choices('status', '99')).toEqual([])
    expect(await desk.choices('type', 'Security')).toEqual([])
  })
})

test('150 tickets are looked at in one call', async () => {
  const { account, desk, ticket } = open()
  const ids: string[] = []
  for (let n = 0; n < 150; n++) ids.push(await desk.create(ticket({ key: `tallypod-${n}` })))
  const before = account.calls.length

  expect((await desk.states(ids)).length).toBe(150)

  expect(callsOf(account).slice(before)).toEqual(['GET /service/tickets'])
})

test('only the company’s own tickets are looked through for a key', async () => {
  const { account, desk, company, ticket } = open()
  const id = await desk.create(ticket({ key: 'tallypod-1' }))

  expect(await desk.find('tallypod-1', `${company.id}`)).toBe(id)

  expect(account.calls.at(-1)?.query).toMatchObject({
    conditions: `company/id = ${company.id}`,
    fields: 'id,externalXRef',
  })
  expect(await desk.find('tallypod-1', 'Acme')).toBeNull()
})

test('the address of a ticket is on the screens of the site', async () => {
  const { account, desk } = open()

  expect(await desk.url('70001')).toBe(
    `${account.baseUrl}/v2025_1/ConnectWise.aspx?routeTo=ServiceFV&recid=70001`,
  )
  expect(await desk.url('70001&x=1')).toBeNull()
})

test('the MSP’s own company is the only one of the type Owner', async () => {
  const { account, desk } = open()
  expect(await desk.ownCompany()).toBeNull()

  const own = account.addCompany({ name: 'Our own', type: 'Owner' })
  account.addCompany({ name: 'Sold', type: 'Owner', deleted: true })
  expect(await desk.ownCompany()).toBe(`${own.id}`)

  account.addCompany({ name: 'Our second one', type: 'Owner' })
  expect(await desk.ownCompany()).toBeNull()
})

test('a ticket waits as long as a write may take', async () => {
  const { account, desk, ticket } = open({ timeoutMs: 5000, writeTimeoutMs: 100 })
  account.faults.add({ kind: 'delay', ms: 1000, match: ({ method }) => method === 'POST' })

  expect(await failureOf(desk.create(ticket({})))).toMatchObject({ kind: 'unavailable' })
})

function open(differences: Differences = {}) {
  const account = vendor.account()
  const company = account.addCompany({ name: 'Acme' })
  const psa = adapterOf(account, differences)
  const side = connectWiseDesk(account)
  const ticket = (given: Partial<NewTicket>): NewTicket => ({
    key: 'tallypod-1',
    companyId: `${company.id}`,
    title: 'A ticket',
    text: 'What it is about.',
    filing: side.filing,
    ...given,
  })
  return { account, company, psa, desk: psa.desk, side, ticket }
}
