import { beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { addDays, utcDay } from '../../worker/domain/day.ts'
import { type Api, apiOf, codeOf } from '../support/api.ts'
import { type Customer, monday, type Msp, openMsp, tuesday, wednesday } from '../support/msp.ts'
import { sharedStack } from '../support/shared-stack.ts'

const stack = sharedStack()
let api: Api
let msp: Msp
beforeEach(async () => {
  api = apiOf(stack())
  msp = await openMsp(stack())
})

const Bill = z.strictObject({
  company: z.strictObject({ connection: z.string(), id: z.string(), name: z.string().nullable() }),
  tenants: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      kind: z.string(),
      gone: z.boolean(),
      mapping: z.looseObject({ billing: z.boolean(), agreementId: z.string().nullable() }),
      agreementName: z.string().nullable(),
      priceLevelName: z.string().nullable(),
      readAt: z.string().nullable(),
    }),
  ),
  lines: z.array(
    z.looseObject({
      productId: z.string(),
      billed: z.number().nullable(),
      inUse: z.number(),
      countedOn: z.string().nullable(),
      trend: z.array(z.strictObject({ day: z.string(), billed: z.number() })),
      change: z.looseObject({ id: z.string(), state: z.string(), reason: z.string().nullable() }).nullable(),
      leftBehind: z.boolean(),
    }),
  ),
})

async function bill({ companyId }: { companyId: number }) {
  const answer = await api.get(`/api/bills/cw/${companyId}`)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return Bill.parse(answer.body)
}

/** Each line as `product: billed, in use`. */
async function numbers(of: Customer) {
  return (await bill(of)).lines.map(({ productId, billed, inUse }) => `${productId}: ${billed}, ${inUse}`)
}

const today = utcDay(new Date())
const daysAgo = (days: number) => addDays(today, -days)

test('a line says what it bills, what is in use, since when, and what all of it is called', async () => {
  const acme = msp.customer('Acme', { workstations: 12 })
  await msp.run({ day: daysAgo(1) })
  await api.get('/api/mappings')

  const { company, tenants, lines } = await bill(acme)

  expect(company).toEqual({ connection: 'cw', id: `${acme.companyId}`, name: 'Acme' })
  expect(tenants).toEqual([
    {
      id: acme.tenant,
      name: 'Acme',
      kind: 'virtual_server',
      gone: false,
      mapping: {
        company: { connection: 'cw', id: `${acme.companyId}` },
        billing: true,
        agreementId: `${acme.agreementId}`,
        priceLevelId: null,
        manualQuantity: 'ask',
      },
      agreementName: 'Acme, managed',
      priceLevelName: null,
      readAt: expect.stringMatching(/Z$/),
    },
  ])
  expect(lines).toEqual([
    {
      connection: 'cw',
      companyId: `${acme.companyId}`,
      agreementId: `${acme.agreementId}`,
      productId: '500',
      lineId: expect.any(String),
      billed: 12,
      inUse: 12,
      applications: ['kes-business-advanced'],
      tenants: [acme.tenant],
      countedOn: daysAgo(1),
      trend: [{ day: daysAgo(1), billed: 12 }],
      change: null,
      leftBehind: false,
      names: {
        company: 'Acme',
        agreement: 'Acme, managed',
        product: 'KES – KES',
        tenants: { [acme.tenant]: 'Acme' },
        applications: { 'kes-business-advanced': 'Kaspersky Endpoint Security for Business Advanced' },
        units: ['device'],
      },
    },
  ])
})

test('the trend of 90 days begins with the number that was in force, and only a new number is a step', async () => {
  const acme = msp.customer('Acme', { workstations: 10 })
  const second = msp.customer('Acme', { workstations: 5 }, { center: 'ksc2', billedWith: acme })
  await msp.run({ day: daysAgo(120) })
  acme.uses({ workstations: 12 })
  await msp.run({ day: daysAgo(40) })
  acme.uses({ workstations: 11 })
  second.uses({ workstations: 6 })
  await msp.run({ day: daysAgo(20) })

  const [line] = (await bill(acme)).lines

  expect(line).toMatchObject({ billed: 17, inUse: 17, countedOn: daysAgo(40) })
  expect(line?.trend).toEqual([
    { day: daysAgo(90), billed: 15 },
    { day: daysAgo(40), billed: 17 },
  ])
})

test('a held change stands beside the number that it would change', async () => {
  const acme = msp.customer('Acme', { workstations: 10 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 60 })
  const { changes } = await msp.run({ day: tuesday })

  const [line] = (await bill(acme)).lines

  expect(line).toMatchObject({
    billed: 10,
    inUse: 60,
    countedOn: monday,
    change: { id: changes[0]?.id, from: 10, to: 60, state: 'held', reason: 'rose_sharply' },
  })
})

test('a number that a person changed in ConnectWise is what is billed', async () => {
  const acme = msp.customer('Acme', { workstations: 40 })
  await msp.run({ day: monday })
  const [addition] = msp.psa.additionsOf(acme.agreementId)
  msp.psa.editAdditionByHand(acme.agreementId, addition?.id ?? 0, { quantity: 45 })
  acme.uses({ workstations: 43 })
  await msp.run({ day: tuesday })

  const [line] = (await bill(acme)).lines

  expect(line).toMatchObject({
    billed: 45,
    inUse: 43,
    countedOn: monday,
    change: { reason: 'changed_by_hand' },
  })
})

test('a line that waits to be made bills nothing yet, and neither does use before the first run', async () => {
  msp.setup.approval = 'everything'
  const acme = msp.customer('Acme', { workstations: 7 })
  await msp.run({ day: monday })
  const bakery = msp.customer('Bakery', { workstations: 3 })
  await msp.run({ day: monday, dryRun: true })

  const [held, unseen] = [await bill(acme), await bill(bakery)]

  expect(held.lines).toEqual([
    expect.objectContaining({
      lineId: null,
      billed: null,
      inUse: 7,
      countedOn: null,
      trend: [],
      change: expect.objectContaining({ kind: 'create', to: 7, reason: 'needs_approval' }),
    }),
  ])
  expect(unseen.lines).toEqual([
    expect.objectContaining({ productId: '500', billed: null, inUse: 3, change: null }),
  ])
})

test('a line that is left behind still shows what its tenant uses', async () => {
  const acme = msp.customer('Acme', { workstations: 12 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 14 })
  acme.mapping.billing = false
  await msp.run({ day: tuesday })

  const { tenants, lines } = await bill(acme)

  expect(tenants).toMatchObject([{ mapping: { billing: false } }])
  expect(lines).toMatchObject([{ billed: 12, inUse: 14, leftBehind: true, change: null }])
})

test('while a line is replaced, the use stands with the line that will bill it', async () => {
  const acme = msp.customer('Acme', { workstations: 8, servers: 2 })
  await msp.run({ day: monday })
  msp.setup.billByCategory = true
  await msp.run({ day: tuesday })

  expect(await numbers(acme)).toEqual(['500: 10, 0', '501: null, 8', '502: null, 2'])
})

test('a tenant that moved to another company takes its use along', async () => {
  const acme = msp.customer('Acme', { workstations: 6 })
  await msp.run({ day: monday })
  const bakery = msp.customer('Bakery', {})
  msp.setup.mappings = [
    { ...acme.mapping, company: bakery.mapping.company, agreementId: bakery.mapping.agreementId },
  ]
  await msp.run({ day: tuesday })

  expect([await numbers(acme), await numbers(bakery)]).toEqual([['500: 6, 0'], ['500: null, 6']])
  expect((await bill(acme)).tenants).toEqual([])
})

test('a tenant that was switched off is gone, and its last 4 stay in use until it is taken out of the bill', async () => {
  const acme = msp.customer('Acme', { workstations: 4 })
  await msp.run({ day: monday })
  acme.server.enabled = false
  const { changes } = await msp.run({ day: tuesday })

  expect(await bill(acme)).toMatchObject({ tenants: [{ gone: true }], lines: [{ billed: 4, inUse: 4 }] })

  await msp.approve(changes[0])

  expect(await bill(acme)).toMatchObject({ tenants: [{ gone: true }], lines: [{ billed: 0, inUse: 0 }] })
})

test('two tenants of one company are both listed, each with its last complete read', async () => {
  const acme = msp.customer('Acme', { workstations: 2 })
  const second = msp.customer('Acme East', { workstations: 3 }, { center: 'ksc2', billedWith: acme })
  await msp.run({ day: monday, only: [acme] })

  const { tenants, lines } = await bill(acme)

  expect(tenants.map(({ id, name, readAt }) => [id, name, readAt !== null])).toEqual([
    [acme.tenant, 'Acme', true],
    [second.tenant, expect.any(String), false],
  ])
  expect(lines).toMatchObject([{ billed: null, inUse: 2 }])
})

test('a company that is known and not mapped has neither tenants nor lines; one that nobody knows is a 404', async () => {
  const free = msp.psa.addCompany({ name: 'Free Ltd' })
  await msp.save()
  await api.get('/api/mappings')

  const known = await bill({ companyId: free.id })
  const [unknown, elsewhere] = [await api.get('/api/bills/cw/999'), await api.get(`/api/bills/at/${free.id}`)]

  expect(known).toEqual({
    company: { connection: 'cw', id: `${free.id}`, name: 'Free Ltd' },
    tenants: [],
    lines: [],
  })
  expect([unknown, elsewhere].map((answer) => [answer.status, codeOf(answer)])).toEqual([
    [404, 'company_not_found'],
    [404, 'company_not_found'],
  ])
})

test('the day of the number is a day whose evidence makes up the number', async () => {
  const acme = msp.customer('Acme', { workstations: 90 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 93 })
  await msp.run({ day: tuesday })
  await msp.run({ day: wednesday })

  const [line] = (await bill(acme)).lines
  const evidence = await api.get(
    `/api/evidence?connection=cw&agreement=${acme.agreementId}&product=500&day=${line?.countedOn}`,
  )

  expect(line).toMatchObject({ billed: 93, countedOn: tuesday })
  expect(evidence.body).toMatchObject({ quantity: 93, billed: 93, day: tuesday })
})
