import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { acmeAccount, call, clock } from './calling.ts'
import { startTigerpaw, type Tigerpaw } from './server.ts'

let tigerpaw: Tigerpaw

beforeAll(async () => {
  tigerpaw = await startTigerpaw({ now: () => clock })
})
afterAll(() => tigerpaw.close())

const post = (account: Account, path: string, body: unknown) => call(account, path, { method: 'POST', body })
const put = (account: Account, path: string, body: unknown) => call(account, path, { method: 'PUT', body })

const noon = '2026-11-17T09:30:00'

describe('service orders', () => {
  test('one is made from names and numbers, and read again', async () => {
    const { account, board, rep } = deskAccount()
    const values = {
      AccountNumber: 250,
      BriefDescription: 'Protection is off',
      WorkRequested: 'On PC-1.\nSince noon.',
      Status: 'in progress',
      Priority: 'high',
      ServiceOrderType: 'Remote',
      DispatchBoardNumber: board.id,
      TechnicianAssigned: rep.id,
      Reference: 'K-1',
    }

    const made = await post(account, '/api/serviceorders', values)
    const read = await call(account, '/api/serviceorders/70001')

    const summary = {
      ServiceOrderNumber: 70001,
      AccountName: 'Acme GmbH',
      PrimaryTechnicianName: 'Jane Doe',
      ServiceOrder: {
        ...values,
        Status: 'In progress',
        Priority: 'High',
        TakenBy: 1,
        DateTimeOpened: noon,
        DateTimeClosed: null,
      },
      Notes: 0,
      ServiceOrderLock: null,
    }
    expect(made.json).toMatchObject({ ServiceOrderSummary: summary, Success: true, Message: null })
    expect(read.json).toMatchObject(summary)
  })

  test('a program that sends 0 and empty text for what it leaves open gets the defaults', async () => {
    const { account } = deskAccount()
    account.addPriority({ name: 'Normal', isDefault: true })

    const { json } = await post(account, '/api/ServiceOrders', {
      AccountNumber: 250,
      BriefDescription: 'A visit',
      ContactNumber: 0,
      TechnicianAssigned: 0,
      DispatchBoardNumber: 0,
      Severity: 0,
      Status: '',
      Priority: '',
      ServiceOrderType: '',
      WorkRequested: '',
      DateTimeRequested: { Date: noon, Time: '1900-01-01T09:30:00' },
    })

    expect(json).toMatchObject({
      Success: true,
      ServiceOrderSummary: {
        ServiceOrder: {
          Status: 'Open',
          Priority: 'Normal',
          ServiceOrderType: null,
          TechnicianAssigned: null,
          DispatchBoardNumber: null,
        },
      },
    })
  })

  test.each([
    [{ AccountNumber: null }, 'AccountNumber is required.'],
    [{ AccountNumber: 999 }, 'Account 999 was not found.'],
    [{ BriefDescription: '' }, 'BriefDescription is required.'],
    [{ BriefDescription: 'x'.repeat(101) }, 'BriefDescription must not be longer than 100 characters.'],
    [{ Reference: 'x'.repeat(51) }, 'Reference must not be longer than 50 characters.'],
    [{ Status: 'Nope' }, 'Nope is not a valid Status.'],
    [{ Priority: 'Nope' }, 'Nope is not a valid Priority.'],
    [{ ServiceOrderType: 'Nope' }, 'Nope is not a valid ServiceOrderType.'],
    [{ DispatchBoardNumber: 999 }, '999 is not a valid DispatchBoardNumber.'],
    [{ TechnicianAssigned: 999 }, '999 is not a valid TechnicianAssigned.'],
  ])('one with %o is refused with status 200', async (wrong, message) => {
    const { account } = deskAccount()

    const { status, json } = await post(account, '/api/serviceorders', {
      AccountNumber: 250,
      BriefDescription: 'A visit',
      ...wrong,
    })

    expect([status, json]).toEqual([200, { Success: false, Message: message }])
    expect(account.serviceOrdersOf(250)).toEqual([])
  })

  test('a change leaves the rest as it is, and the day of closing comes and goes with the status', async () => {
    const { account, made } = deskAccount()
    const path = await made({ WorkRequested: 'All of it.', Priority: 'High' })
    const stored = async () => (await call(account, path)).json

    const closed = await put(account, path, { Status: 'closed' })
    expect(closed.json).toMatchObject({
      Success: true,
      ServiceOrderSummary: { ServiceOrder: { Status: 'Closed', DateTimeClosed: noon } },
    })
    expect(await stored()).toMatchObject({
      ServiceOrder: { WorkRequested: 'All of it.', Priority: 'High', DateTimeClosed: noon },
    })

    await put(account, path, { Status: 'Open', WorkRequested: 'More.' })
    expect(await stored()).toMatchObject({
      ServiceOrder: { Status: 'Open', WorkRequested: 'More.', DateTimeClosed: null },
    })
  })

  test('one that someone has open shows who, and takes neither changes nor notes', async () => {
    const { account, made } = deskAccount()
    const path = await made({})
    account.lockOrder(70001, 'Jane Doe')

    const answers = [
      await put(account, path, { Status: 'Closed' }),
      await post(account, `${path}/notes`, { Note: 'Again.' }),
    ]

    const refused = { Success: false, Message: 'Service order 70001 is locked by Jane Doe.' }
    expect(answers.map(({ json }) => json)).toEqual([refused, refused])
    expect((await call(account, path)).json).toMatchObject({
      ServiceOrder: { Status: 'Open' },
      ServiceOrderLock: { LockingRepNumber: 7, LockingRepName: 'Jane Doe' },
    })
    account.unlockOrder(70001)
    expect((await put(account, path, { Status: 'Closed' })).json).toMatchObject({ Success: true })
  })

  test('notes are added and listed', async () => {
    const { account, made } = deskAccount()
    const path = await made({})

    const first = await post(account, `${path}/notes`, { Note: 'Again.', Topic: 'General' })
    const empty = await post(account, `${path}/notes`, { Note: '' })
    await post(account, `${path}/notes`, { Note: 'And again.' })

    expect(first.json).toMatchObject({ Note: { Note: 'Again.', Topic: 'General', DateCreated: noon } })
    expect(empty.json).toEqual({ Success: false, Message: 'Note is required.' })
    expect((await call(account, `${path}/notes`)).json).toMatchObject({
      Notes: [{ Note: 'Again.' }, { Note: 'And again.' }],
      TotalCount: 2,
    })
  })

  test('several numbers are found at once, and a reference at one account', async () => {
    const { account, made } = deskAccount()
    account.addAccount({ id: 251, name: 'Beta AG' })
    await made({ Reference: 'K-1' })
    await made({ Reference: 'K-12' })
    await made({ Reference: 'K-1', AccountNumber: 251 })
    const equal = (SearchType: string, Criteria: string) => ({ SearchType, MatchType: 'Equal', Criteria })
    const found = async (path: string, body: unknown) => {
      const { json } = await post(account, `/api/serviceorders/search${path}`, body)
      return [...JSON.stringify(json).matchAll(/"ServiceOrderNumber":(\d+)/g)].map(([, n]) => Number(n))
    }
    const numbers = [equal('ServiceOrderNumber', '70001'), equal('ServiceOrderNumber', '70003')]

    expect(await found('', { Criteria: numbers })).toEqual([70001, 70003])
    expect(await found('', { Criteria: [equal('Reference', 'k-1'), equal('AccountNumber', '251')] })).toEqual(
      [70003],
    )
    expect(await found('/reference', 'K-1')).toEqual([70001, 70002, 70003])
    account.voidOrderByHand(70001)
    expect(await found('', { Criteria: numbers })).toEqual([70003])
    expect((await call(account, '/api/serviceorders/account/250')).json).toMatchObject({ TotalCount: 2 })
    expect((await call(account, '/api/serviceorders/account/250/true')).json).toMatchObject({ TotalCount: 1 })
  })

  test('one that is not there is a 404', async () => {
    const { account } = deskAccount()

    const answers = [
      await call(account, '/api/serviceorders/1'),
      await put(account, '/api/serviceorders/1', { Status: 'Open' }),
      await post(account, '/api/serviceorders/1/notes', { Note: 'Again.' }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
  })
})

test('what orders are filed under comes as bare lists, without what is out of use', async () => {
  const { account, board, rep } = deskAccount()
  account.setBoardInUse(account.addBoard({ description: 'Old' }).id, false)
  account.addRep({ firstName: 'John', lastName: 'Left', inactive: true })
  const list = async (name: string) => (await call(account, `/api/mastertables/${name}`)).json

  expect(await list('dispatchboards')).toEqual([{ DispatchBoardId: board.id, Description: 'Service' }])
  expect(await list('priorities')).toMatchObject([{ Priority: 'High', Rank: 1, SystemDefault: false }])
  expect(await list('serviceOrders/types')).toMatchObject([{ Type: 'Remote' }])
  expect(await list('serviceorders/statuses')).toMatchObject([
    { Status: 'Open', SystemEntry: true, SystemDefault: true },
    { Status: 'Closed' },
    { Status: 'Void' },
    { Status: 'In progress', SystemEntry: false },
  ])
  expect(await list('serviceorders/statuses/true')).toMatchObject([{ Status: 'In progress' }])
  expect(await list('reps/true')).toMatchObject([{ RepNumber: rep.id, DisplayName: 'Jane Doe' }])
  expect(await list('reps')).toMatchObject([
    { Inactive: false },
    { DisplayName: 'John Left', Inactive: true },
  ])
})

/** Acme (250), and one of each that an order is filed under. */
function deskAccount() {
  const account = acmeAccount(tigerpaw)
  const board = account.addBoard({ description: 'Service' })
  const rep = account.addRep({ firstName: 'Jane', lastName: 'Doe' })
  account.addPriority({ name: 'High' })
  account.addOrderType({ name: 'Remote' })
  account.addOrderStatus({ name: 'In progress' })
  const made = async (values: Record<string, unknown>) => {
    const given = { AccountNumber: 250, BriefDescription: 'A visit', ...values }
    const { json } = await post(account, '/api/serviceorders', given)
    const number = /"ServiceOrderNumber":(\d+)/.exec(JSON.stringify(json))?.[1]
    return `/api/serviceorders/${number}`
  }
  return { account, board, rep, made }
}
