import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { configurationOf, openDemoMsp } from '../demo/msp.ts'
import { openStage, type Stage } from './support/stage.ts'

/** Each with what it asks for first, a text of it when all is there, and the tab that one comes from. */
const screens = [
  { tab: 'Today', asks: '/api/today', content: 'with ConnectWise', from: 'Runs' },
  { tab: 'Companies', asks: '/api/mappings?*', content: 'Alpine Sports', from: 'Runs' },
  { tab: 'Runs', asks: '/api/runs?*', content: 'by hand', from: 'Companies' },
]

let stage: Stage
let configuration: ReturnType<typeof configurationOf>
beforeAll(async () => {
  stage = await openStage()
  configuration = configurationOf(openDemoMsp(stage.center, stage.psa), stage.screenUrl)
  await stage.client.configure({
    ...configuration,
    connections: configuration.connections.filter(({ id }) => id === 'cw'),
    companies: [],
    products: [],
  })
})
afterAll(() => stage?.close())

/** Holds what the pod asks for until it is let go. */
async function hold(page: Page, path: string): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route(`${stage.worker.url}${path}`, async (route) => {
    await promise
    await route.continue()
  })
  return resolve
}

describe('before anything is connected but ConnectWise', () => {
  test.each([
    ['Today', 'No run has ended yet. The daily run starts at 03:00.', 'Connect Kaspersky'],
    ['Companies', 'There are no virtual servers yet.', 'Go to connections'],
    ['Runs', 'There was no run yet.', 'Start a dry run to see what would be billed.'],
  ])('%s is empty, and says what to do first', async (tab, text, remedy) => {
    const { pod, ...on } = await stage.open({ member: 'ada' })
    await on.tab(tab)
    await pod.getByText(text).waitFor()
    await pod.getByText(remedy).waitFor()
    await on.settled()

    expect(await on.barriers()).toEqual([])
    await on.expectCalm()
  })
})

describe('with Security Center connected', () => {
  beforeAll(async () => {
    stage.center.faults.add({ match: () => true, times: Number.POSITIVE_INFINITY, kind: 'resetBefore' })
    await stage.client.configure(configuration)
  })

  test('Companies shows what it can while Security Center is down, and all of it once it is back', async () => {
    const { pod, ...on } = await stage.open({ member: 'tess' })
    await on.tab('Companies')
    const notice = pod.getByText(
      /^Security Center: .* What is shown is from the last time that it answered\./,
    )
    await notice.waitFor({ timeout: 40_000 })
    expect(await on.barriers()).toEqual([])

    stage.center.faults.clear()
    await pod.getByRole('button', { name: 'Try again' }).click()
    await pod.getByRole('rowheader', { name: 'Alpine Sports' }).waitFor()

    await expect.poll(() => notice.count()).toBe(0)
    await on.expectCalm()
  })

  test('a search without a match says so, and how to go on', async () => {
    const { pod, ...on } = await stage.open({ member: 'tess' })
    await on.tab('Companies')
    await pod.getByRole('searchbox').fill('nobody of this name')
    await pod.getByRole('button', { name: 'Search' }).click()

    await pod.getByText('Nothing matches. Search for another part of the name, or show all.').waitFor()
    expect(await on.barriers()).toEqual([])
  })
})

describe('after a run', () => {
  beforeAll(async () => {
    await stage.client.runNow()
  })

  test.each(screens)(
    '$tab shows where something is to come while it waits',
    async ({ tab, asks, content, from }) => {
      const { page, pod, ...on } = await stage.open({ member: 'tess' })
      await on.tab(from)
      const release = await hold(page, asks)

      await on.tab(tab)
      await pod.getByRole('status', { name: 'Loading…' }).first().waitFor()
      expect(await on.barriers()).toEqual([])
      release()

      await pod.getByText(content).first().waitFor()
      await on.settled()
    },
  )

  test.each(screens)(
    '$tab says what failed, and Try again shows it',
    async ({ tab, asks, content, from }) => {
      const { page, pod, ...on } = await stage.open({ member: 'tess' })
      await on.tab(from)
      const address = `${stage.worker.url}${asks}`
      await page.route(address, (route) => route.abort('connectionrefused'))

      await on.tab(tab)
      const failure = pod
        .getByRole('alert')
        .filter({ hasText: 'tallypod did not answer. Nothing was changed.' })
      await failure.waitFor()
      expect(await on.barriers()).toEqual([])
      await page.unroute(address)
      await failure.getByRole('button', { name: 'Try again' }).click()

      await pod.getByText(content).first().waitFor()
      await expect.poll(() => failure.count()).toBe(0)
    },
  )

  test.each(screens)('$tab can be read, and not changed, by a viewer', async ({ tab, content }) => {
    const { pod, ...on } = await stage.open({ member: 'vic' })
    await on.tab(tab)
    await pod.getByText(content).first().waitFor()
    await on.settled()

    await pod.getByText('You may look, but not change anything.').waitFor()
    const main = pod.getByRole('main')
    for (const control of ['combobox', 'switch', 'checkbox'] as const) {
      await expect.poll(() => main.getByRole(control).count(), { message: control }).toBe(0)
    }
    await expect
      .poll(() =>
        main.getByRole('button', { name: /run now|dry run|approve|dismiss|use|try again/i }).count(),
      )
      .toBe(0)
    expect(await on.barriers()).toEqual([])
    await on.expectCalm()
  })
})
