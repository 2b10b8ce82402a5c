import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configurationOf, type DemoMsp, openDemoMsp, passNight } from '../demo/msp.ts'
import { openStage, type Stage } from './support/stage.ts'

const dayMs = 24 * 3_600_000
const yesterday = new Date(Date.now() - dayMs)
yesterday.setUTCHours(4, 0, 0, 0)

let stage: Stage
let msp: DemoMsp

/** Two days of the demo's MSP, with all devices but servers on one line. */
beforeAll(async () => {
  stage = await openStage()
  msp = openDemoMsp(stage.center, stage.psa)
  const configuration = configurationOf(msp, stage.screenUrl)
  for (const product of configuration.products[0]?.map ?? []) {
    if (product.workstation !== undefined) product.other = product.workstation
  }
  await stage.client.configure(configuration)
  await stage.client.runOn(yesterday)
  passNight(msp)
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

/** The file that a press of the button makes. */
async function fileOf(page: Page, press: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()])
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') }
}

test('a number is explained by its devices in their categories, and by those that do not count with the reason', async () => {
  const { pod, ...on } = await stage.open({
    member: 'vic',
    company: Number(customer('Blue Harbour Hotel').company?.id),
  })
  expect(billed('Blue Harbour Hotel')).toEqual([73, 5])

  await pod.getByRole('button', { name: 'Why 73?' }).click()
  const dialog = pod.getByRole('dialog', { name: 'Blue Harbour Hotel Ltd: why 73?' })

  await dialog.getByRole('heading', { name: 'Windows workstations 64' }).waitFor()
  await dialog.getByRole('heading', { name: 'Non-Windows devices 9' }).waitFor()
  const leftOut = dialog.getByRole('heading', { name: 'Not counted' }).locator('..')
  await expect.poll(() => leftOut.getByRole('listitem').count()).toBe(73)
  expect(new Set(await leftOut.getByRole('listitem').locator('.badge').allInnerTexts())).toEqual(
    new Set(['reserve key']),
  )
  expect(await on.barriers()).toEqual([])
  await on.expectCalm()
})

test('a number is explained by what came and went since an earlier day', async () => {
  const { pod, page, ...on } = await stage.open({
    member: 'vic',
    company: Number(customer('Acme').company?.id),
  })
  const day = yesterday.toISOString().slice(0, 10)

  await pod.getByRole('button', { name: 'Why 12?' }).click()
  const servers = pod.getByRole('dialog', { name: 'Acme Ltd: why 12?' })
  await servers.getByLabel('Compared with').fill(day)
  await servers.getByText('2 more: new-srv-1, new-srv-2').waitFor()
  await expect.poll(() => servers.innerText()).toMatch(/\+2 since/)
  expect(await on.barriers()).toEqual([])
  const file = await fileOf(page, () => servers.getByRole('button', { name: 'Download CSV' }).click())
  await servers.getByRole('button', { name: 'Close' }).click()

  await pod.getByRole('button', { name: 'Why 88?' }).click()
  const workstations = pod.getByRole('dialog', { name: 'Acme Ltd: why 88?' })
  await workstations.getByLabel('Compared with').fill(day)
  await workstations.getByText(/^2 fewer: \S+, \S+$/).waitFor()

  const [head, ...lines] = file.text.trim().split('\r\n')
  expect(head).toContain('device,name,tenant,application,category,counted,reason')
  expect(lines.filter((line) => line.endsWith('server,true,'))).toHaveLength(12)
  expect(file.text).toContain('new-srv-1')
})
