import { afterAll, beforeAll, expect, test } from 'vitest'
import { configurationOf, openDemoMsp } from '../demo/msp.ts'
import { openStage, type Stage } from './support/stage.ts'
let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  await stage.client.configure(configurationOf(openDemoMsp(stage.center, stage.psa), stage.screenUrl))
})
afterAll(() => stage?.close())
test('x', async () => {
  const { page } = await stage.open({ member: 'tess' })
  page.on('console', (m) => console.log('CONSOLE', m.text()))
  page.on('response', (r) => {
    if (r.url().includes('/pod') || r.url().includes('session')) console.log(r.status(), r.url())
  })
  page.on('request', (r) => {
    if (r.url().includes('session') || r.url().includes('member')) console.log('REQ', r.url())
  })
  for (let i = 0; i < 40; i++) {
    await page.waitForTimeout((i * 37) % 400)
    console.log('reload', i)
    await page.reload()
    const frame = await (await page.waitForSelector('iframe')).contentFrame()
    try {
      await frame?.getByText('tess · Technician').waitFor({ timeout: 5000 })
    } catch {
      console.log(
        'STUCK',
        frame?.url(),
        await page.locator('#log').innerText(),
        page.frames().map((f) => f.url()),
        await frame?.content().catch(String),
      )
      await page.screenshot({ path: '/tmp/b3/stuck.png' })
    }
  }
})
