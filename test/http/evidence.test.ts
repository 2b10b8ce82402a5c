import { beforeAll, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { type Api, apiOf, codeOf, faultsOf } from '../support/api.ts'
import { type Customer, monday, type Msp, openMsp, tuesday } from '../support/msp.ts'
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

const wednesday = '2026-03-04'

const Evidence = z.strictObject({
  day: z.string(),
  readAt: z.string().nullable(),
  complete: z.boolean(),
  quantity: z.number(),
  billed: z.number().nullable(),
  counted: z.array(z.record(z.string(), z.unknown())),
  leftOut: z.array(z.record(z.string(), z.unknown())),
  left: z.array(z.record(z.string(), z.unknown())),
  units: z.array(z.string()),
  sources: z.array(z.record(z.string(), z.unknown())),
})

function pathOf(customer: Customer, day?: string, product = 500): string {
  return `/api/evidence?connection=cw&agreement=${customer.agreementId}&product=${product}${day ? `&day=${day}` : ''}`
}

async function evidence(customer: Customer, day?: string, product?: number) {
  const answer = await api.get(pathOf(customer, day, product))
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return Evidence.parse(answer.body)
}

const trial = 'Kaspersky Endpoint Security for Business Advanced. Trial License'

test('a bill of 3 names the three devices, and the one on a trial that is left out', async () => {
  const acme = msp.customer('Acme', { workstations: 3 })
  const key = acme.server.addKey({ product: trial, type: keyType.trial, limitDate: '2099-12-31' })
  key.use(acme.server.addHost({ ...devices.workstation, name: 'on-trial' }))
  await msp.run({ day: monday })

  const found = await evidence(acme, monday)

  expect(found).toMatchObject({ day: monday, complete: true, quantity: 3, billed: 3, left: [] })
  expect(found.counted.map(({ name }) => name)).toEqual(['pc-1', 'pc-2', 'pc-3'])
  expect(found.counted[0]).toEqual({
    id: expect.any(String),
    name: 'pc-1',
    category: 'all',
    application: 'kes-business-advanced',
    tenant: acme.tenant,
    since: monday,
  })
  expect(found.leftOut).toEqual([
    expect.objectContaining({ name: 'on-trial', tenant: acme.tenant, reason: 'trial' }),
  ])
})

test('the evidence of 88 names the two that left since 90', async () => {
  const acme = msp.customer('Acme', { workstations: 90 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 88 })
  await msp.run({ day: tuesday })
  await msp.run({ day: wednesday })

  const [first, second, third] = [
    await evidence(acme, monday),
    await evidence(acme, tuesday),
    await evidence(acme, wednesday),
  ]

  expect([first, second, third].map(({ quantity, billed }) => [quantity, billed])).toEqual([
    [90, 90],
    [88, 88],
    [88, 88],
  ])
  expect(second.left.map(({ name, since, until }) => [name, since, until])).toEqual([
    ['pc-89', monday, tuesday],
    ['pc-90', monday, tuesday],
  ])
  expect([first.left, third.left]).toEqual([[], []])
})

test('devices that left between two reads of the first day are named as well', async () => {
  const acme = msp.customer('Acme', { workstations: 4 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 3 })
  await msp.run({ day: monday })

  const found = await evidence(acme, monday)

  expect(found).toMatchObject({ quantity: 3, billed: 3, left: [{ name: 'pc-4', until: monday }] })
})

test('a line that fell to nothing names who left', async () => {
  const acme = msp.customer('Acme', { workstations: 2 })
  await msp.run({ day: monday })
  acme.uses({})
  await msp.run({ day: tuesday })

  const found = await evidence(acme, tuesday)

  expect(found).toMatchObject({
    quantity: 0,
    billed: 0,
    counted: [],
    left: [{ name: 'pc-1' }, { name: 'pc-2' }],
  })
})

test('what is held is not billed yet: 60 counted, 10 billed', async () => {
  const acme = msp.customer('Acme', { workstations: 10 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 60 })
  await msp.run({ day: tuesday })

  expect(await evidence(acme, tuesday)).toMatchObject({ quantity: 60, billed: 10 })
})

test('a day without a complete read answers with the one before, and says so', async () => {
  const acme = msp.customer('Acme', { workstations: 2 })
  await msp.run({ day: monday })

  const { readAt } = await evidence(acme, monday)

  expect(await evidence(acme, tuesday)).toMatchObject({
    day: tuesday,
    complete: false,
    quantity: 2,
    billed: 2,
    readAt,
  })
})

test('before anything was billed, the mapping says what would be counted', async () => {
  const acme = msp.customer('Acme', { workstations: 2 })
  await msp.run({ day: monday, dryRun: true })

  expect(await evidence(acme, monday)).toMatchObject({ quantity: 2, billed: null, complete: true })
  expect(await evidence(acme)).toMatchObject({ quantity: 2, billed: null, complete: false })
})

test('by category, each line has its own devices', async () => {
  msp.setup.billByCategory = true
  const acme = msp.customer('Acme', { workstations: 2, servers: 1, others: 1 })
  await msp.run({ day: monday })

  const names = async (product: number) =>
    (await evidence(acme, monday, product)).counted.map(({ name }) => name)

  expect(await names(501)).toEqual(['pc-1', 'pc-2'])
  expect(await names(502)).toEqual(['srv-1'])
  expect(await names(503)).toEqual(['tux-1'])
})

test('a company with a tenant in each of two centers has the devices of both', async () => {
  const acme = msp.customer('Acme', { workstations: 2 })
  const second = msp.customer('Acme', { workstations: 3 }, { center: 'ksc2', billedWith: acme })
  await msp.run({ day: monday })

  const found = await evidence(acme, monday)

  expect(found).toMatchObject({ quantity: 5, billed: 5, complete: true })
  expect(found.counted.map(({ tenant }) => tenant)).toEqual([
    ...Array(2).fill(acme.tenant),
    ...Array(3).fill(second.tenant),
  ])
})

test('as CSV, names that a spreadsheet would calculate are text', async () => {
  const acme = msp.customer('Acme', { workstations: 1 })
  const [key] = acme.server.keys.values()
  for (const name of ['=cmd|calc', '+1', '@sum', '-2', 'one, two "three"']) {
    key?.use(acme.server.addHost({ ...devices.workstation, name }))
  }
  await msp.run({ day: monday })

  const answer = await api.get(pathOf(acme, monday), { headers: { accept: 'text/csv' } })

  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toMatch(
    /^attachment; filename="evidence-cw-\d+-500-2026-03-02\.csv"$/,
  )
  const [head, ...rows] = String(answer.body).trimEnd().split('\r\n')
  expect(head).toBe('device,name,tenant,application,category,counted,reason')
  const rest = `${acme.tenant},kes-business-advanced,all,true,`
  expect(rows.map((row) => row.slice(row.indexOf(',') + 1)).sort()).toEqual(
    [
      `'+1,${rest}`,
      `'-2,${rest}`,
      `'=cmd|calc,${rest}`,
      `'@sum,${rest}`,
      `"one, two ""three""",${rest}`,
      `pc-1,${rest}`,
    ].sort(),
  )
})

test('a line that nobody knows is a 404', async () => {
  const acme = msp.customer('Acme', { workstations: 1 })
  await msp.run({ day: monday })

  const product = await api.get(pathOf(acme, monday, 999))
  const connection = await api.get('/api/evidence?connection=nobody&agreement=1&product=500')

  expect([product.status, connection.status]).toEqual([404, 404])
  expect(codeOf(product)).toBe('line_not_found')
})

test('all three ids are needed', async () => {
  const answer = await api.get('/api/evidence?day=yesterday')

  expect(answer.status).toBe(422)
  expect(faultsOf(answer).sort()).toEqual([
    'agreement: missing_field',
    'connection: missing_field',
    'day: invalid_format',
    'product: missing_field',
  ])
})
