import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type Api, apiOf, codeOf, faultsOf, itemsOf, nextCursorOf } from '../support/api.ts'
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

/** A customer whose line of 90 would fall to 10 and is held for it. */
async function fallen() {
  const acme = msp.customer('Acme', { workstations: 90 })
  await msp.run()
  acme.uses({ workstations: 10 })
  await msp.run()
  const [held] = itemsOf(await api.get('/api/changes?state=held'))
  return { acme, id: `${held?.id}`, held }
}

async function settled(id: string, state: string) {
  return until(`change ${id} is ${state}`, async () => {
    const change = await msp.deps.changes.get(id)
    return change?.state === state ? change : null
  })
}

test('an approved change is written, and the trail tells by whom', async () => {
  const { acme, id, held } = await fallen()

  const answer = await api.post(`/api/changes/${id}/approve`)

  expect(held).toMatchObject({ from: 90, to: 10, reason: 'fell_sharply' })
  expect(answer).toMatchObject({ status: 202, body: { change: { id, state: 'planned', from: 90, to: 10 } } })
  await settled(id, 'verified')
  expect(msp.lines(acme)).toEqual([['KES', 10]])
  expect(itemsOf(await api.get('/api/audit?limit=1'))).toMatchObject([
    {
      who: 'administrator token',
      subject: `change ${id}`,
      before: { state: 'held', reason: 'fell_sharply' },
      after: { state: 'approved', from: 90, to: 10 },
    },
  ])
})

test('approving or dismissing a second time is a 409', async () => {
  const { id } = await fallen()
  await api.post(`/api/changes/${id}/approve`)
  await settled(id, 'verified')

  for (const decision of ['approve', 'dismiss']) {
    const again = await api.post(`/api/changes/${id}/${decision}`)
    expect(again.status).toBe(409)
    expect(codeOf(again)).toBe('not_held')
  }
})

test('a dismissed change keeps the bill, stays listed, and is not proposed again', async () => {
  const { acme, id } = await fallen()

  const answer = await api.post(`/api/changes/${id}/dismiss`)
  const next = await msp.run()

  expect(answer).toMatchObject({ status: 202, body: { change: { id, state: 'dismissed' } } })
  expect(msp.lines(acme)).toEqual([['KES', 90]])
  expect(next.told).toEqual([])
  expect(itemsOf(await api.get('/api/changes?state=dismissed')).map((change) => change.id)).toEqual([id])
  expect(itemsOf(await api.get('/api/audit?limit=1'))).toMatchObject([{ after: { state: 'dismissed' } }])
})

test('a hold that only mending ends is neither approved nor dismissed', async () => {
  const acme = msp.customer('Acme', { workstations: 5 })
  msp.psa.editByHand('agreement', acme.agreementId, { cancelledFlag: true, agreementStatus: 'Cancelled' })
  await msp.run()
  const [held] = itemsOf(await api.get('/api/changes?state=held'))

  for (const decision of ['approve', 'dismiss']) {
    const answer = await api.post(`/api/changes/${held?.id}/${decision}`)
    expect(answer.status).toBe(409)
    expect(codeOf(answer)).toBe('structural_hold')
  }
  expect(held?.reason).toMatch(/^agreement_/)
})

test('a change of a dry run is neither approved nor dismissed', async () => {
  const acme = msp.customer('Acme', { workstations: 90 })
  await msp.run()
  acme.uses({ workstations: 10 })
  const dry = await msp.run({ dryRun: true })
  const [held] = itemsOf(await api.get(`/api/runs/${dry.id}/changes?state=held`))

  for (const decision of ['approve', 'dismiss']) {
    const answer = await api.post(`/api/changes/${held?.id}/${decision}`)
    expect(answer.status).toBe(409)
    expect(codeOf(answer)).toBe('dry_run')
  }
})

test('of two open lines a person names the one to bill', async () => {
  const acme = msp.customer('Acme', { workstations: 5 })
  const add = (quantity: number) =>
    msp.psa.addAddition({ agreement: acme.agreementId, product: 500, quantity }).id
  const [one, two] = [add(1), add(2)]
  const other = msp.psa.addAddition({ agreement: acme.agreementId, product: 502, quantity: 3 }).id
  await msp.run()
  const [held] = itemsOf(await api.get('/api/changes?state=held'))
  const approve = (body: unknown) => api.post(`/api/changes/${held?.id}/approve`, body)

  expect(held?.reason).toBe('duplicate_lines')
  expect(faultsOf(await approve({}))).toEqual(['lineId: missing_field'])
  expect(faultsOf(await approve({ lineId: `${other}` }))).toEqual(['lineId: unknown_line'])

  const answer = await approve({ lineId: `${two}` })

  expect(answer).toMatchObject({ status: 202, body: { change: { lineId: `${two}`, from: 2, to: 5 } } })
  await settled(`${held?.id}`, 'verified')
  const quantities = new Map(msp.psa.additionsOf(acme.agreementId).map((line) => [line.id, line.quantity]))
  expect([one, two, other].map((id) => quantities.get(id))).toEqual([1, 5, 3])
})

test('where there is nothing to choose, a line is not taken', async () => {
  const { id } = await fallen()

  const answer = await api.post(`/api/changes/${id}/approve`, { lineId: '1' })

  expect(answer.status).toBe(422)
  expect(faultsOf(answer)).toEqual(['lineId: no_choice'])
})

test('changes are filtered by connection and company, and paged', async () => {
  const [acme, bakery] = ['Acme', 'Bakery'].map((name) => msp.customer(name, { workstations: 3 }))
  await msp.run()

  const ofBakery = itemsOf(await api.get(`/api/changes?connection=cw&company=${bakery?.companyId}`))
  const first = await api.get('/api/changes?limit=1')
  const second = await api.get(`/api/changes?limit=1&cursor=${nextCursorOf(first)}`)

  expect(ofBakery.map(({ companyId }) => companyId)).toEqual([`${bakery?.companyId}`])
  const companies = [...itemsOf(first), ...itemsOf(second)].map(({ companyId }) => companyId)
  expect(companies.sort()).toEqual([`${acme?.companyId}`, `${bakery?.companyId}`].sort())
  expect(nextCursorOf(second)).toBeNull()
  expect(itemsOf(await api.get('/api/changes?connection=nobody'))).toEqual([])
})

test.each(['approve', 'dismiss'])('to %s a change that does not exist is a 404', async (decision) => {
  const answer = await api.post(`/api/changes/none/${decision}`)

  expect(answer.status).toBe(404)
  expect(codeOf(answer)).toBe('change_not_found')
})
