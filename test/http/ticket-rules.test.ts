import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, type Api, apiOf, codeOf, faultsOf, itemsOf } from '../support/api.ts'
import { signedIn } from '../support/members.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let api: Api
let msp: Msp
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})
beforeEach(async () => {
  msp = await openMsp(stack)
  msp.customer('Acme', { workstations: 1 })
  await msp.save()
})

const nothing = { connections: [], companies: [] }
const rules = { connection: 'cw', board: '1', statusNew: '101', statusClosed: '109' }
/** With what an entry is filled in with. */
const whole = {
  ...rules,
  assignee: null,
  priority: null,
  type: null,
  reopenDays: 3,
  events: {},
  statuses: {},
  health: { on: false, company: null },
}

describe('ticket rules', () => {
  test('before any were saved there are none', async () => {
    expect((await api.get('/api/ticket-rules')).body).toEqual({ ...nothing, ownCompanies: [], problems: [] })
  })

  test('are saved with what is left out filled in, and are in the audit trail', async () => {
    const companyId = msp.setup.mappings[0]?.company.id
    const after = {
      connections: [
        {
          ...rules,
          events: { critical: { on: true } },
          statuses: { scan_overdue: { on: true, delayMinutes: 30, levels: ['warning'] } },
        },
      ],
      companies: [{ company: { connection: 'cw', id: companyId }, off: true }],
    }

    const answer = await api.put('/api/ticket-rules', { before: nothing, after })

    expect(answer).toMatchObject({
      status: 200,
      body: {
        connections: [
          {
            ...whole,
            events: { critical: { on: true, lifetimeDays: 1 } },
            statuses: { scan_overdue: { on: true, delayMinutes: 30, levels: ['warning'] } },
          },
        ],
        companies: [{ company: { connection: 'cw', id: companyId }, off: true }],
        problems: [],
      },
    })
    expect((await api.get('/api/ticket-rules')).body).toEqual(answer.body)
    expect(itemsOf(await api.get('/api/audit?limit=2')).map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['tickets cw', `tickets of company cw/${companyId}`]),
    )
  })

  test('without levels a status is for Critical and Warning devices', async () => {
    const after = { connections: [{ ...rules, statuses: { not_seen: { on: true } } }], companies: [] }

    const { body } = await api.put('/api/ticket-rules', { before: nothing, after })

    expect(body).toMatchObject({
      connections: [{ statuses: { not_seen: { delayMinutes: 0, levels: ['critical', 'warning'] } } }],
    })
  })

  test('that somebody else changed are refused, with theirs', async () => {
    const boss = await signedIn(api, 'boss', 'administrator')
    await api.put(
      '/api/ticket-rules',
      { before: nothing, after: { connections: [rules], companies: [] } },
      boss,
    )

    const answer = await api.put('/api/ticket-rules', {
      before: nothing,
      after: { connections: [{ ...rules, board: '2' }], companies: [] },
    })

    expect(answer.status).toBe(409)
    expect(codeOf(answer)).toBe('edited_meanwhile')
    expect(conflictsOf(answer)).toMatchObject([
      { key: 'tickets', stored: { connections: [whole] }, by: expect.stringContaining('boss') },
    ])
  })

  test('are refused with the place of every fault', async () => {
    const after = {
      connections: [
        { ...rules, connection: 'nobody' },
        { ...rules, connection: 'ksc' },
      ],
      companies: [],
    }

    const answer = await api.put('/api/ticket-rules', { before: nothing, after })

    expect(answer.status).toBe(422)
    expect(faultsOf(answer).map((fault) => fault.split(': ')[0])).toEqual([
      'after.connections[0].connection',
      'after.connections[1].connection',
    ])
  })

  test('in the configuration document they are the same', async () => {
    const { body } = await api.get('/api/config')
    const document = {
      ...Object(body),
      tickets: { connections: [{ ...rules, health: { on: true } }], companies: [] },
    }

    expect((await api.put('/api/config', document)).status).toBe(200)

    expect((await api.get('/api/ticket-rules')).body).toMatchObject({
      connections: [{ ...whole, health: { on: true, company: null } }],
    })
  })
})

test('tickets and what can be chosen for them of a connection that is no PSA are a 422', async () => {
  const answer = await api.get('/api/ticket-choices?connection=ksc&list=board')

  expect(answer.status).toBe(422)
  expect(itemsOf(await api.get('/api/tickets'))).toEqual([])
  expect((await api.get('/api/tickets/none')).status).toBe(404)
  expect((await api.get('/api/tickets?state=odd')).status).toBe(422)
})

const conflictsOf = ({ body }: Answer): unknown => Object(body).error.details.conflicts
