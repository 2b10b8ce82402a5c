import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage } from './support/stage.ts'
import { workDuring } from './support/work.ts'

const many = 10_000

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

test(`a turn of the wheel costs no more among ${many} virtual servers than among 120`, async () => {
  const { page, pod, ...on } = await stage.open({ member: 'tess' })
  const rowsInPage = () => pod.getByRole('row').count()
  const turns = () =>
    workDuring(pod, async () => {
      for (let turn = 0; turn < 20; turn++) {
        await page.mouse.wheel(0, 240)
        await page.waitForTimeout(16)
      }
    })
  await on.tab('Companies')
  await pod.getByText('Select all 10,000').waitFor({ timeout: 30_000 })
  await page.locator('iframe').hover()

  const amongMany = await turns()

  await expect.poll(() => pod.evaluate(() => window.scrollY)).toBeGreaterThan(2000)
  await expect.poll(() => rowsInPage()).toBeLessThan(100)
  const inTheMiddle = () =>
    pod.evaluate(() => document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('tr')?.innerText)
  await expect.poll(inTheMiddle).toMatch(/Customer 000[5-9]\d|Customer 001\d\d/)

  await pod.getByRole('searchbox').fill('001')
  await pod.getByRole('button', { name: 'Search' }).click()
  await pod.getByText('120 matches').first().waitFor()
  await pod.evaluate(() => window.scrollTo(0, 0))
  await on.still()
  await page.locator('iframe').hover()

  const amongFew = await turns()

  console.log(
    `20 turns of the wheel: ${Math.round(amongMany)} ms of work among ${many}, ${Math.round(amongFew)} among 120`,
  )
  expect(amongMany).toBeGreaterThan(0)
  expect(amongMany).toBeLessThan(2 * amongFew)
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

  await expect.poll(() => top()).toBeCloseTo(before + 200, -1)
  await expect
    .poll(() => row.evaluate((element) => element.getBoundingClientRect().height))
    .toBeGreaterThan(100)
})

test('the last of them is where the list ends, and is told as such', async () => {
  const { page, pod, ...on } = await stage.open({ member: 'tess' })
  await on.tab('Companies')
  await pod.getByText('Select all 10,000').waitFor({ timeout: 30_000 })

  await pod.getByRole('main').focus()
  await page.keyboard.press('End')
  const last = pod.getByRole('row', { name: /Customer 10000/ })
  await last.waitFor()

  await expect.poll(() => last.getAttribute('aria-rowindex')).toBe('10001')
  await expect.poll(() => pod.getByRole('table').getAttribute('aria-rowcount')).toBe('10001')
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
