import type { Frame, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { configurationOf, type DemoMsp, openDemoMsp, passNight } from '../demo/msp.ts'
import { openStage, type Stage } from './support/stage.ts'

let stage: Stage
let msp: DemoMsp
beforeAll(async () => {
  stage = await openStage()
  msp = openDemoMsp(stage.center, stage.psa)
  await stage.client.configure(configurationOf(msp, stage.screenUrl))
  await stage.client.runNow()
  passNight(msp)
  await stage.client.runNow()
})
afterAll(() => stage?.close())

/** More presses than any screen of the tests has places for the focus. */
const mostPresses = 150

/** A person with a keyboard alone, who has to see at every moment where they are. */
function keyboard(page: Page, pod: Frame) {
  const press = (key: string) => page.keyboard.press(key)

  /** Goes on by Tab until the focus is at `target`. Fails where it is out of sight on the way. */
  async function tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await target.waitFor()
    for (let presses = 0; presses < mostPresses; presses++) {
      await press(key)
      await expect.poll(() => unseen(pod)).toBe(null)
      if (await hasFocus(target)) return
    }
    throw new Error(`the focus never came to ${target}`)
  }

  return { press, type: (text: string) => page.keyboard.type(text), tabTo }
}

function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement)
}

/** What has the focus without being seen to have it; null where all is well, or where the focus is outside of the pod. */
function unseen(pod: Frame): Promise<string | null> {
  return pod.evaluate(() => {
    const element = document.activeElement
    if (!document.hasFocus() || element === null || element === document.body) return null
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    const { left, top, width, height } = element.getBoundingClientRect()
    const [x, y] = [left + width / 2, top + Math.min(height / 2, 20)]
    const drawn = document.elementFromPoint(x, y)
    const isCovered = drawn === null || !(element.contains(drawn) || drawn.contains(element))
    const isMarked = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    if (isMarked && !isCovered) return null
    return `${isMarked ? 'covered' : 'not marked'}: ${element.outerHTML.slice(0, 200)}`
  })
}

test('every tab can be reached and opened', async () => {
  const { page, pod } = await stage.open({ member: 'ada' })
  const keys = keyboard(page, pod)
  const menu = pod.getByRole('navigation', { name: 'tallypod' })
  await keys.tabTo(menu.getByRole('link', { name: 'Today' }))

  for (const name of ['Companies', 'Products', 'Runs', 'Settings', 'Today']) {
    // What a tab opens is where one goes on, and the tabs are just before it.
    const way = name === 'Companies' ? 'Tab' : 'Shift+Tab'
    await keys.tabTo(menu.getByRole('link', { name }), way)
    await keys.press('Enter')
    await pod.getByRole('heading', { level: 1, name }).waitFor()
    await expect.poll(() => menu.getByRole('link', { name }).getAttribute('aria-current')).toBe('page')
    await expect.poll(() => hasFocus(pod.getByRole('main'))).toBe(true)
  }
})

const MappingRow = z.object({
  mapping: z.object({ company: z.object({ id: z.string() }), billing: z.boolean(), agreementId: z.string() }),
})

test('a virtual server is found, given its company and agreement, and billed', async () => {
  const { page, pod, ...on } = await stage.open({ member: 'tess' })
  const keys = keyboard(page, pod)
  await keys.tabTo(pod.getByRole('link', { name: 'Companies' }))
  await keys.press('Enter')

  await keys.tabTo(pod.getByRole('searchbox'))
  await keys.type('union')
  await keys.press('Enter')
  await pod.getByText('1 match').first().waitFor()

  const company = pod.getByRole('combobox', { name: 'ConnectWise company: Union Brewery' })
  await keys.tabTo(company)
  await keys.type('acme')
  await pod.getByRole('option', { name: 'Acme Ltd mapped to Acme' }).waitFor()
  await keys.press('Escape')
  await expect.poll(() => pod.getByRole('option').count()).toBe(0)
  await expect.poll(() => company.inputValue()).toBe('')
  await expect.poll(() => hasFocus(company)).toBe(true)

  await keys.type('union')
  await pod.getByRole('option', { name: 'Union Brewery Ltd' }).waitFor()
  await keys.press('ArrowDown')
  await keys.press('Enter')
  await expect.poll(() => company.inputValue()).toBe('Union Brewery Ltd')

  const agreement = pod.getByRole('combobox', { name: 'Select agreement: Union Brewery' })
  await keys.tabTo(agreement)
  await keys.press('ArrowDown')
  await pod.getByRole('option', { name: 'Managed security' }).waitFor()
  await keys.press('ArrowDown')
  await keys.press('Enter')
  await expect.poll(() => agreement.inputValue()).toBe('Managed security')

  await keys.tabTo(pod.getByRole('switch', { name: 'Automatic billing' }), 'Shift+Tab')
  await keys.press('Space')
  await keys.tabTo(pod.getByRole('button', { name: 'Save changes' }))
  await keys.press('Enter')
  await pod.getByRole('button', { name: 'Save changes' }).waitFor({ state: 'detached' })

  const [saved] = await stage.client.all('/api/mappings?search=union', MappingRow)
  const { agreement: own } = customer('Union Brewery')
  expect(saved?.mapping).toEqual({
    company: { id: idOf('Union Brewery Ltd') },
    billing: true,
    agreementId: `${own.id}`,
  })
  await on.expectCalm()
})

test('a number is explained, and the focus comes back to where it was asked', async () => {
  const { page, pod } = await stage.open({ member: 'tess', company: Number(idOf('Acme Ltd')) })
  const keys = keyboard(page, pod)
  const why = pod.getByRole('button', { name: 'Why 12? Acme Ltd' })

  await keys.tabTo(why)
  await keys.press('Enter')
  const dialog = pod.getByRole('dialog', { name: 'Acme Ltd: why 12?' })
  await dialog.getByRole('heading', { name: 'Windows servers' }).waitFor()
  await expect.poll(() => pod.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true)

  await keys.tabTo(dialog.getByRole('button', { name: 'Close' }))
  await keys.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => hasFocus(why)).toBe(true)

  await keys.press('Enter')
  await dialog.waitFor()
  await keys.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => hasFocus(why)).toBe(true)
  await expect.poll(() => unseen(pod)).toBe(null)
})

test('a change is approved, and the next Tab goes on from there', async () => {
  const { page, pod } = await stage.open({ member: 'tess' })
  const keys = keyboard(page, pod)
  const waiting = pod.getByRole('region', { name: 'Waiting for you' })
  const approve = waiting.getByRole('button', { name: 'Approve the change of Winter Ski School Ltd' })

  await keys.tabTo(approve)
  await keys.press('Enter')
  await approve.waitFor({ state: 'detached' })

  await expect.poll(() => quantities('Winter Ski School')).toEqual([24])
  await keys.press('Tab')
  await expect
    .poll(() => pod.evaluate(() => document.activeElement?.closest('section.part') !== null))
    .toBe(true)
  await expect.poll(() => unseen(pod)).toBe(null)
})

function customer(name: string) {
  const found = msp.customers.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no customer ${name}`)
  return found
}

function idOf(company: string): string {
  return `${stage.psa.store.companies.all().find(({ name }) => name === company)?.id}`
}

function quantities(name: string): number[] {
  return stage.psa.additionsOf(Number(customer(name).agreement.id)).map(({ quantity }) => quantity)
}
