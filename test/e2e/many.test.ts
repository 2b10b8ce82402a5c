import { afterAll, beforeAll, expect, test } from 'vitest'
import { framesDuring } from './support/frames.ts'
import { openStage, type Stage } from './support/stage.ts'

const many = 10_000
const slowFrameMs = 50
const smoothEnough = 0.05

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  for (let n = 1; n <= many; n++) {
    const name = `Customer ${`${n}`.padStart(5, '0')}`
    stage.center.addServer({ name })
    stage.psa.addCompany({ name: `${name} Ltd` })
  }
  const { center, psa } = stage
  await stage.client.configure({
    version: 1,
    settings: { timeZone: 'Europe/Berlin', dailyRunAt: '03:00', approval: 'automatic' },
    connections: [
      {
        id: 'ksc',
        kind: 'ksc',
        name: 'Security Center',
        baseUrl: center.baseUrl,
        credentials: { user: center.user, password: center.password, internal: true },
      },
      {
        id: 'cw',
        kind: 'connectwise',
        name: 'ConnectWise',
        baseUrl: stage.screenUrl,
        credentials: {
          companyId: psa.companyId,
          publicKey: psa.publicKey,
          privateKey: psa.privateKey,
          clientId: psa.clientId,
        },
      },
    ],
    people: [{ connection: 'cw', member: 'tess', role: 'technician' }],
    companies: [],
    products: [],
  })
  await stage.client.call('GET', '/api/mappings')
}, 240_000)
afterAll(() => stage?.close())

function partOfSlow(frames: number[]): number {
  return frames.filter((ms) => ms > slowFrameMs).length / frames.length
}

function inWords(frames: number[]): string {
  const sorted = frames.toSorted((one, other) => one - other)
  const within = (part: number) => `${Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0)} ms`
  return [
    `${frames.length} frames: half within ${within(0.5)}, 95 % within ${within(0.95)}`,
    `the longest ${within(1)}, ${(partOfSlow(frames) * 100).toFixed(1)} % above ${slowFrameMs} ms`,
  ].join(', ')
}

test(`${many} virtual servers are scrolled through without a stutter`, async () => {
  const { page, pod, ...on } = await stage.open({ member: 'tess' })
  await on.tab('Companies')
  await pod.getByText('10,000 matches').first().waitFor()
  await pod.getByText('Select all 10,000').waitFor({ timeout: 30_000 })
  const rowsInPage = () => pod.getByRole('row').count()
  expect(await rowsInPage()).toBeLessThan(100)

  await page.locator('iframe').hover()
  const rounds: number[][] = []
  const smoothest = () => Math.min(...rounds.map(partOfSlow))
  while (rounds.length < 6 && (rounds.length === 0 || smoothest() > smoothEnough)) {
    const frames = await framesDuring(pod, async () => {
      for (let turn = 0; turn < 60; turn++) {
        await page.mouse.wheel(0, 240)
        await page.waitForTimeout(16)
      }
    })
    console.log(inWords(frames))
    expect(frames.length).toBeGreaterThan(50)
    rounds.push(frames)
  }

  // What else the machine does at the time is seen in some rounds, a list that is too slow in all of them.
  expect(smoothest()).toBeLessThanOrEqual(smoothEnough)
  expect(await pod.evaluate(() => window.scrollY)).toBeGreaterThan(10_000)
  const inTheMiddle = () =>
    pod.evaluate(() => document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('tr')?.innerText)
  await expect.poll(inTheMiddle).toMatch(/Customer 0(0[1-9]|1\d)\d\d/)
  expect(await rowsInPage()).toBeLessThan(100)
  await on.expectCalm()
})

test('rows that turn out to be higher than they were taken for move nothing that is in sight', async () => {
  const { page, pod, ...on } = await stage.open({ member: 'tess', width: 400 })
  await on.tab('Companies')
  await pod.getByText('Select all 10,000').waitFor({ timeout: 30_000 })
  await page.locator('iframe').hover()
  await pod.evaluate(() => window.scrollTo(0, 400_000))
  const name = await pod.waitForFunction(
    () =>
      document
        .elementFromPoint(innerWidth / 2, innerHeight / 2)
        ?.closest('tr')
        ?.innerText.split('\n')[0],
  )
  const row = pod.getByRole('row', { name: (await name.jsonValue()) ?? '' })
  const top = () => row.evaluate((element) => element.getBoundingClientRect().top)
  await on.still()
  const before = await top()

  await page.mouse.wheel(0, -200)
  await on.still()

  expect(await top()).toBeCloseTo(before + 200, -1)
  expect(await row.evaluate((element) => element.getBoundingClientRect().height)).toBeGreaterThan(100)
})

test('the last of them is where the list ends, and is told as such', async () => {
  const { page, pod, ...on } = await stage.open({ member: 'tess' })
  await on.tab('Companies')
  await pod.getByText('Select all 10,000').waitFor({ timeout: 30_000 })

  await pod.getByRole('main').focus()
  await page.keyboard.press('End')
  const last = pod.getByRole('row', { name: /Customer 10000/ })
  await last.waitFor()

  expect(await last.getAttribute('aria-rowindex')).toBe('10001')
  expect(await pod.getByRole('table').getAttribute('aria-rowcount')).toBe('10001')
  await expect.poll(() => last.evaluate((row) => row.getBoundingClientRect().top < innerHeight)).toBe(true)
  expect(await on.barriers()).toEqual([])
})

test('one of 10,000 companies is chosen by typing a part of its name', async () => {
  const { pod, ...on } = await stage.open({ member: 'tess' })
  await on.tab('Companies')
  await pod.getByRole('searchbox').fill('00042')
  await pod.getByRole('button', { name: 'Search' }).click()
  await pod.getByText('1 match').first().waitFor()

  await pod.getByRole('combobox', { name: 'ConnectWise company: Customer 00042' }).fill('7777')
  await pod.getByRole('option', { name: 'Customer 07777 Ltd' }).click()
  await pod.getByRole('button', { name: 'Save changes' }).click()
  await pod.getByRole('button', { name: 'Save changes' }).waitFor({ state: 'detached' })

  const company = stage.psa.store.companies.all().find(({ name }) => name === 'Customer 07777 Ltd')
  expect(await stage.client.call('GET', '/api/mappings?search=00042')).toMatchObject({
    total: 1,
    items: [{ mapping: { company: { connection: 'cw', id: `${company?.id}` }, billing: false } }],
  })
})
