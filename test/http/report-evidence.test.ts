import { beforeAll, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { itemsOf } from '../support/api.ts'
import { monday, type Msp, openMsp, tuesday } from '../support/msp.ts'
import { dayAgo, withHub } from '../support/reports.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let msp: Msp
let hub: ReturnType<typeof withHub>
let anna: ReturnType<ReturnType<typeof withHub>['workspace']>
beforeAll(async () => {
  stack = await startStack()
})
beforeEach(async () => {
  msp = await openMsp(stack)
  hub = withHub(msp)
  anna = hub.workspace('anna')
})

const Evidence = z.looseObject({
  quantity: z.number(),
  units: z.array(z.string()),
  counted: z.array(z.looseObject({ name: z.string() })),
  leftOut: z.array(z.looseObject({ name: z.string(), reason: z.string() })),
  sources: z.array(z.looseObject({})),
})

const pathOf = (product: number, more = '') =>
  `/api/evidence${more === '' ? '' : '/compare'}?connection=cw&agreement=${anna.agreementId}&product=${product}${more}`

async function evidence(product: number) {
  return Evidence.parse((await msp.api.get(pathOf(product))).body)
}

test('a number that a report states names the report and its day', async () => {
  await hub.report([['anna', 'office-365', 'mailbox', 40]], { asOf: dayAgo(1), fileName: 'november.csv' })
  await msp.run()

  const found = await evidence(hub.products.mail)

  expect(found).toMatchObject({ quantity: 40, units: ['mailbox'] })
  expect(found.counted).toEqual([
    {
      id: expect.any(String),
      name: `Licence report of ${dayAgo(1)}: 40 mailboxes`,
      application: 'office-365',
      category: 'all',
      tenant: 'hub/anna',
      since: monday,
      quantity: 40,
      stated: { asOf: dayAgo(1), origin: 'upload', unit: 'mailbox' },
    },
  ])
  expect(found.sources).toEqual([
    {
      tenant: 'hub/anna',
      application: 'office-365',
      category: 'all',
      quantity: 40,
      unit: 'mailbox',
      basis: null,
      report: { id: expect.any(String), asOf: dayAgo(1), origin: 'upload', fileName: 'november.csv' },
    },
  ])
  const csv = await msp.api.get(pathOf(hub.products.mail), { headers: { accept: 'text/csv' } })
  expect(csv.body).toContain(`Licence report of ${dayAgo(1)}: 40 mailboxes,hub/anna,office-365,all,true,`)
})

test('computed users keep the devices that they were computed from, also where the number stays the same', async () => {
  await hub.report([['anna', 'kes-cloud', 'device', '', [10, 0, 32]]], { asOf: dayAgo(1) })
  await msp.run({ day: monday })
  await hub.report([['anna', 'kes-cloud', 'device', '', [16, 0, 4]]])
  await msp.run({ day: tuesday })

  const before = await msp.api.get(`${pathOf(hub.products.cloud)}&day=${monday}`)
  const now = await evidence(hub.products.cloud)

  expect(Evidence.parse(before.body).sources).toMatchObject([
    { quantity: 16, unit: 'user', basis: { workstations: 10, servers: 0, other: 32 } },
  ])
  expect(now.sources).toMatchObject([
    { quantity: 16, unit: 'user', basis: { workstations: 16, servers: 0, other: 4 } },
  ])
})

test('licences that do not count are kept with their reason', async () => {
  const columns = [
    'company_id,company,application,quantity,licence_type,licence_status',
    'anna,ANNA,kes-cloud,25,Commercial,Active',
    'anna,ANNA,Kaspersky Endpoint Security Cloud Trial,10,Trial,Active',
    'anna,ANNA,kes-cloud,30,Commercial,Expired',
  ]
  const answer = await hub.put(columns.join('\n'))
  await msp.run()

  const found = await evidence(hub.products.cloud)

  expect(answer.status).toBe(200)
  expect(msp.lines(anna.agreementId)).toEqual([['KES-CLOUD', 25]])
  expect(found.leftOut.map(({ name, reason }) => [name, reason]).toSorted()).toEqual([
    ['Kaspersky Endpoint Security Cloud Trial: 10', 'trial'],
    ['kes-cloud: 30', 'expired'],
  ])
})

test('a newer report that states the same is no change, and one that states more is', async () => {
  await hub.report([['anna', 'kes-cloud', 'user', 25]], { asOf: dayAgo(2) })
  await msp.run({ day: monday })
  await hub.report([['anna', 'kes-cloud', 'user', 25]], { asOf: dayAgo(1) })
  await msp.run({ day: tuesday })
  const same = await msp.api.get(pathOf(hub.products.cloud, `&from=${monday}`))
  await hub.report([['anna', 'kes-cloud', 'user', 28]])
  await msp.run({ day: tuesday })
  const more = await msp.api.get(pathOf(hub.products.cloud, `&from=${monday}`))

  expect(same.body).toMatchObject({ added: [], removed: [] })
  expect(more.body).toMatchObject({
    from: { quantity: 25, units: ['user'] },
    to: { quantity: 28, units: ['user'] },
    added: [{ name: `Licence report of ${dayAgo(0)}: 28 users` }],
    removed: [{ name: `Licence report of ${dayAgo(2)}: 25 users` }],
  })
})

test('what a line counts is told with it: users and old device licences are told apart', async () => {
  const ben = hub.workspace('ben')
  await hub.report([
    ['anna', 'kes-cloud', 'user', 25],
    ['ben', 'kes-cloud', 'device', 9],
  ])
  await msp.run()

  const linesOf = async (companyId: number) => {
    const { lines } = z
      .object({ lines: z.array(z.looseObject({ names: z.looseObject({ units: z.array(z.string()) }) })) })
      .parse((await msp.api.get(`/api/bills/cw/${companyId}`)).body)
    return lines.map(({ names }) => names.units)
  }

  expect(await linesOf(anna.companyId)).toEqual([['user']])
  expect(await linesOf(ben.companyId)).toEqual([['device']])
})

test('use that nobody pays for says what it counts', async () => {
  await hub.report([
    ['anna', 'kes-cloud', 'user', 25],
    ['zoe', 'office-365', 'mailbox', 7],
  ])
  await msp.run()

  const leaks = itemsOf(await msp.api.get('/api/leaks'))

  expect(leaks).toMatchObject([
    { tenant: 'hub/zoe', quantity: 7, reason: 'tenant_not_mapped', names: { units: ['mailbox'] } },
  ])
})

const unitsOf = (items: unknown[]) =>
  z
    .array(z.looseObject({ names: z.looseObject({ units: z.array(z.string()) }) }))
    .parse(items)
    .map(({ names }) => names.units)

test('a line that adds up devices of a virtual server and old device licences of a workspace counts devices alone', async () => {
  const ben = msp.customer('Ben', { workstations: 4 })
  hub.workspace('ben', ben)
  for (const row of msp.setup.map) if (row.application === 'kes-cloud') row.all = '500'
  await hub.report([['ben', 'kes-cloud', 'device', 9]])

  await msp.run()

  const changes = itemsOf(await msp.api.get('/api/changes?expand=names'))
  expect(changes).toMatchObject([{ to: 13, applications: ['kes-business-advanced', 'kes-cloud'] }])
  expect(unitsOf(changes)).toEqual([['device']])
})

test('an application says what its licences in use count, and both where users and old device licences are added up', async () => {
  const shown = async () => {
    const Found = z.looseObject({
      applications: z.array(z.looseObject({ key: z.string(), units: z.array(z.string()) })),
    })
    const [products, history] = await Promise.all([
      msp.api.get('/api/product-mappings?connection=cw'),
      msp.api.get('/api/history'),
    ])
    return [products, history].map(
      ({ body }) => Found.parse(body).applications.find(({ key }) => key === 'kes-cloud')?.units,
    )
  }

  await hub.report([['anna', 'kes-cloud', 'device', 9]], { asOf: dayAgo(1) })
  await msp.run()
  const old = await shown()
  await hub.report([
    ['anna', 'kes-cloud', 'device', 9],
    ['ben', 'kes-cloud', 'user', 25],
  ])
  await msp.run()

  expect(old).toEqual([['device'], ['device']])
  expect(await shown()).toEqual([
    ['device', 'user'],
    ['device', 'user'],
  ])
})

test('a line that is left behind still says what it counts', async () => {
  await hub.report([['anna', 'office-365', 'mailbox', 40]])
  await msp.run()
  for (const mapping of msp.setup.mappings) mapping.billing = false
  await msp.save()

  const left = itemsOf(await msp.api.get('/api/left-behind?expand=names'))

  expect(left).toMatchObject([{ quantity: 40, reason: 'billing_off' }])
  expect(unitsOf(left)).toEqual([['mailbox']])
})

test('a number that somebody changed in the PSA, and one that nobody uses any more, say what they count', async () => {
  await hub.report([['anna', 'office-365', 'mailbox', 40]], { asOf: dayAgo(1) })
  await msp.run({ day: monday })
  const [line] = msp.psa.additionsOf(anna.agreementId)
  msp.psa.editAdditionByHand(anna.agreementId, line?.id ?? 0, { quantity: 45 })
  await hub.report([['anna', 'office-365', 'mailbox', 41]])
  await msp.run({ day: tuesday })

  const drift = itemsOf(await msp.api.get('/api/drift'))

  expect(drift).toMatchObject([{ written: 40, found: 45, wanted: 41 }])
  expect(unitsOf(drift)).toEqual([['mailbox']])

  await msp.api.post(`/api/changes/${Object(drift[0]).id}/dismiss`, {})
  expect(unitsOf(itemsOf(await msp.api.get('/api/dismissed')))).toEqual([['mailbox']])
})
