import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { acmeAccount, call } from './calling.ts'
import { type ConnectWise, startConnectWise } from './server.ts'

let cw: ConnectWise
beforeAll(async () => {
  cw = await startConnectWise()
})
afterAll(() => cw.close())

const post = (account: Account, body: unknown) => call(account, '/service/tickets', { method: 'POST', body })
const patch = (account: Account, id: number, field: string, value: unknown) =>
  call(account, `/service/tickets/${id}`, { method: 'PATCH', body: [{ op: 'replace', path: field, value }] })

/** Acme, the board "Security" with the type "Incident", the priorities Low (the default one) and High. */
function withBoard() {
  const account = acmeAccount(cw)
  const board = account.addBoard({ name: 'Security', types: ['Incident'] })
  const low = account.addPriority({ name: 'Low', isDefault: true })
  const high = account.addPriority({ name: 'High' })
  const status = (name: string) => account.statusNamed(board, name).id
  const made = () => account.ticketsOf(250)
  return { account, board, low, high, status, made }
}

describe('a new ticket', () => {
  test('takes the usual board, its default status and the default priority where none is named', async () => {
    const { account, board, low, status } = withBoard()

    const { status: answer, json } = await post(account, { summary: 'Help', company: { identifier: 'ACME' } })

    expect(answer).toBe(201)
    expect(json).toMatchObject({
      summary: 'Help',
      recordType: 'ServiceTicket',
      company: { id: 250, identifier: 'ACME' },
      board: { id: board.id, name: 'Security' },
      status: { id: status('New'), name: 'New' },
      priority: { id: low.id, name: 'Low' },
      closedFlag: false,
    })
  })

  test('keeps what it was made with as notes, in the places they are for', async () => {
    const { account } = withBoard()

    const { json } = await post(account, {
      summary: 'Help',
      company: { id: 250 },
      initialDescription: 'It burns.',
      initialInternalAnalysis: 'It does.',
    })

    expect(Object.keys(Object(json)).filter((name) => name.startsWith('initial'))).toEqual([])
    const { json: notes } = await call(account, `/service/tickets/${Object(json).id}/notes`)
    expect(notes).toMatchObject([
      { text: 'It burns.', detailDescriptionFlag: true, internalAnalysisFlag: false },
      { text: 'It does.', detailDescriptionFlag: false, internalAnalysisFlag: true },
    ])
  })

  test.each<[string, string, (account: Account) => object]>([
    ['without a summary', 'summary', () => ({ summary: '' })],
    ['with a summary of 101 characters', 'summary', () => ({ summary: 'x'.repeat(101) })],
    ['without a company', 'company', () => ({ company: null })],
    ['for a company that is not there', 'company', () => ({ company: { id: 9 } })],
    ['on a board that is not there', 'board', () => ({ board: { id: 9 } })],
    ['with a key of 101 characters', 'externalXRef', () => ({ externalXRef: 'x'.repeat(101) })],
    [
      'on a board that is out of use',
      'board',
      (account) => ({ board: { id: account.addBoard({ name: 'Old', isInactive: true }).id } }),
    ],
    [
      'in a status of another board',
      'status',
      (account) => ({ status: { id: account.statusNamed(account.addBoard({ name: 'Other' }), 'New').id } }),
    ],
    [
      'with a type of another board',
      'type',
      (account) => ({
        type: { id: account.addBoardType(account.addBoard({ name: 'Other' }), { name: 'T' }).id },
      }),
    ],
  ])('%s is refused', async (_, field, wrong) => {
    const { account, made } = withBoard()

    const { status, json } = await post(account, { summary: 'Help', company: { id: 250 }, ...wrong(account) })

    expect(status).toBe(400)
    expect(json).toMatchObject({
      code: 'InvalidObject',
      message: 'ticket object is invalid',
      errors: [{ field }],
    })
    expect(made()).toEqual([])
  })
})

describe('a status', () => {
  test('that closes sets the flag and the day, and another one takes them away', async () => {
    const { account, status } = withBoard()
    const { json } = await post(account, { summary: 'Help', company: { id: 250 } })
    const { id } = Object(json)

    expect((await patch(account, id, 'status', { id: status('Closed') })).json).toMatchObject({
      status: { name: 'Closed' },
      closedFlag: true,
      closedDate: expect.stringMatching(/^\d{4}-/),
    })
    const { json: opened } = await patch(account, id, 'status', { id: status('In Progress') })
    expect(opened).toMatchObject({ status: { name: 'In Progress' }, closedFlag: false })
    expect(opened).not.toHaveProperty('closedDate')
  })

  test('named by a path into it is answered like a success and changes nothing', async () => {
    const { account, status } = withBoard()
    const { json } = await post(account, { summary: 'Help', company: { id: 250 } })

    const { status: answer, json: after } = await patch(
      account,
      Object(json).id,
      'status/id',
      status('Closed'),
    )

    expect(answer).toBe(200)
    expect(after).toMatchObject({ status: { name: 'New' } })
  })

  test('that closes needs a right of its own', async () => {
    const { account, status } = withBoard()
    account.deny('Service Desk', 'Close Service Tickets', 'edit')
    const { json } = await post(account, { summary: 'Help', company: { id: 250 } })
    const { id } = Object(json)

    expect((await patch(account, id, 'status', { id: status('Closed') })).status).toBe(403)
    expect((await patch(account, id, 'status', { id: status('In Progress') })).status).toBe(200)
  })
})

describe('a note', () => {
  test('is added below its ticket', async () => {
    const { account } = withBoard()
    const { json } = await post(account, { summary: 'Help', company: { id: 250 } })
    const notes = `/service/tickets/${Object(json).id}/notes`

    const { status, json: note } = await call(account, notes, {
      method: 'POST',
      body: { text: 'Again.', internalAnalysisFlag: true },
    })

    expect(status).toBe(201)
    expect(note).toMatchObject({ text: 'Again.', ticketId: Object(json).id, createdBy: 'BillingApi' })
    expect((await call(account, notes)).json).toMatchObject([{ text: 'Again.' }])
  })

  test('that is for no place is refused, and so is one for a ticket that is not there', async () => {
    const { account } = withBoard()
    const { json } = await post(account, { summary: 'Help', company: { id: 250 } })
    const add = (id: number, body: object) =>
      call(account, `/service/tickets/${id}/notes`, { method: 'POST', body })

    expect((await add(Object(json).id, { text: 'Again.' })).status).toBe(400)
    expect((await add(1, { text: 'Again.', internalAnalysisFlag: true })).status).toBe(404)
  })
})

describe('how the service desk is set up', () => {
  test('boards, their statuses and types, priorities and members are listed', async () => {
    const { account, board } = withBoard()
    const names = async (path: string) =>
      Object.values(Object((await call(account, path)).json)).map((row) => Object(row).name)

    expect(await names('/service/boards')).toEqual(['Security'])
    expect(await names(`/service/boards/${board.id}/statuses`)).toEqual(['New', 'In Progress', 'Closed'])
    expect(await names(`/service/boards/${board.id}/types`)).toEqual(['Incident'])
    expect(await names('/service/priorities')).toEqual(['Low', 'High'])
    expect((await call(account, '/service/boards/9/statuses')).status).toBe(404)
    expect((await call(account, '/system/members')).json).toMatchObject([
      { identifier: 'BillingApi', licenseClass: 'A' },
    ])
  })

  test('conditions may not name a board’s flag, though it is shown', async () => {
    const { account } = withBoard()

    const { status, json } = await call(account, '/service/boards?conditions=inactiveFlag=false')

    expect(status).toBe(400)
    expect(json).toMatchObject({ message: 'inactiveFlag is not a recognized name.' })
    expect((await call(account, '/service/boards')).json).toMatchObject([{ inactiveFlag: false }])
  })

  test('needs no right to be read, but members and tickets do', async () => {
    const { account } = withBoard()
    account.deny('Service Desk', 'Service Tickets', 'inquire')
    account.deny('System', 'Member Maintenance', 'inquire')

    const statuses = await Promise.all(
      ['/service/boards', '/service/priorities', '/service/tickets', '/system/members'].map(
        async (path) => (await call(account, path)).status,
      ),
    )

    expect(statuses).toEqual([200, 200, 403, 403])
  })
})
