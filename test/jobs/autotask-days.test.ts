import { beforeAll, expect, test, vi } from 'vitest'
import { addDays, localDay } from '../../worker/domain/day.ts'
import { itemsOf } from '../support/api.ts'
import { type AutotaskSide, autotaskSide } from '../support/sides/autotask.ts'
import { openSideMsp, type SideCustomer, type SideMsp } from '../support/sides/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { until } from '../support/until.ts'
import { patience } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})

/** Wherever the clock stands, each is on a later day than the one before. */
const zones = ['Etc/GMT+12', 'Pacific/Kiritimati'] as const
const firstDay = () => localDay(new Date(), zones[0])
const nextDay = () => localDay(new Date(), zones[1])

async function openMsp(options: Record<string, unknown> = {}) {
  const side = autotaskSide(stack.at)
  const msp = await openSideMsp(stack, side, options)
  msp.setup.timeZone = zones[0]
  return { side, msp }
}

test('increase, decrease and rerun, on the same day and on the next, leave the units exactly at the use', async () => {
  const { side, msp } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 90, servers: 10 })

  await msp.run()
  expect(unitsFrom(side, acme, firstDay())).toEqual({ Workstation: 90, Server: 10 })

  acme.uses({ workstations: 93, servers: 8 })
  const second = await msp.run()
  expect(unitsFrom(side, acme, firstDay())).toEqual({ Workstation: 90, Server: 10 })
  expect(second.state).toBe('done')
  const planned = itemsOf(await msp.api.get(`/api/runs/${second.id}/changes`))
  expect(planned.toSorted((a, b) => Number(a.to) - Number(b.to))).toMatchObject([
    { from: 10, to: 8, state: 'planned', reason: 'already_adjusted_today' },
    { from: 90, to: 93, state: 'planned', reason: 'already_adjusted_today' },
  ])

  msp.setup.timeZone = zones[1]
  await msp.run()
  expect(unitsFrom(side, acme, nextDay())).toEqual({ Workstation: 93, Server: 8 })
  expect(unitsOn(side, acme, firstDay())).toEqual({ Workstation: 90, Server: 10 })

  const before = side.writes()
  expect(await msp.run()).toMatchObject({ state: 'done', counts: { unchanged: 2 } })
  expect(side.writes()).toBe(before)
  expect(booked(side).toSorted()).toEqual(
    [
      [firstDay(), 90],
      [firstDay(), 10],
      [nextDay(), 3],
      [nextDay(), -2],
    ].toSorted(),
  )
})

test('a run for a day before the last one that was booked changes nothing, and takes nothing for made by hand', async () => {
  const { side, msp } = await openMsp()
  msp.setup.timeZone = zones[1]
  const acme = msp.customer('Acme', { workstations: 90 })
  await msp.run()
  msp.setup.timeZone = zones[0]

  expect(await msp.run()).toMatchObject({ state: 'done', counts: { unchanged: 1, held: 0 } })
  expect(booked(side)).toEqual([[nextDay(), 90]])
  expect(unitsFrom(side, acme, nextDay())).toEqual({ Workstation: 90 })
})

test('a decrease to 0 and below the use of before books what is missing and no more', async () => {
  const { side, msp } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 4 })
  await msp.run()
  acme.uses({})
  msp.setup.timeZone = zones[1]

  await msp.run()

  expect(unitsFrom(side, acme, nextDay())).toEqual({ Workstation: 0 })
  expect(booked(side).at(-1)).toEqual([nextDay(), -4])
})

test('what a person booked the same day is not fought: the difference goes the next day', async () => {
  const { side, msp } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 40 })
  const line = lineOf(side, acme, 'Workstation')
  side.account.adjustByHand(line, { on: firstDay(), unitChange: 40 })
  acme.uses({ workstations: 42 })
  await msp.run()
  const [held] = itemsOf(await msp.api.get('/api/changes?state=held'))
  expect(held).toMatchObject({ reason: 'adopted_differs', from: 40, to: 42 })

  await msp.approve(String(held?.id))

  expect(itemsOf(await msp.api.get('/api/changes?state=planned'))).toMatchObject([
    { from: 40, to: 42, reason: 'already_adjusted_today' },
  ])
  msp.setup.timeZone = zones[1]
  await msp.run()
  expect(unitsFrom(side, acme, nextDay())).toEqual({ Workstation: 42 })
})

test('a service that is not on the contract is held, and approving puts it there', async () => {
  const { side, msp } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 5 })
  const bare = bareContract(side, msp, 'Bare', 7)

  const run = await msp.run()

  expect(unitsFrom(side, acme, firstDay())).toEqual({ Workstation: 5 })
  expect(run).toMatchObject({ counts: { held: 1 } })
  const [held] = itemsOf(await msp.api.get('/api/changes?state=held'))
  expect(held).toMatchObject({ kind: 'create', to: 7, reason: 'line_not_on_contract' })
  expect(itemsOf(await msp.api.get('/api/unbilled'))).toMatchObject([
    { quantity: 7, reason: 'line_not_on_contract' },
  ])

  await msp.approve(String(held?.id))

  expect(unitsFrom(side, bare, firstDay())).toEqual({ Workstation: 7 })
  expect(await msp.run()).toMatchObject({ state: 'done', counts: { unchanged: 2 } })
})

test('with createMissingService it is put there at once, but never beside a bundle that may hold it', async () => {
  const { side, msp } = await openMsp({ createMissingService: true })
  const bare = bareContract(side, msp, 'Bare', 7)
  const bundled = bareContract(side, msp, 'Bundled', 9)
  const bundle = side.account.addBundle({ name: 'All inclusive' })
  side.account.addContractBundle({
    contract: Number(bundled.agreementId),
    bundle: Number(bundle.id),
    units: 1,
  })

  await msp.run()

  expect(unitsFrom(side, bare, firstDay())).toEqual({ Workstation: 7 })
  expect(side.billed(bundled.agreementId)).toEqual([])
  expect(itemsOf(await msp.api.get('/api/changes?state=held'))).toMatchObject([
    { to: 9, reason: 'line_not_on_contract' },
  ])
})

test('booked at the start of periods, a difference waits for the first day of the next one, and a new service as well', async () => {
  const { side, msp } = await openMsp({ booking: 'periodStart', createMissingService: true })
  const today = firstDay()
  const begins = contractFrom(side, msp, 'Begins today', 9, today)
  const inPeriod = contractFrom(side, msp, 'In a period', 7, addDays(today, -10))
  const bare = bareContract(side, msp, 'Bare', 5, addDays(today, -10))

  const run = await msp.run()

  expect(booked(side)).toEqual([[today, 9]])
  expect(unitsFrom(side, begins, today)).toEqual({ Workstation: 9 })
  expect(run.state).toBe('done')
  const planned = itemsOf(await msp.api.get('/api/changes?state=planned'))
  expect(planned.map(({ to, reason }) => [to, reason]).toSorted()).toEqual([
    [5, 'waits_for_period_start'],
    [7, 'waits_for_period_start'],
  ])
  expect(
    [inPeriod, bare].map(({ agreementId }) => side.account.unitsOf(Number(agreementId), today)),
  ).toMatchObject([expect.arrayContaining([expect.objectContaining({ units: 0 })]), [{ units: 0 }]])
})

test('two contract services of one service are held until a person chose one', async () => {
  const { side, msp } = await openMsp()
  const acme = msp.customer('Acme', { workstations: 12 })
  const contract = Number(acme.agreementId)
  const second = side.account.addContractService({ contract, service: Number(msp.products.workstation) })
  await msp.run()
  const [held] = itemsOf(await msp.api.get('/api/changes?state=held'))
  expect(held).toMatchObject({ reason: 'duplicate_lines', to: 12 })

  await msp.approve(String(held?.id), `${second.id}`)

  expect(
    side.account
      .unitsOf(contract, firstDay())
      .map(({ units }) => units)
      .toSorted(),
  ).toEqual([0, 0, 0, 12])
})

test('a contract that ended, one of another kind and one that has not begun are held, each in words', async () => {
  const { side, msp } = await openMsp()
  const ended = msp.customer('Ended', { workstations: 3 })
  const blocks = msp.customer('Blocks', { workstations: 4 })
  const ahead = msp.customer('Ahead', { workstations: 5 })
  side.account.editByHand('Contracts', Number(ended.agreementId), { endDate: '2026-06-30' })
  side.account.editByHand('Contracts', Number(blocks.agreementId), { contractType: 4 })
  side.account.editByHand('Contracts', Number(ahead.agreementId), { startDate: addDays(nextDay(), 20) })

  await msp.run()

  expect(side.writes()).toBe(0)
  const held = itemsOf(await msp.api.get('/api/changes?state=held'))
  expect(new Map(held.map(({ agreementId, reason }) => [agreementId, reason]))).toEqual(
    new Map([
      [ended.agreementId, 'agreement_ended'],
      [blocks.agreementId, 'agreement_inactive'],
      [ahead.agreementId, 'agreement_inactive'],
    ]),
  )
})

test('above 70 % of the calls that all programs may make, the run waits and says so', async () => {
  const { side, msp } = await openMsp()
  msp.customer('Acme', { workstations: 90 })
  side.account.budget.others = 7_500
  await msp.save()

  const answer = await msp.api.post('/api/runs', {})

  const id = String((answer.body as { run: { id: string } }).run.id)
  await until('the run says that it waits', async () => {
    const { body } = await msp.api.get(`/api/runs/${id}`)
    return JSON.stringify(body).includes('psa_busy') ? true : null
  })
  expect(side.writes()).toBe(0)
  await quit(msp)
})

test('thirty customers are billed with two calls at once at most, and pages make one beside them', async () => {
  const { side, msp } = await openMsp()
  for (let index = 0; index < 30; index++) msp.customer(`Customer ${index}`, { workstations: 3 + index })
  side.account.latencyMs = 20
  await msp.prepare()

  const running = msp.run()
  for (const search of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await Promise.all([
      msp.api.get(`/api/companies?connection=psa&search=${search}`),
      msp.api.get(`/api/agreements?connection=psa&search=${search}`),
    ])
  }
  const run = await running

  expect(run).toMatchObject({ state: 'done', counts: { updated: 30 } })
  expect(Math.max(...side.account.threads.peak.values())).toBeLessThanOrEqual(3)
})

/** The units of each service on a day; services at 0 that nothing was ever booked for are left out. */
function unitsOn(side: AutotaskSide, { agreementId }: SideCustomer, day: string): Record<string, number> {
  const touched = new Set(side.account.adjustments.map(({ contractServiceID }) => contractServiceID))
  return Object.fromEntries(
    side.account
      .unitsOf(Number(agreementId), day)
      .filter(({ contractServiceID }) => touched.has(contractServiceID))
      .map(({ serviceID, units }) => [side.nameOf(serviceID), units]),
  )
}

/** The same, where it is the same on every day from then on. */
function unitsFrom(side: AutotaskSide, customer: SideCustomer, day: string): Record<string, number> {
  const days = [0, 1, 10, 31, 45].map((ahead) => JSON.stringify(unitsOn(side, customer, addDays(day, ahead))))
  expect(new Set(days).size).toBe(1)
  return unitsOn(side, customer, day)
}

/** What was booked through the API, in order: day and units. */
function booked(side: AutotaskSide): [day: string, units: number][] {
  return side.account.adjustments.map(({ effectiveDate, unitChange }) => [effectiveDate, unitChange])
}

function lineOf(side: AutotaskSide, { agreementId }: SideCustomer, name: string): number {
  const line = side.account
    .unitsOf(Number(agreementId))
    .find(({ serviceID }) => side.nameOf(serviceID) === name)
  if (line === undefined) throw new Error(`there is no ${name}`)
  return line.contractServiceID
}

/** A customer whose contract holds none of the services. */
function bareContract(
  side: AutotaskSide,
  msp: SideMsp,
  name: string,
  workstations: number,
  startDate = '2026-01-01',
): SideCustomer {
  const customer = msp.customer(name, { workstations })
  const contract = side.account.addContract({
    company: Number(customer.companyId),
    name: 'Bare',
    startDate,
    endDate: '2099-12-31',
  })
  customer.mapping.agreementId = `${contract.id}`
  customer.agreementId = `${contract.id}`
  return customer
}

/** A customer whose contract began on a day and holds the service for workstations. */
function contractFrom(
  side: AutotaskSide,
  msp: SideMsp,
  name: string,
  workstations: number,
  startDate: string,
) {
  const customer = bareContract(side, msp, name, workstations, startDate)
  const contract = Number(customer.agreementId)
  side.account.addContractService({ contract, service: Number(msp.products.workstation) })
  return customer
}

/** Lets a waiting run end, so that the next story may begin. */
async function quit(msp: SideMsp): Promise<void> {
  await msp.db.prepare(`UPDATE chain SET awake = 0, lease_until = 0`).run()
  await msp.db.prepare(`UPDATE run SET state = 'failed', finished_at = '2026-01-01T00:00:00Z'`).run()
}
