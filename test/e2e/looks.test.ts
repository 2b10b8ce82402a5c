import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { configurationOf, openDemoMsp, passNight } from '../demo/msp.ts'
import { follow } from './support/pod.ts'
import { openStage, type Stage } from './support/stage.ts'

let stage: Stage
let acme: number
beforeAll(async () => {
  stage = await openStage()
  const msp = openDemoMsp(stage.center, stage.psa)
  await stage.client.configure(configurationOf(msp, stage.screenUrl))
  await stage.client.runNow()
  passNight(msp)
  await stage.client.runNow()
  acme = Number(msp.customers[0]?.company?.id)
})
afterAll(() => stage?.close())

const screens = [
  ['today', 'Today', 'Waiting for you'],
  ['companies', 'Companies', 'Acme'],
  ['products', 'Products', 'Kaspersky Endpoint Security for Business Advanced'],
  ['runs', 'Runs', 'Done, with problems'],
  ['settings', 'Settings', 'Security Center'],
] as const

describe.each([360, 800, 1400])('%i pixels wide', (width) => {
  test.each(screens)('%s can be read and used by everybody', async (name, tab, content) => {
    const { pod, ...on } = await stage.open({ member: 'ada', width, height: 1000 })
    await on.tab(tab)
    await pod.getByText(content).first().waitFor()
    await on.settled()

    expect(await on.barriers()).toEqual([])
    await on.expectCalm()
    await on.screenshot(`${name}-${width}`)
  })

  test("a company's own screen opens on its bill", async () => {
    const { pod, ...on } = await stage.open({ member: 'tess', company: acme, width })
    await pod.getByRole('heading', { name: 'Acme Ltd' }).waitFor()
    await on.settled()

    expect(await on.barriers()).toEqual([])
    await on.expectCalm()
    await on.screenshot(`company-${width}`)
  })
})

test.each(screens)('%s is readable in the dark', async (name, tab, content) => {
  const { pod, ...on } = await stage.open({ member: 'ada', colorScheme: 'dark' })
  await on.tab(tab)
  await pod.getByText(content).first().waitFor()

  expect(await on.barriers()).toEqual([])
  await on.screenshot(`${name}-dark`)
})

test.each([
  ['runs', 'Runs and approval', 'Time zone'],
  ['people', 'People', 'tess'],
  ['audit', 'Audit trail', 'setting dailyRunAt'],
  ['document', 'Export and import', 'Configuration file'],
])('the settings of %s can be read and used by everybody', async (name, page, content) => {
  const { pod, ...on } = await stage.open({ member: 'ada' })
  await on.tab('Settings')
  await follow(pod, 'Settings', page)
  await pod.getByText(content).first().waitFor()

  expect(await on.barriers()).toEqual([])
  await on.expectCalm()
  await on.screenshot(`settings-${name}`)
})

test('a German browser gets German words', async () => {
  const { pod, ...on } = await stage.open({ member: 'tess', locale: 'de-DE' })
  await pod.getByRole('heading', { name: 'Heute' }).waitFor()

  await expect.poll(() => pod.locator('html').getAttribute('lang')).toBe('de')
  expect(await on.barriers()).toEqual([])
  await on.screenshot('today-de')
})
