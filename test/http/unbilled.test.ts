import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type Api, apiOf, itemsOf, nextCursorOf } from '../support/api.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { devices } from '../vendors/ksc/devices.ts'
import { keyType } from '../vendors/ksc/key.ts'

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

const application = 'kes-business-advanced'

async function unbilled(): Promise<unknown[]> {
  return itemsOf(await api.get('/api/unbilled'))
}

test('use that is billed is not listed', async () => {
  msp.customer('Acme', { workstations: 4 })

  await msp.run()

  expect(await unbilled()).toEqual([])
})

test('each reason is told with its quantity', async () => {
  const unmapped = msp.customer('Unmapped', { workstations: 4 }, { mapped: false })
  const off = msp.customer('Off', { workstations: 3 })
  off.mapping.billing = false
  const select = msp.customer('Select', { workstations: 2 })
  select.uses({ workstations: 5 }, 'kes-business-select')
  const mail = msp.customer('Mail', { workstations: 1 })
  mail.server
    .addKey({
      product: 'Kaspersky Security for Mail Server',
      type: keyType.commercial,
      limitDate: '2099-12-31',
    })
    .use(mail.server.addHosts(6, devices.server))

  await msp.run()

  const found = await unbilled()
  expect(found).toHaveLength(4)
  expect(found).toEqual(
    expect.arrayContaining([
      { tenant: unmapped.tenant, application, quantity: 4, reason: 'tenant_not_mapped' },
      { tenant: off.tenant, application, quantity: 3, reason: 'billing_off' },
      {
        tenant: select.tenant,
        application: 'kes-business-select',
        quantity: 5,
        reason: 'application_not_mapped',
      },
      { tenant: mail.tenant, application: 'mail-server', quantity: 6, reason: 'unit_not_countable' },
    ]),
  )
})

test('a category without a product is listed with just its own devices', async () => {
  msp.setup.billByCategory = true
  for (const row of msp.setup.map) row.server = null
  const acme = msp.customer('Acme', { workstations: 4, servers: 3, others: 2 })

  await msp.run()

  expect(await unbilled()).toEqual([
    { tenant: acme.tenant, application, quantity: 3, reason: 'application_not_mapped' },
  ])
})

test('a new line that is held is listed with the reason, and no more once it is approved', async () => {
  msp.setup.approval = 'everything'
  const acme = msp.customer('Acme', { workstations: 4 })
  await msp.run()
  expect(await unbilled()).toEqual([
    { tenant: acme.tenant, application, quantity: 4, reason: 'needs_approval' },
  ])

  const [held] = await msp.held()
  await msp.approve(held)

  expect(await unbilled()).toEqual([])
})

test('when an agreement ends, what its line should bill is listed', async () => {
  const acme = msp.customer('Acme', { workstations: 4 })
  await msp.run()
  msp.psa.editByHand('agreement', acme.agreementId, { cancelledFlag: true, agreementStatus: 'Cancelled' })
  acme.uses({ workstations: 6 })

  await msp.run()

  expect(await unbilled()).toEqual([
    { tenant: acme.tenant, application, quantity: 6, reason: expect.stringMatching(/^agreement_/) },
  ])
})

test('nothing is used in a tenant that nobody mapped and that is switched off', async () => {
  const old = msp.customer('Old', { workstations: 4 }, { mapped: false })
  await msp.run()
  expect(await unbilled()).toHaveLength(1)

  old.server.enabled = false
  await msp.run()

  expect(await unbilled()).toEqual([])
})

test('five come in pages of two without a gap or a repeat', async () => {
  const quantities = [1, 2, 3, 4, 5]
  for (const quantity of quantities)
    msp.customer(`${quantity}`, { workstations: quantity }, { mapped: false })
  await msp.run()

  const found: unknown[] = []
  const sizes: number[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await api.get(`/api/unbilled?limit=2&cursor=${cursor}`)
    sizes.push(itemsOf(answer).length)
    found.push(...itemsOf(answer).map(({ quantity }) => quantity))
    cursor = nextCursorOf(answer)
  }

  expect(sizes).toEqual([2, 2, 1])
  expect(found.sort()).toEqual(quantities)
})
