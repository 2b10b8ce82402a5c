import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type Api, apiOf, codeOf, faultsOf, itemsOf, nextCursorOf } from '../support/api.ts'
import { monday, type Msp, openMsp, tuesday } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let api: Api
let msp: Msp
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})
beforeEach(async () => {
  msp = await openMsp(stack, { billByCategory: true })
})

test('use is told by application and category, as of the day that is asked for', async () => {
  const acme = msp.customer('Acme', { workstations: 7, servers: 2, others: 1 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 8, servers: 2 })
  await msp.run({ day: tuesday })

  const then = await api.get(`/api/usage?tenant=${acme.tenant}&day=${monday}`)
  const later = await api.get(`/api/usage?tenant=${acme.tenant}&day=${tuesday}`)

  const use = (category: string, quantity: number) => ({
    application: 'kes-business-advanced',
    category,
    quantity,
    complete: true,
  })
  expect(then.body).toEqual({
    items: [use('other', 1), use('server', 2), use('workstation', 7)],
    nextCursor: null,
  })
  expect(itemsOf(later).filter(({ quantity }) => quantity !== 0)).toEqual([
    use('server', 2),
    use('workstation', 8),
  ])
})

test('a day without a complete read answers with the one before, and says so', async () => {
  const acme = msp.customer('Acme', { workstations: 7 })
  await msp.run({ day: monday })

  const onTuesday = itemsOf(await api.get(`/api/usage?tenant=${acme.tenant}&day=${tuesday}`))
  const today = itemsOf(await api.get(`/api/usage?tenant=${acme.tenant}`))

  const workstations = { category: 'workstation', quantity: 7, complete: false }
  expect(onTuesday).toContainEqual(expect.objectContaining(workstations))
  expect(today).toEqual(onTuesday)
})

test('a tenant that is mapped but was never read has no items', async () => {
  const acme = msp.customer('Acme', { workstations: 7 })
  await msp.save()

  const answer = await api.get(`/api/usage?tenant=${acme.tenant}`)

  expect(answer).toMatchObject({ status: 200, body: { items: [], nextCursor: null } })
})

test('categories come in pages', async () => {
  const acme = msp.customer('Acme', { workstations: 7, servers: 2, others: 1 })
  await msp.run({ day: monday })
  const path = `/api/usage?tenant=${acme.tenant}&day=${monday}&limit=2`

  const first = await api.get(path)
  const second = await api.get(`${path}&cursor=${nextCursorOf(first)}`)

  expect([...itemsOf(first), ...itemsOf(second)].map(({ category }) => category)).toEqual([
    'other',
    'server',
    'workstation',
  ])
})

test('a tenant of nobody is a 404', async () => {
  const answer = await api.get('/api/usage?tenant=ksc/none')

  expect(answer.status).toBe(404)
  expect(codeOf(answer)).toBe('tenant_not_found')
})

test.each([
  ['', 'tenant: missing_field'],
  ['?tenant=acme', 'tenant: malformed_tenant'],
  ['?tenant=ksc/1&day=2026-02-30', 'day: invalid_format'],
])('"%s" is refused with %s', async (query, fault) => {
  const answer = await api.get(`/api/usage${query}`)

  expect(answer.status).toBe(422)
  expect(faultsOf(answer)).toEqual([fault])
})
