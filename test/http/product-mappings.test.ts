import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
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
})

const List = z.strictObject({
  connection: z.string(),
  billByCategory: z.boolean(),
  applications: z.array(
    z.strictObject({
      key: z.string(),
      name: z.string(),
      unit: z.string(),
      units: z.array(z.string()),
      split: z.boolean(),
      inUse: z.number(),
      unbilled: z.boolean(),
      products: z.record(z.enum(['all', 'workstation', 'server', 'other']), z.string().nullable()),
      names: z.record(z.string(), z.string()),
    }),
  ),
})

async function listed() {
  return List.parse((await api.get('/api/product-mappings?connection=cw')).body)
}

async function found(key: string) {
  return (await listed()).applications.find((one) => one.key === key)
}

const none = { all: null, workstation: null, server: null, other: null }
const stored = { all: '500', workstation: '501', server: '502', other: '503' }
const [advanced, select] = ['kes-business-advanced', 'kes-business-select']

const save = (edits: object, more = {}) =>
  api.put('/api/product-mappings', { connection: 'cw', ...edits }, more)

function conflictsOf({ body }: Answer): unknown {
  return Object(body).error.details.conflicts
}

describe('the list', () => {
  test('has the whole catalogue, what is in use first, most licences first', async () => {
    const acme = msp.customer('Acme', { workstations: 5, servers: 1 })
    acme.uses({ workstations: 9 }, select)
    msp.customer('Bakery', { workstations: 2 })
    await msp.run()

    const { connection, billByCategory, applications } = await listed()

    expect([connection, billByCategory]).toEqual(['cw', false])
    expect(applications.map(({ key, inUse, unbilled }) => [key, inUse, unbilled]).slice(0, 3)).toEqual([
      [select, 9, true],
      [advanced, 8, false],
      [expect.any(String), 0, false],
    ])
    expect(applications.find(({ key }) => key === 'office-365')).toEqual({
      key: 'office-365',
      name: 'Kaspersky Security for Microsoft Office 365',
      unit: 'mailbox',
      units: [],
      split: false,
      inUse: 0,
      unbilled: false,
      products: none,
      names: {},
    })
  })

  test('has what is no application of the catalogue, as it was found', async () => {
    msp.customer('Acme', {}).uses({ workstations: 4 }, 'Kaspersky Brand New Thing')
    await msp.run()

    expect((await listed()).applications[0]).toMatchObject({
      key: 'kaspersky-brand-new-thing',
      name: 'Kaspersky Brand New Thing',
      inUse: 4,
      unbilled: true,
    })
  })

  test('is unbilled by category while one of three products is missing', async () => {
    msp.customer('Acme', { workstations: 5 })
    await msp.run()
    expect(await found(advanced)).toMatchObject({ unbilled: false, products: stored })

    await save({
      billByCategory: { before: false, after: true },
      rows: [{ application: advanced, before: stored, after: { ...stored, other: null } }],
    })

    expect(await found(advanced)).toMatchObject({ unbilled: true, products: { ...stored, other: null } })
  })

  test('names products once a run or a person has seen them', async () => {
    await msp.save()
    expect((await found(advanced))?.names).toEqual({})

    await api.get('/api/products?connection=cw&search=KES%20server')

    expect((await found(advanced))?.names).toEqual({ 502: expect.stringContaining('KES server') })
  })

  test('use of a tenant that was taken out of the bill does not count', async () => {
    msp.customer('Acme', { workstations: 5 })
    const gone = msp.customer('Gone', { workstations: 3 })
    await msp.run()
    gone.server.enabled = false
    await msp.run({ day: '2026-03-03' })
    expect(await found(advanced)).toMatchObject({ inUse: 8 })

    await msp.approve((await msp.held()).find(({ reason }) => reason === 'tenant_gone'))

    expect(await found(advanced)).toMatchObject({ inUse: 5 })
  })

  test('of a connection that does not bill is refused', async () => {
    await msp.save()

    const answer = await api.get('/api/product-mappings?connection=ksc')

    expect(faultsOf(answer)).toEqual(['connection: connection_does_not_bill'])
  })
})

describe('saving', () => {
  test('writes just what changed, and turning the switch loses no product of either mode', async () => {
    await msp.save()
    const anna = await signedIn(api, 'anna', 'technician')

    const answer = await save(
      {
        billByCategory: { before: false, after: true },
        rows: [
          { application: advanced, before: stored, after: stored },
          { application: select, before: none, after: { ...none, all: '500' } },
        ],
      },
      anna,
    )

    expect(answer).toMatchObject({ status: 200, body: { changes: 2 } })
    expect(Object((await api.get('/api/config')).body).products).toEqual([
      {
        connection: 'cw',
        billByCategory: true,
        map: [
          { application: advanced, ...stored },
          { application: select, ...none, all: '500' },
        ],
      },
    ])
    expect(itemsOf(await api.get('/api/audit?limit=2'))).toMatchObject([
      { who: 'anna (cw)', subject: `product cw/${select}`, before: null, after: { all: '500' } },
      { who: 'anna (cw)', subject: 'billByCategory cw', before: false, after: true },
    ])
  })

  test('a row without products takes the mapping away', async () => {
    await msp.save()

    const answer = await save({ rows: [{ application: advanced, before: stored, after: none }] })

    expect(answer.body).toEqual({ changes: 1 })
    expect(Object((await api.get('/api/config')).body).products[0].map).toEqual([])
  })

  test('two people who edit different applications at once both succeed', async () => {
    await msp.save()
    const row = (application: string) => ({ application, before: none, after: { ...none, all: '500' } })

    const answers = await Promise.all([
      save({ rows: [row(select)] }),
      save({ rows: [row('edr-optimum')] }),
      save({ billByCategory: { before: false, after: true }, rows: [] }),
    ])

    expect(answers.map(({ body }) => body)).toEqual([{ changes: 1 }, { changes: 1 }, { changes: 1 }])
    expect(await listed()).toMatchObject({ billByCategory: true })
    expect(await found('edr-optimum')).toMatchObject({ products: { all: '500' } })
  })

  test('what somebody else changed meanwhile is refused with what is stored, and nothing is saved', async () => {
    await msp.save()
    const anna = await signedIn(api, 'anna', 'technician')
    await save(
      {
        billByCategory: { before: false, after: true },
        rows: [{ application: advanced, before: stored, after: { ...stored, all: '503' } }],
      },
      anna,
    )

    const answer = await save({
      billByCategory: { before: false, after: true },
      rows: [
        { application: advanced, before: stored, after: { ...stored, all: '501' } },
        { application: select, before: none, after: { ...none, all: '500' } },
      ],
    })

    expect([answer.status, codeOf(answer)]).toEqual([409, 'edited_meanwhile'])
    const [by, at] = ['anna (cw)', expect.any(String)]
    expect(conflictsOf(answer)).toEqual([{ key: advanced, stored: { ...stored, all: '503' }, by, at }])
    expect(await found(select)).toMatchObject({ products: none })
  })

  test('the same save once more, as when an answer was lost, is no conflict and changes nothing', async () => {
    await msp.save()
    const edits = {
      billByCategory: { before: false, after: true },
      rows: [{ application: advanced, before: stored, after: { ...stored, all: '503' } }],
    }

    const answers = [await save(edits), await save(edits)]

    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, { changes: 2 }],
      [200, { changes: 0 }],
    ])
  })

  test('three products for an application that is not split are refused with their path', async () => {
    await msp.save()

    const answer = await save({
      rows: [
        { application: select, before: none, after: { ...none, all: '500' } },
        { application: 'office-365', before: none, after: { ...none, server: '502' } },
        { application: select, before: none, after: none },
      ],
    })

    expect(answer.status).toBe(422)
    expect(faultsOf(answer).sort()).toEqual([
      'rows[1].after.server: application_not_split',
      'rows[2].application: duplicate_application',
    ])
    expect(await found(select)).toMatchObject({ products: none })
  })

  test('a viewer reads and does not save', async () => {
    await msp.save()
    const viewer = await signedIn(api, 'vera', 'viewer')

    expect((await api.get('/api/product-mappings?connection=cw', viewer)).status).toBe(200)
    expect((await save({ rows: [] }, viewer)).status).toBe(403)
  })

  test('lines of a product that is mapped no longer are left behind, and what was held for them is taken back', async () => {
    const acme = msp.customer('Acme', { workstations: 90 })
    await msp.run()
    acme.uses({ workstations: 10 })
    await msp.run()
    expect(await msp.held()).toHaveLength(1)

    await save({ rows: [{ application: advanced, before: stored, after: none }] })

    expect(await msp.held()).toEqual([])
    expect(itemsOf(await api.get('/api/left-behind'))).toMatchObject([
      { quantity: 90, reason: 'application_not_mapped' },
    ])
    expect(msp.lines(acme)).toEqual([['KES', 90]])
  })
})
