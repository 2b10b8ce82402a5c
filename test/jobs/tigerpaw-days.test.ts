import { beforeAll, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { itemsOf } from '../support/api.ts'
import { openSideMsp } from '../support/sides/msp.ts'
import { tigerpawSide } from '../support/sides/tigerpaw.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { itemOf } from '../vendors/tigerpaw/store.ts'
import { patience } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})

async function openMsp() {
  const side = tigerpawSide(stack.tp)
  return { side, msp: await openSideMsp(stack, side) }
}

test('nothing is written before the test write succeeded, and all that waited for it is billed in the next run', async () => {
  const { side, msp } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 90, servers: 10 })
  await msp.save()

  const untested = await msp.api.runNow()

  expect(side.writes()).toBe(0)
  expect(untested).toMatchObject({
    state: 'done_with_problems',
    counts: { created: 0, held: 2 },
    problems: [{ code: 'test_write_needed' }],
  })
  const held = itemsOf(await msp.api.get('/api/changes?state=held'))
  expect(held.map(({ reason }) => reason)).toEqual(['write_not_confirmed', 'write_not_confirmed'])
  expect((await msp.api.post(`/api/changes/${held[0]?.id}/approve`, {})).status).toBe(409)

  expect(await msp.run()).toMatchObject({ state: 'done', counts: { created: 2 } })
  expect(side.billed(acme.agreementId)).toEqual([
    ['Server', 10],
    ['Workstation', 90],
  ])
})

test('a connection whose options or address changed needs another test write, one whose name changed does not', async () => {
  const { side, msp } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 9 })
  await msp.run()
  acme.uses({ workstations: 10 })
  msp.setup.name = 'Our Tigerpaw'
  await msp.save()
  await msp.api.runNow()
  expect(side.billed(acme.agreementId)).toEqual([['Workstation', 10]])
  acme.uses({ workstations: 11 })
  msp.setup.options = { externalProduct: String(side.account.externalProduct.id) }
  await msp.save()

  const run = await msp.api.runNow()

  expect(side.billed(acme.agreementId)).toEqual([['Workstation', 10]])
  expect(run).toMatchObject({ problems: [{ code: 'test_write_needed' }], counts: { held: 1 } })
})

test('a test write that Tigerpaw takes for something else opens nothing, and leaves nothing behind', async () => {
  const { side, msp } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 9 })
  await msp.save()
  side.account.options.dialect = 'other'

  const { status, body } = await msp.api.post('/api/connections/psa/test-write', {
    agreementId: acme.agreementId,
    productId: msp.products.workstation,
  })

  expect(status).toBe(200)
  expect(Tested.parse(body)).toMatchObject({ ok: false, problems: [{ code: 'write_refused' }] })
  await msp.api.runNow()
  expect(side.account.chargesOf(Number(acme.agreementId))).toEqual([])
})

test('charges are priced by the level of their account, and a new level waits for approval', async () => {
  const { side, msp } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 9 })
  await msp.run()
  const premium = side.account.addPriceLevel({ description: 'Premium' }).id
  itemOf(side.account.store, 'Workstation')?.prices.set(Number(premium), 4.5)
  acme.mapping.priceLevelId = `${premium}`

  await msp.run()

  const chargesOf = () => side.account.chargesOf(Number(acme.agreementId))
  expect(chargesOf()).toMatchObject([{ quantity: 9, priceLevel: Number(side.level), price: 3 }])
  const [held] = itemsOf(await msp.api.get('/api/changes?state=held'))
  expect(held).toMatchObject({ reason: 'price_level_changed', from: 9, to: 9 })

  await msp.approve(String(held?.id))

  expect(chargesOf()).toMatchObject([{ quantity: 9, priceLevel: Number(premium), price: 4.5 }])
  expect(await msp.run()).toMatchObject({ state: 'done', counts: { unchanged: 1 } })
})

test('price levels have their names on the screens, whoever chose them', async () => {
  const { msp } = await openMsp()
  msp.customer('Acme', { workstations: 9 })
  await msp.run()

  expect(await msp.api.get('/api/mappings')).toMatchObject({
    body: { items: [{ names: { priceLevel: 'Managed' } }] },
  })
})

test('an account that is not linked to the External Product is held until it is', async () => {
  const { side, msp } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 9 })
  const other = msp.customer('Other', { workstations: 4 })
  await msp.prepare()
  side.account.unlink(Number(acme.companyId))

  await msp.run()

  expect(side.billed(other.agreementId)).toEqual([['Workstation', 4]])
  expect(side.billed(acme.agreementId)).toEqual([])
  expect(itemsOf(await msp.api.get('/api/changes?state=held'))).toMatchObject([
    { reason: 'external_product_not_linked', to: 9 },
  ])
})

test('an agreement that is open on somebody’s screen fails in words, and is billed in the next run', async () => {
  const { side, msp } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 9 })
  await msp.prepare()
  side.account.lock(Number(acme.agreementId), 'Rita Rep')

  const locked = await msp.run()

  expect(locked).toMatchObject({ state: 'done_with_problems', problems: [{ code: 'write_refused' }] })
  expect(JSON.stringify(locked.problems)).toContain('Rita Rep')
  side.account.unlock(Number(acme.agreementId))
  await msp.run()
  expect(side.billed(acme.agreementId)).toEqual([['Workstation', 9]])
})

test('what Tigerpaw accepted but does not show is held, and never written over', async () => {
  const { side, msp } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 9 })
  await msp.run()
  acme.uses({ workstations: 11 })
  side.account.options.forgetsUpdates = true

  await msp.run()

  expect(side.billed(acme.agreementId)).toEqual([['Workstation', 9]])
  const [held] = itemsOf(await msp.api.get('/api/changes?state=held'))
  expect(held).toMatchObject({ reason: 'write_not_confirmed', from: 9, to: 11 })
})

const Tested = z.object({
  ok: z.boolean(),
  problems: z.array(z.object({ code: z.string(), message: z.string() })),
})
