import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { configurationOf, type DemoMsp, openDemoMsp, passNight } from '../demo/msp.ts'
import { devices } from '../vendors/ksc/devices.ts'
import type { Pod } from './support/pod.ts'
import { openStage, type Stage } from './support/stage.ts'

const dayMs = 24 * 3_600_000
const yesterday = new Date(Date.now() - dayMs)
yesterday.setUTCHours(4, 0, 0, 0)

let stage: Stage
let msp: DemoMsp

/** Two days of the demo's MSP, with all devices but servers on one line, and a few things more that people decide. */
beforeAll(async () => {
  stage = await openStage()
  msp = openDemoMsp(stage.center, stage.psa)
  const configuration = configurationOf(msp, stage.screenUrl)
  const workstations = `${msp.products.workstations.id}`
  for (const product of configuration.products[0]?.map ?? []) {
    if (product.application === 'kes-business-advanced') product.other = workstations
  }
  const keeping = configuration.companies.map((mapping) =>
    mapping.tenant.id === customer('Jansen Bakery').server.uid
      ? { ...mapping, manualQuantity: 'keep' }
      : mapping,
  )
  await stage.client.configure({ ...configuration, companies: keeping })
  await stage.client.runOn(yesterday)

  passNight(msp)
  byHand('Jansen Bakery', 12)
  grow('Jansen Bakery', 1)
  byHand('Dorner Architects', 30)
  grow('Dorner Architects', 1)
  await stage.client.configure({
    ...configuration,
    companies: keeping.filter(({ tenant }) => tenant.id !== customer('Fischer Logistics').server.uid),
  })
  await stage.client.runNow()
})
afterAll(() => stage?.close())

function customer(name: string) {
  const found = msp.customers.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no customer ${name}`)
  return found
}

/** What the PSA bills, line by line. */
function billed(name: string): number[] {
  return stage.psa.additionsOf(Number(customer(name).agreement.id)).map(({ quantity }) => quantity)
}

function byHand(name: string, quantity: number): void {
  const agreement = Number(customer(name).agreement.id)
  const [line] = stage.psa.additionsOf(agreement)
  if (line === undefined) throw new Error(`${name} has no line`)
  stage.psa.editAdditionByHand(agreement, line.id, { quantity })
}

function grow(name: string, by: number): void {
  const { key, server } = customer(name)
  key.use(server.addHosts(by, { ...devices.workstation, name: 'late' }))
}

function part({ pod }: Pod, title: string) {
  return pod.getByRole('region', { name: title })
}

function rowOf(on: Pod, title: string, name: string) {
  return part(on, title).getByRole('row', { name: new RegExp(`^${name}`) })
}

/** Today as it is now; it looks by itself every 20 seconds only. */
async function again(on: Pod): Promise<void> {
  await on.tab('Runs')
  await on.tab('Today')
  await on.pod.getByRole('heading', { name: 'Today' }).waitFor()
  await on.settled()
}

describe('what waits for a person', () => {
  test('an approved change is written, and waits no more', async () => {
    const on = await stage.open({ member: 'tess' })
    const row = rowOf(on, 'Waiting for you', 'Winter Ski School Ltd')
    await expect.poll(() => row.innerText()).toMatch(/44 → 24 devices\s+-20/)
    await expect.poll(() => row.innerText()).toContain('It fell sharply.')
    expect(billed('Winter Ski School')).toEqual([44])

    await row.getByRole('button', { name: 'Approve' }).click()
    await row.waitFor({ state: 'detached' })

    await expect.poll(() => billed('Winter Ski School')).toEqual([24])
    await on.expectCalm()
  })

  test('a dismissed change is listed with who did it, and comes back when it is proposed again', async () => {
    const on = await stage.open({ member: 'tess' })
    const row = rowOf(on, 'Waiting for you', 'Moss Garden Centre Ltd')
    await row.getByRole('button', { name: 'Dismiss' }).click()
    await row.waitFor({ state: 'detached' })

    const dismissed = rowOf(on, 'Dismissed', 'Moss Garden Centre Ltd')
    await dismissed.waitFor({ timeout: 5_000 })
    await expect.poll(() => dismissed.innerText()).toMatch(/14 → 0/)
    await expect.poll(() => dismissed.innerText()).toContain('tess')
    expect(billed('Moss Garden Centre')).toEqual([14])

    await dismissed.getByRole('button', { name: 'Propose again' }).click()
    await dismissed.waitFor({ state: 'detached' })
    await stage.client.runNow({ tenants: [`ksc/${customer('Moss Garden Centre').server.uid}`] })
    await again(on)

    await rowOf(on, 'Waiting for you', 'Moss Garden Centre Ltd').waitFor()
    expect(billed('Moss Garden Centre')).toEqual([14])
  })

  test('several changes are approved at once', async () => {
    const on = await stage.open({ member: 'tess' })
    const chosen = ['Otto Print Ltd', 'Pine Valley Dental Ltd']
    for (const name of chosen) await rowOf(on, 'Waiting for you', name).getByRole('checkbox').check()
    await part(on, 'Waiting for you').getByText('2 selected').waitFor()
    expect([billed('Otto Print'), billed('Pine Valley Dental')]).toEqual([[33], [25]])

    await part(on, 'Waiting for you').getByRole('button', { name: 'Approve', exact: true }).first().click()
    for (const name of chosen) await rowOf(on, 'Waiting for you', name).waitFor({ state: 'detached' })

    await expect.poll(() => [billed('Otto Print'), billed('Pine Valley Dental')]).toEqual([[45], [18]])
  })
})

describe('a number that somebody changed in the PSA', () => {
  test('is set to the count by Use', async () => {
    const on = await stage.open({ member: 'tess' })
    const row = rowOf(on, 'Changed by hand in the PSA', 'Harbour Freight Ltd')
    await expect.poll(() => row.innerText()).toContain('we wrote 38, now 50, in use 39')

    await row.getByRole('button', { name: 'Use 39' }).click()
    await row.waitFor({ state: 'detached' })

    await expect.poll(() => billed('Harbour Freight')).toEqual([39])
  })

  test('stays as it was made by Keep, also in the next run', async () => {
    const on = await stage.open({ member: 'tess' })
    const row = rowOf(on, 'Changed by hand in the PSA', 'Dorner Architects Ltd')
    await expect.poll(() => row.innerText()).toContain('we wrote 27, now 30, in use 28')

    await row.getByRole('button', { name: 'Keep 30' }).click()
    await row.waitFor({ state: 'detached' })
    await stage.client.runNow({ tenants: [`ksc/${customer('Dorner Architects').server.uid}`] })
    await again(on)

    expect(billed('Dorner Architects')).toEqual([30])
    await rowOf(on, 'Dismissed', 'Dorner Architects Ltd').waitFor()
    await expect.poll(() => row.count()).toBe(0)
  })

  test('is only told where the company keeps it anyway, until somebody chooses the count', async () => {
    const on = await stage.open({ member: 'tess' })
    const row = rowOf(on, 'Changed by hand in the PSA', 'Jansen Bakery Ltd')
    await expect.poll(() => row.innerText()).toContain('we wrote 9, now 12, in use 10')
    await expect.poll(() => row.getByRole('button').allInnerTexts()).toEqual(['Use 10'])
    expect(billed('Jansen Bakery')).toEqual([12])

    await row.getByRole('button', { name: 'Use 10' }).click()
    await row.waitFor({ state: 'detached' })

    await expect.poll(() => billed('Jansen Bakery')).toEqual([10])
  })
})

test('a line that was left behind goes on billing until somebody ends it', async () => {
  const on = await stage.open({ member: 'tess' })
  const row = rowOf(on, 'Left behind', 'Fischer Logistics Ltd')
  await expect.poll(() => row.innerText()).toContain('No company is selected.')
  expect(billed('Fischer Logistics')).toEqual([106])

  await row.getByRole('button', { name: 'End the line of Fischer Logistics Ltd' }).click()
  await expect.poll(() => billed('Fischer Logistics')).toEqual([0])
  await again(on)

  await expect.poll(() => row.count()).toBe(0)
  await on.expectCalm()
})

test('a virtual server that could not be read is named, and Try again reads it once it can be', async () => {
  await stage.client.runNow()
  const on = await stage.open({ member: 'tess' })
  const problems = part(on, 'Problems')
  await problems.getByText(/^Riverside Council could not be read/).waitFor()
  await expect
    .poll(() => problems.innerText())
    .toContain('Its bill stays as it is; run it again once that is mended.')
  expect(await on.barriers()).toEqual([])
  expect(billed('Riverside Council')).toEqual([140, 12])

  stage.center.faults.clear()
  await problems
    .getByRole('article')
    .filter({ hasText: 'Riverside Council' })
    .getByRole('button', { name: 'Try again' })
    .click()
  await expect
    .poll(
      async () => {
        await again(on)
        return problems.getByText('Riverside Council').count()
      },
      { timeout: 30_000 },
    )
    .toBe(0)

  const waiting = rowOf(on, 'Waiting for you', 'Riverside Council Ltd')
  await expect.poll(() => waiting.innerText()).toMatch(/140 → 40/)
  expect(billed('Riverside Council')).toEqual([140, 12])
})

test('a PSA that refuses is told with its cause and what to do, and nothing is written meanwhile', async () => {
  const on = await stage.open({ member: 'tess' })
  await on.pod.getByText('tess · Technician').waitFor()
  grow('Kline Insurance', 1)
  const refusing = stage.psa.faults.add({
    match: ({ path }) => path.startsWith('/finance/'),
    times: Number.POSITIVE_INFINITY,
    kind: 'status',
    status: 401,
  })
  await stage.client.runNow()
  await again(on)

  const problems = part(on, 'Problems')
  await problems
    .getByText(/the credentials were refused/)
    .first()
    .waitFor()
  await expect.poll(() => problems.innerText()).toMatch(/Check the connection, then run again/)
  expect(refusing.fired).toBeGreaterThan(0)
  expect(await on.barriers()).toEqual([])
  expect(billed('Kline Insurance')).toEqual([61, 3])

  stage.psa.faults.clear()
  await stage.client.runNow()
  await again(on)

  await expect.poll(() => problems.getByText(/the credentials were refused/).count()).toBe(0)
  expect(billed('Kline Insurance')).toEqual([62, 3])
})
