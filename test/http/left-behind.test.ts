import { beforeAll, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { type Api, apiOf, codeOf, itemsOf, nextCursorOf } from '../support/api.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { until } from '../support/until.ts'

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

const Document = z.looseObject({
  companies: z.array(z.looseObject({ tenant: z.looseObject({ id: z.string() }), billing: z.boolean() })),
  products: z.array(z.looseObject({ map: z.array(z.looseObject({ all: z.string().nullable() })) })),
})

/** Changes the configuration as a screen does: load, edit, save. */
async function edit(change: (document: z.output<typeof Document>) => void) {
  const document = Document.parse((await api.get('/api/config')).body)
  change(document)
  const saved = await api.put('/api/config', document)
  if (saved.status !== 200) throw new Error(JSON.stringify(saved.body))
}

const billing = (on: boolean) =>
  edit((document) => {
    for (const row of document.companies) row.billing = on
  })

test('turning billing off leaves the line as it is, and lists it with its quantity', async () => {
  const acme = msp.customer('Acme', { workstations: 12 })
  await msp.run()

  await billing(false)

  const { body } = await api.get('/api/left-behind')
  expect(body).toEqual({
    items: [
      {
        id: expect.any(String),
        connection: 'cw',
        agreementId: `${acme.agreementId}`,
        lineId: `${msp.psa.additionsOf(acme.agreementId)[0]?.id}`,
        productId: '500',
        quantity: 12,
        since: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
        reason: 'billing_off',
      },
    ],
    nextCursor: null,
  })
  expect(msp.lines(acme)).toEqual([['KES', 12]])
})

test('the reason tells what is missing: the company or the product', async () => {
  const acme = msp.customer('Acme', { workstations: 1 })
  const bakery = msp.customer('Bakery', { workstations: 2 })
  await msp.run()
  const reasons = async () =>
    itemsOf(await api.get('/api/left-behind')).map(({ quantity, reason }) => [quantity, reason])

  await edit((document) => {
    document.companies = document.companies.filter(({ tenant }) => tenant.id !== acme.server.uid)
  })
  expect(await reasons()).toEqual([[1, 'tenant_not_mapped']])

  await edit((document) => {
    for (const row of document.products[0]?.map ?? []) row.all = null
  })
  expect((await reasons()).sort()).toEqual([
    [1, 'tenant_not_mapped'],
    [2, 'application_not_mapped'],
  ])
  expect(msp.lines(bakery)).toEqual([['KES', 2]])
})

test('a line that is wanted again is left behind no longer', async () => {
  msp.customer('Acme', { workstations: 12 })
  await msp.run()
  await billing(false)

  await billing(true)

  expect(itemsOf(await api.get('/api/left-behind'))).toEqual([])
})

test('ending it sets the line to 0 in the PSA', async () => {
  const acme = msp.customer('Acme', { workstations: 12 })
  await msp.run()
  await billing(false)
  const [left] = itemsOf(await api.get('/api/left-behind'))

  const answer = await api.post(`/api/left-behind/${left?.id}/end`)

  expect(answer).toMatchObject({
    status: 202,
    body: { change: { kind: 'end', from: 12, to: 0, state: 'planned', reason: null } },
  })
  await until('the line is at 0', async () => (msp.lines(acme)[0]?.[1] === 0 ? true : null))
  await until('the list is empty', async () =>
    itemsOf(await api.get('/api/left-behind')).length === 0 ? true : null,
  )
  expect(itemsOf(await api.get('/api/audit?limit=1'))).toMatchObject([
    { who: 'administrator token', before: { quantity: 12 }, after: { quantity: 0 } },
  ])
})

test('ending it twice at once ends it once', async () => {
  msp.customer('Acme', { workstations: 12 })
  await msp.run()
  await billing(false)
  const [left] = itemsOf(await api.get('/api/left-behind'))

  const answers = await Promise.all([1, 2, 3].map(() => api.post(`/api/left-behind/${left?.id}/end`)))

  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409])
  expect(itemsOf(await api.get('/api/changes')).filter(({ kind }) => kind === 'end')).toHaveLength(1)
})

test('a line that is wanted is not ended', async () => {
  const acme = msp.customer('Acme', { workstations: 12 })
  await msp.run()
  await billing(false)
  const [left] = itemsOf(await api.get('/api/left-behind'))
  await billing(true)

  const answer = await api.post(`/api/left-behind/${left?.id}/end`)

  expect(answer.status).toBe(409)
  expect(codeOf(answer)).toBe('not_left_behind')
  expect(msp.lines(acme)).toEqual([['KES', 12]])
})

test('a line of nobody is a 404', async () => {
  const answer = await api.post('/api/left-behind/none/end')

  expect(answer.status).toBe(404)
  expect(codeOf(answer)).toBe('line_not_found')
})

test('what was held for a line that is unmapped is taken back at once', async () => {
  const acme = msp.customer('Acme', { workstations: 90 })
  await msp.run()
  acme.uses({ workstations: 10 })
  await msp.run()
  expect(itemsOf(await api.get('/api/changes?state=held'))).toHaveLength(1)

  await billing(false)

  expect(itemsOf(await api.get('/api/changes?state=held'))).toEqual([])
  expect(itemsOf(await api.get('/api/left-behind'))).toMatchObject([{ quantity: 90, reason: 'billing_off' }])
})

test('three come in pages of two', async () => {
  for (const name of ['a', 'b', 'c']) msp.customer(name, { workstations: 1 })
  await msp.run()
  await billing(false)

  const first = await api.get('/api/left-behind?limit=2')
  const second = await api.get(`/api/left-behind?limit=2&cursor=${nextCursorOf(first)}`)

  const ids = [...itemsOf(first), ...itemsOf(second)].map(({ id }) => id)
  expect(new Set(ids).size).toBe(3)
  expect(nextCursorOf(second)).toBeNull()
})
