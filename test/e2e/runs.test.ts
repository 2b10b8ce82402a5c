import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configurationOf, type DemoMsp, openDemoMsp } from '../demo/msp.ts'
import { devices } from '../vendors/ksc/devices.ts'
import { openStage, type Stage } from './support/stage.ts'

let stage: Stage
let msp: DemoMsp
beforeAll(async () => {
  stage = await openStage()
  msp = openDemoMsp(stage.center, stage.psa)
  await stage.client.configure(configurationOf(msp, stage.screenUrl))
})
afterAll(() => stage?.close())

/** Every line of every agreement, with its quantity. */
function allLines(): string[] {
  return msp.customers.flatMap(({ name, agreement }) =>
    stage.psa
      .additionsOf(Number(agreement.id))
      .map(({ product, quantity }) => `${name}: ${quantity} ${product.identifier}`),
  )
}

test('a dry run shows what a run would change, writes nothing, and can be kept as a file', async () => {
  const { page, pod, ...on } = await stage.open({ member: 'tess' })
  const before = allLines()
  await on.tab('Runs')
  await pod.getByText('There was no run yet').waitFor()

  await pod.getByRole('button', { name: 'Dry run' }).click()
  await pod.getByText('What a run would change').waitFor()
  await pod.getByText('Finished', { exact: true }).waitFor({ timeout: 30_000 })
  const acme = pod.getByRole('row', { name: /^Acme Ltd KES-WKS/ })
  await acme.waitFor()

  await expect.poll(() => acme.innerText()).toMatch(/– → 90 devices\s+\+90/)
  await expect.poll(() => acme.innerText()).toContain('planned')
  expect(allLines()).toEqual(before)
  expect(await on.barriers()).toEqual([])

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    pod.getByRole('button', { name: 'Download CSV' }).click(),
  ])
  const [head, ...lines] = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\r\n')
  expect(download.suggestedFilename()).toMatch(/^run-.*\.csv$/)
  expect(head).toContain('company,agreement,product,from,to,difference,state,reason,applications,tenants')
  expect(lines.filter((line) => line.startsWith('Acme Ltd,')).toSorted()).toEqual([
    expect.stringMatching(/KES-SRV.*,0,10,10,planned,/),
    expect.stringMatching(/KES-WKS.*,0,90,90,planned,/),
  ])

  await pod.getByRole('button', { name: 'failed', exact: true }).click()
  await pod.getByText('No change is in this state.').waitFor()
  expect(await on.barriers()).toEqual([])
  await on.expectCalm()
})

test('a run tells how far it is while it goes on, and what it did when it is over', async () => {
  const { pod, ...on } = await stage.open({ member: 'tess' })
  await on.tab('Runs')
  await pod.getByRole('heading', { name: 'Runs' }).waitFor()
  await on.settled()
  const open = Promise.withResolvers<void>()
  stage.psa.gate = open.promise

  await pod.getByRole('button', { name: 'Run now' }).click()
  await pod.getByRole('progressbar', { name: 'Running' }).waitFor()
  await pod.getByText(/^0 of \d+ companies/).waitFor()
  expect(await on.barriers()).toEqual([])
  await expect.poll(() => pod.getByText('Finished', { exact: true }).count()).toBe(0)

  open.resolve()
  await pod.getByText('Finished', { exact: true }).waitFor({ timeout: 30_000 })
  await expect.poll(() => pod.getByRole('progressbar').count()).toBe(0)
  const made = pod.getByRole('term').filter({ hasText: 'New lines' })
  const lines = Number(await made.locator('xpath=following-sibling::dd[1]').innerText())

  expect(allLines()).toContain('Acme: 90 KES-WKS')
  expect(lines).toBe(allLines().length - 2)
  await on.expectCalm()
})

test('a second run is refused in words while one is at work', async () => {
  const { pod, ...on } = await stage.open({ member: 'tess' })
  await on.tab('Runs')
  await pod.getByRole('table', { name: 'Runs' }).waitFor()
  const open = Promise.withResolvers<void>()
  stage.psa.gate = open.promise
  const growing = msp.customers[0]
  growing?.key.use(growing.server.addHosts(1, devices.workstation))
  const { run } = Object(await stage.client.call('POST', '/api/runs', {}))

  await pod.getByRole('button', { name: 'Run now' }).click()
  await pod.getByRole('alert').waitFor()

  await expect
    .poll(() => pod.getByRole('alert').innerText())
    .toBe('A run is at work already. Wait for its end, then start another.')
  open.resolve()
  await stage.client.finished(run.id)
  expect(allLines()).toContain('Acme: 91 KES-WKS')
})
