import type { Frame } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { configurationOf, openDemoMsp } from '../demo/msp.ts'
import { openStage, type Stage } from './support/stage.ts'
import { workDuring } from './support/work.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  await stage.client.configure(configurationOf(openDemoMsp(stage.center, stage.psa), stage.screenUrl))
})
afterEach(() => {
  stage.psa.screens.proves = 'rightly'
})
afterAll(() => stage?.close())

const signedIn = (pod: Frame, who: RegExp) => pod.getByText(who).waitFor()

test('a member is signed in without a click, with the role that people gave them', async () => {
  const technician = await stage.open({ member: 'tess' })
  const viewer = await stage.open({ member: 'vic' })

  await signedIn(technician.pod, /tess · technician/i)
  await signedIn(viewer.pod, /vic · viewer/i)

  expect([...technician.complaints, ...viewer.complaints]).toEqual([])
})

test.each(['forged', 'expired'] as const)(
  'nobody is signed in by a proof that is %s, and the pod says what to do',
  async (proves) => {
    stage.psa.screens.proves = proves

    const { pod, ...on } = await stage.open({ member: 'tess' })
    await pod.getByText('ConnectWise does not confirm that it is you').waitFor()

    await expect.poll(() => pod.getByRole('navigation').count()).toBe(0)
    expect(await on.barriers()).toEqual([])
  },
)

test('an answer that comes late still signs in', async () => {
  stage.psa.screens.proves = 'late'

  const { pod } = await stage.open({ member: 'tess' })

  await signedIn(pod, /tess · technician/i)
})

test('a page that never says who looks is named as the cause; a reload helps once it does', async () => {
  stage.psa.screens.proves = 'never'
  const { pod, page, ...on } = await stage.open({ member: 'tess' })
  await pod.getByText('ConnectWise did not answer').waitFor({ timeout: 20_000 })
  expect(await on.barriers()).toEqual([])

  stage.psa.screens.proves = 'rightly'
  await page.reload()
  const again = await (await page.waitForSelector('iframe')).contentFrame()

  if (again === null) throw new Error('the page has no pod in it')
  await signedIn(again, /tess · technician/i)
})

test('a page of another origin gets no pod into its frame', async () => {
  const { page } = await stage.open({ member: 'tess' })
  const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))

  await page.goto(page.url().replace('localhost', 'elsewhere.localhost'))

  expect((await refused).type()).toBe('error')
  const frame = await (await page.waitForSelector('iframe')).contentFrame()
  expect(frame?.url()).toBe('chrome-error://chromewebdata/')
})

test('going from screen to screen keeps the browser busy for less than a quarter of a second each', async () => {
  const { pod, ...on } = await stage.open({ member: 'tess' })
  await signedIn(pod, /tess · technician/i)

  for (const tab of ['Companies', 'Products', 'Runs', 'Today']) {
    const ms = await workDuring(pod, async () => {
      await on.tab(tab)
      await on.settled()
    })
    expect(ms, tab).toBeGreaterThan(0)
    expect(ms, tab).toBeLessThan(250)
  }
})
