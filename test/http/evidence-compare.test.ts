import { beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { type Api, apiOf, codeOf, faultsOf } from '../support/api.ts'
import { type Customer, monday, type Msp, openMsp, thursday, tuesday, wednesday } from '../support/msp.ts'
import { sharedStack } from '../support/shared-stack.ts'

const stack = sharedStack()
let api: Api
let msp: Msp
beforeEach(async () => {
  api = apiOf(stack())
  msp = await openMsp(stack())
})

const Named = z.looseObject({ name: z.string() })
const Side = z.strictObject({
  day: z.string(),
  quantity: z.number(),
  billed: z.number().nullable(),
  units: z.array(z.string()),
})
const Comparison = z.strictObject({
  from: Side,
  to: Side,
  added: z.array(Named),
  removed: z.array(Named),
  moved: z.array(Named),
})

function pathOf({ agreementId }: Customer, days: string, product = 500): string {
  return `/api/evidence/compare?connection=cw&agreement=${agreementId}&product=${product}&${days}`
}

async function compare(of: Customer, from: string, to?: string, product?: number) {
  const answer = await api.get(pathOf(of, `from=${from}${to === undefined ? '' : `&to=${to}`}`, product))
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return Comparison.parse(answer.body)
}

const namesOf = (items: { name: string }[]) => items.map(({ name }) => name)

test('2 more than on Monday: both are named, with the day since which they count', async () => {
  const acme = msp.customer('Acme', { workstations: 3 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 4, servers: 1 })
  await msp.run({ day: tuesday })
  await msp.run({ day: wednesday })

  const found = await compare(acme, monday, wednesday)

  expect(found).toEqual({
    from: { day: monday, quantity: 3, billed: 3, units: ['device'] },
    to: { day: wednesday, quantity: 5, billed: 5, units: ['device'] },
    added: ['pc-4', 'srv-1'].map((name) => ({
      id: expect.any(String),
      name,
      application: 'kes-business-advanced',
      category: 'all',
      tenant: acme.tenant,
      since: tuesday,
    })),
    removed: [],
    moved: [],
  })
})

test('what left days ago is named with the day of the first count without it', async () => {
  const acme = msp.customer('Acme', { workstations: 5 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 4 })
  await msp.run({ day: tuesday })
  acme.uses({ workstations: 3 })
  await msp.run({ day: wednesday })
  await msp.run({ day: thursday })

  const { removed, added } = await compare(acme, monday, thursday)

  expect(removed.map(({ name, since, until }) => [name, since, until])).toEqual([
    ['pc-4', monday, wednesday],
    ['pc-5', monday, tuesday],
  ])
  expect(added).toEqual([])
})

test('what came and left again in between is no difference', async () => {
  const acme = msp.customer('Acme', { workstations: 2 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 3 })
  await msp.run({ day: tuesday })
  acme.uses({ workstations: 2 })
  await msp.run({ day: wednesday })

  const { added, removed, moved } = await compare(acme, monday, wednesday)

  expect([added, removed, moved]).toEqual([[], [], []])
})

test('what is used beyond the billed number is named: 10 billed on Monday, 60 in use now', async () => {
  const acme = msp.customer('Acme', { workstations: 10 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 60 })
  await msp.run({ day: tuesday })

  const { from, to, added } = await compare(acme, monday)

  expect([from.quantity, from.billed, to.quantity, to.billed]).toEqual([10, 10, 60, 10])
  expect(added.length).toBe(50)
})

test('a number is compared by the read it was written from, even where more was read later that day', async () => {
  const acme = msp.customer('Acme', { workstations: 10 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 60 })
  await msp.run({ day: monday })

  const { from, to, added, removed } = await compare(acme, monday)
  const evidence = await api.get(
    `/api/evidence?connection=cw&agreement=${acme.agreementId}&product=500&day=${monday}`,
  )

  expect([from.quantity, to.quantity, added.length, removed.length]).toEqual([10, 60, 50, 0])
  expect(evidence.body).toMatchObject({ quantity: 10, billed: 10 })
})

test('a number that was approved a day later is compared by what was approved', async () => {
  const acme = msp.customer('Acme', { workstations: 10 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 60 })
  const { changes } = await msp.run({ day: tuesday })
  await msp.approve(changes[0])
  const approvedOn = new Date().toISOString().slice(0, 10)
  acme.uses({ workstations: 200 })
  await msp.run({ day: approvedOn })

  const { from, to, added } = await compare(acme, approvedOn)

  expect([from.quantity, from.billed, to.quantity, to.billed]).toEqual([60, 60, 200, 60])
  expect(added.length).toBe(140)
})

test('by category, a workstation that became a server left one line and came to the other', async () => {
  msp.setup.billByCategory = true
  const acme = msp.customer('Acme', { workstations: 2, servers: 1 })
  await msp.run({ day: monday })
  const [first] = acme.server.hosts.values()
  const server = [...acme.server.hosts.values()].find(({ name }) => name === 'srv-1')
  if (first && server) Object.assign(first, { ...server, id: first.id, name: first.name })
  await msp.run({ day: tuesday })

  const [workstations, servers] = [
    await compare(acme, monday, tuesday, 501),
    await compare(acme, monday, tuesday, 502),
  ]

  expect([namesOf(workstations.removed), namesOf(workstations.added)]).toEqual([['pc-1'], []])
  expect([namesOf(servers.removed), namesOf(servers.added)]).toEqual([[], ['pc-1']])
})

test('one line for workstations and servers: a device that changed has moved', async () => {
  msp.setup.billByCategory = true
  msp.setup.map = [
    { application: 'kes-business-advanced', all: null, workstation: '501', server: '501', other: '503' },
  ]
  const acme = msp.customer('Acme', { workstations: 2, servers: 1 })
  await msp.run({ day: monday })
  const [first] = acme.server.hosts.values()
  const server = [...acme.server.hosts.values()].find(({ name }) => name === 'srv-1')
  if (first && server) Object.assign(first, { ...server, id: first.id, name: first.name })
  await msp.run({ day: tuesday })

  const { from, to, added, removed, moved } = await compare(acme, monday, tuesday, 501)

  expect([from.quantity, to.quantity, added, removed]).toEqual([3, 3, [], []])
  expect(moved).toEqual([
    {
      id: expect.any(String),
      name: 'pc-1',
      application: 'kes-business-advanced',
      tenant: acme.tenant,
      from: 'workstation',
      to: 'server',
      since: tuesday,
    },
  ])
})

test('as CSV each device has a row, and a name that a spreadsheet would calculate is text', async () => {
  const acme = msp.customer('Acme', { workstations: 2 })
  await msp.run({ day: monday })
  acme.uses({ workstations: 1, servers: 1 })
  const added = [...acme.server.hosts.values()].find(({ name }) => name === 'srv-1')
  if (added) added.name = '=cmd|calc'
  await msp.run({ day: tuesday })

  const answer = await api.get(pathOf(acme, `from=${monday}&to=${tuesday}`), {
    headers: { accept: 'text/csv' },
  })

  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  const [head, ...rows] = String(answer.body).trimEnd().split('\r\n')
  expect(head).toBe('change,device,name,tenant,application,category,day')
  const rest = `${acme.tenant},kes-business-advanced,all,${tuesday}`
  expect(rows.map((row) => row.split(',').toSpliced(1, 1).join(','))).toEqual([
    `added,'=cmd|calc,${rest}`,
    `removed,pc-2,${rest}`,
  ])
})

test('a line that nobody knows is a 404, and the first day is needed', async () => {
  const acme = msp.customer('Acme', { workstations: 1 })
  await msp.run({ day: monday })

  const unknown = await api.get(pathOf(acme, `from=${monday}`, 999))
  const without = await api.get(pathOf(acme, 'to=someday'))

  expect([unknown.status, codeOf(unknown)]).toEqual([404, 'line_not_found'])
  expect([without.status, ...faultsOf(without).sort()]).toEqual([
    422,
    'from: missing_field',
    'to: invalid_format',
  ])
})
