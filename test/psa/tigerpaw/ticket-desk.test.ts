import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NewTicket } from '../../../worker/psa/ticket-port.ts'
import { surelyNotDone } from '../../../worker/vendor/error.ts'
import { isOrderWrite, tigerpawDesk } from '../../support/sides/tigerpaw-desk.ts'
import { startTigerpaw, type Tigerpaw } from '../../vendors/tigerpaw/server.ts'
import { callsOf } from '../calls.ts'
import { failureOf } from '../contract.ts'
import { adapterOf, type Differences } from './adapter.ts'

let vendor: Tigerpaw
beforeAll(async () => {
  vendor = await startTigerpaw()
})
afterAll(() => vendor.close())

describe('what is sent', () => {
  test('a new ticket has numbers for account, board and rep, names for the rest, and its key as reference', async () => {
    const { account, desk, side, company, ticket } = open()

    const id = await desk.create(ticket({ key: 'tallypod-7' }))

    expect(account.calls).toMatchObject([
      {
        method: 'POST',
        path: '/api/serviceorders',
        body: {
          AccountNumber: company.id,
          BriefDescription: 'A ticket',
          WorkRequested: 'What it is about.',
          Reference: 'tallypod-7',
          DispatchBoardNumber: Number(side.filing.board),
          Status: 'Open',
          Priority: 'High',
          ServiceOrderType: 'Remote',
          TechnicianAssigned: Number(side.filing.assignee),
        },
      },
    ])
    expect(id).toBe(`${account.serviceOrdersOf(company.id)[0]?.id}`)
  })

  test('what is left to Tigerpaw is not named', async () => {
    const { account, desk, side, ticket } = open()

    await desk.create(ticket({ filing: { ...side.filing, priority: null, type: null, assignee: null } }))

    expect(Object.keys(account.calls[0]?.body ?? {})).toEqual([
      'AccountNumber',
      'BriefDescription',
      'WorkRequested',
      'Reference',
      'DispatchBoardNumber',
      'Status',
    ])
  })

  test('a status and a note are one call each', async () => {
    const { account, desk, order } = open()

    await desk.setStatus(`${order}`, 'Closed')
    await desk.addNote(`${order}`, 'Again.')

    expect(account.calls).toMatchObject([
      { method: 'PUT', path: `/api/serviceorders/${order}`, body: { Status: 'Closed' } },
      { method: 'POST', path: `/api/serviceorders/${order}/notes`, body: { Note: 'Again.' } },
    ])
  })

  test.each([
    ['an account', { companyId: '250/../251' }],
    ['a board', { filing: { board: 'Service' } }],
    ['a rep', { filing: { assignee: '0' } }],
  ])('a ticket with %s that can be none is not sent', async (_, { filing, ...different }: Wrong) => {
    const { account, desk, side, ticket } = open()

    const failure = await failureOf(
      desk.create(ticket({ ...different, filing: { ...side.filing, ...filing } })),
    )

    expect(failure).toMatchObject({ kind: 'rejected', status: 0, reply: expect.stringContaining('has no') })
    expect(account.calls).toEqual([])
  })

  test('nothing is sent for an order that can be none', async () => {
    const { account, desk } = open()

    const failures = [
      await failureOf(desk.setStatus('7/notes', 'Closed')),
      await failureOf(desk.addNote('', 'Again.')),
    ]

    expect(failures).toMatchObject([
      { kind: 'rejected', status: 0 },
      { kind: 'rejected', status: 0 },
    ])
    expect(await desk.states(['no id', '007'])).toEqual([])
    expect(await desk.find('tallypod-1', 'no id')).toBeNull()
    expect(account.calls).toEqual([])
  })
})

describe('how orders are looked at', () => {
  test('120 are asked for in 3 searches', async () => {
    const { account, desk, ordersOf } = open()
    const ids = ordersOf(120)

    expect((await desk.states(ids)).map(({ id }) => id)).toEqual(ids)

    expect(callsOf(account)).toEqual(Array(3).fill('POST /api/serviceorders/search'))
  })

  test('those that a search leaves out are asked for one by one', async () => {
    const { account, desk, ordersOf } = open()
    const [shown = '', voided = ''] = ordersOf(2)
    account.voidOrderByHand(Number(voided))

    expect(await desk.states([voided, shown, '2099999'])).toEqual([
      { id: shown, status: 'Open', closed: false },
      { id: voided, status: 'Void', closed: true },
    ])

    expect(callsOf(account).toSorted()).toEqual([
      'GET /api/serviceorders/2099999',
      `GET /api/serviceorders/${voided}`,
      'POST /api/serviceorders/search',
    ])
  })

  test.each([
    ['a status of its own that closes', { Status: 'Done', DateTimeClosed: '2026-11-17T09:30:00' }, true],
    ['a day of voiding', { Status: 'Done', VoidDate: '2026-11-17T09:30:00' }, true],
    ['the name alone', { Status: ' CLOSED' }, true],
    ['a day that stands for none', { Status: 'Done', DateTimeClosed: '1900-01-01T00:00:00' }, false],
    ['no day', { Status: 'Done', DateTimeClosed: null }, false],
  ])('by %s an order is closed or not', async (_, ServiceOrder, closed) => {
    const { account, desk, order } = open()
    answerNext(account, {
      ServiceOrders: [{ ServiceOrderNumber: order, ServiceOrder }],
      TotalCount: 1,
      Success: true,
    })

    expect(await desk.states([`${order}`])).toEqual([{ id: `${order}`, status: ServiceOrder.Status, closed }])
  })

  test('rows that were not asked for do not count', async () => {
    const { account, desk, order } = open()
    const row = (ServiceOrderNumber: number) => ({ ServiceOrderNumber, ServiceOrder: { Status: 'Open' } })
    answerNext(account, { ServiceOrders: [row(order), row(order * 10)], Success: true })

    expect(await desk.states([`${order}`])).toMatchObject([{ id: `${order}` }])
  })

  test('a read that breaks off tells nothing', async () => {
    const { account, desk, order } = open()
    account.faults.add({ kind: 'status', status: 503, match: () => true })

    expect(await failureOf(desk.states([`${order}`]))).toMatchObject({ kind: 'unavailable', status: 503 })
  })

  test('a key is found where the search finds longer ones too', async () => {
    const { account, desk, company } = open()
    const row = (ServiceOrderNumber: number, Reference: string) => ({
      ServiceOrderNumber,
      ServiceOrder: { Status: 'Open', Reference, AccountNumber: company.id },
    })
    answerNext(account, { ServiceOrders: [row(1, 'tallypod-12'), row(2, 'tallypod-1')], Success: true })

    expect(await desk.find('tallypod-1', `${company.id}`)).toBe('2')
    expect(account.calls).toMatchObject([
      {
        body: {
          Criteria: [
            { SearchType: 'Reference', MatchType: 'Equal', Criteria: 'tallypod-1' },
            { SearchType: 'AccountNumber', MatchType: 'Equal', Criteria: `${company.id}` },
          ],
        },
      },
    ])
  })
})

describe('what can be chosen', () => {
  test('the statuses that Tigerpaw brings itself are told to close, others are not told', async () => {
    const { desk } = open()

    expect(await desk.choices('status', '')).toEqual([
      { id: 'Open', name: 'Open' },
      { id: 'Closed', name: 'Closed', closed: true },
      { id: 'Void', name: 'Void', closed: true },
      { id: 'In progress', name: 'In progress' },
    ])
  })

  test('reps who left and what has no name are left out', async () => {
    const { account, desk, side } = open()
    account.addRep({ firstName: 'John', lastName: 'Left', inactive: true })

    expect(await desk.choices('assignee', '')).toEqual([{ id: side.filing.assignee, name: 'Jane Doe' }])
    answerNext(account, [{ Priority: 'High' }, { Priority: ' ' }, {}])
    expect(await desk.choices('priority', '')).toEqual([{ id: 'High', name: 'High' }])
  })
})

describe('what a failed write says', () => {
  test('one that is refused without being open on a screen: Tigerpaw’s words', async () => {
    const { account, desk, order } = open()

    const failure = await failureOf(desk.setStatus(`${order}`, 'Done'))

    expect(failure).toEqual({ kind: 'rejected', status: 200, reply: 'Done is not a valid Status.' })
    expect(callsOf(account)).toEqual([`PUT /api/serviceorders/${order}`, `GET /api/serviceorders/${order}`])
  })

  test('an order that is gone is surely not changed', async () => {
    const { account, desk, order } = open()
    account.removeOrderByHand(order)

    expect(await failureOf(desk.setStatus(`${order}`, 'Closed'))).toMatchObject({
      kind: 'rejected',
      status: 404,
    })
  })

  test('a note for an order that someone has open: with the name, and surely not added', async () => {
    const { account, desk, order } = open()
    account.lockOrder(order, 'Jane Doe')

    const failure = await failureOf(desk.addNote(`${order}`, 'Again.'))

    expect(failure).toMatchObject({ kind: 'rejected', reply: expect.stringContaining('Jane Doe') })
    expect(surelyNotDone(failure)).toBe(true)
  })

  test('a missing right, with the remedy', async () => {
    const { account, desk, ticket } = open()
    account.faults.add({ kind: 'status', status: 403, match: isOrderWrite })

    expect(await failureOf(desk.create(ticket({})))).toMatchObject({
      kind: 'rejected',
      status: 403,
      reply: expect.stringMatching(/security role .* allow Get, Create and Update for Service orders/),
    })
  })

  test('keys that Tigerpaw quotes do not come out', async () => {
    const { account, desk, ticket } = open()
    account.refuseNextWrite(`Refused for ${account.privateKey}.`)

    expect(await failureOf(desk.create(ticket({})))).toMatchObject({ reply: 'Refused for •••.' })
  })

  test.each([
    ['a cut answer', { kind: 'truncated' as const }],
    ['a web page', { kind: 'html' as const }],
    ['500', { kind: 'status' as const, status: 500 }],
    ['an answer without a number', { kind: 'status' as const, status: 200, body: '{"Success":true}' }],
  ])('%s: the ticket may have been made', async (_, fault) => {
    const { account, desk, ticket } = open()
    account.faults.add({ ...fault, match: isOrderWrite })

    expect(surelyNotDone(await failureOf(desk.create(ticket({}))))).toBe(false)
    expect(account.calls).toHaveLength(1)
  })

  test('a write that takes longer than its own time-out, and is carried out', async () => {
    const { account, desk, company, ticket } = open({ writeTimeoutMs: 100 })
    account.faults.add({ kind: 'hang', ms: 3000, match: isOrderWrite })

    const failure = await failureOf(desk.create(ticket({ key: 'tallypod-slow' })))

    expect(surelyNotDone(failure)).toBe(false)
    expect(account.serviceOrdersOf(company.id)).toMatchObject([{ reference: 'tallypod-slow' }])
  })
})

test.each([['omitted' as const], ['random' as const]])(
  'where values that are missing are %s, tickets are the same',
  async (nulls) => {
    const { account, desk, company, ticket } = open()
    account.options.nulls = nulls

    const id = await desk.create(ticket({ key: 'tallypod-1' }))

    expect(await desk.find('tallypod-1', `${company.id}`)).toBe(id)
    expect(await desk.states([id])).toEqual([{ id, status: 'Open', closed: false }])
    expect(await desk.setStatus(id, 'Closed')).toBe('done')
  },
)

test('neither an address of a ticket nor an account of the MSP itself is known', async () => {
  const { account, desk, order } = open()

  expect([await desk.url(`${order}`), await desk.ownCompany()]).toEqual([null, null])
  expect(account.calls).toEqual([])
})

type Wrong = Partial<Omit<NewTicket, 'filing'>> & { filing?: Partial<NewTicket['filing']> }

/** `order` is one that a program made before. */
function open(differences: Differences = {}) {
  const account = vendor.account()
  const side = tigerpawDesk(account)
  const company = account.addAccount({ name: 'Acme GmbH' })
  const ordersOf = (count: number): string[] => {
    const owner = account.addAccount({ name: 'Beta AG' }).id
    return Array.from({ length: count }, () => `${storedOrder(account, owner)}`)
  }
  const ticket = (given: Partial<NewTicket>): NewTicket => ({
    key: 'tallypod-key',
    companyId: `${company.id}`,
    title: 'A ticket',
    text: 'What it is about.',
    filing: side.filing,
    ...given,
  })
  const order = storedOrder(account, account.addAccount({ name: 'Gamma SE' }).id)
  return { account, side, company, order, ordersOf, ticket, desk: adapterOf(account, differences).desk }
}

function storedOrder({ store }: ReturnType<Tigerpaw['account']>, account: number): number {
  return store.serviceOrders.insert({
    account,
    briefDescription: 'An earlier one',
    workRequested: null,
    status: 'Open',
    board: null,
    priority: null,
    type: null,
    technician: null,
    takenBy: 1,
    reference: null,
    openedAt: '2026-11-05T12:00:00',
    closedAt: null,
    voidedAt: null,
    lockedBy: null,
  }).id
}

function answerNext(account: ReturnType<Tigerpaw['account']>, body: unknown): void {
  account.faults.add({ kind: 'status', status: 200, body: JSON.stringify(body), match: () => true })
}
