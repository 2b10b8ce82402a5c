import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Frame, Page } from 'playwright-core'
import { expect } from 'vitest'
import * as z from 'zod'
import type { LocalWorker } from '../../local/worker.ts'
import type { Account } from '../../vendors/connectwise/account.ts'

export interface PodPlace {
  /** Login name; the first member where absent. */
  member?: string
  /** The company on whose screen the pod lies; a set-up tab where absent. */
  company?: number
  /** `/setup` in a window of its own, outside of any PSA. */
  alone?: boolean
  /** Of another page of our own, in place of `/setup`. */
  path?: string
  /** Of the window, in pixels. */
  width?: number
  height?: number
  colorScheme?: 'light' | 'dark'
  locale?: string
}

export type Pod = Awaited<ReturnType<typeof podOn>>

const screenshots = join(import.meta.dirname, '../screenshots')
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const Violations = z.array(
  z.object({
    id: z.string(),
    help: z.string(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
  }),
)

/** Opens the pod on a page, and what tests do with it. */
export async function podOn(
  page: Page,
  at: { worker: LocalWorker; psa: Account; screenUrl: string },
  place: PodPlace,
) {
  const complaints: string[] = []
  page.on('console', (message) => {
    // A refusal that the pod shows to people is no fault of its script.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text())
    }
  })
  page.on('pageerror', (error) => complaints.push(error.message))

  const query = new URLSearchParams({
    company: at.psa.companyId,
    ...(place.member === undefined ? {} : { member: place.member }),
    ...(place.company === undefined ? { screen: 'tab' } : { record: `${place.company}` }),
  })
  const isOwnPage = place.alone === true || place.path !== undefined
  await page.goto(isOwnPage ? `${at.worker.url}${place.path ?? '/setup'}` : `${at.screenUrl}/host?${query}`)
  const pod = isOwnPage ? page.mainFrame() : await frameIn(page)

  return {
    page,
    /** The pod's own document, whoever frames it. */
    pod,
    complaints,

    /** Goes to a screen of the pod by its tab, and settles when it is there. */
    tab: (name: string) => follow(pod, 'tallypod', name),

    /** Settles when everything on the screen is loaded. */
    async settled(): Promise<void> {
      await pod.waitForFunction(() => document.querySelector('.skeleton') === null)
    },

    /** Settles when nothing has moved for some frames. */
    async still(): Promise<void> {
      await pod.waitForFunction(async () => {
        const places = new Set<number>()
        for (let frame = 0; frame < 8; frame++) {
          places.add(window.scrollY)
          await new Promise(requestAnimationFrame)
        }
        return places.size === 1
      })
    },

    /** What is wrong for people who can't see, or use no mouse; empty where all is well. */
    async barriers(): Promise<string[]> {
      await pod.evaluate(axeSource)
      const found = await pod.evaluate(async () => {
        const axe: { run(options: unknown): Promise<{ violations: unknown }> } = Reflect.get(
          globalThis,
          'axe',
        )
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
        // What it covers just now can be scrolled into sight, and is not too small for that.
        const bar = document.querySelector<HTMLElement>('.save-bar')
        bar?.style.setProperty('position', 'static')
        const { violations } = await axe.run({ runOnly: tags, rules: { region: { enabled: false } } })
        bar?.style.removeProperty('position')
        return violations
      })
      return Violations.parse(found).map(
        ({ id, help, nodes }) =>
          `${id}: ${help} – ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
      )
    },

    /** For people to look at. */
    async screenshot(name: string): Promise<void> {
      mkdirSync(screenshots, { recursive: true })
      await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: isOwnPage })
    },

    /** Fails where the page complained of anything, or scrolls sideways. */
    async expectCalm(): Promise<void> {
      expect(complaints).toEqual([])
      const overflow = await pod.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow).toBeLessThanOrEqual(0)
    },
  }
}

/** Follows a link of a menu to a screen, and settles when it is there. */
export async function follow(pod: Frame, menu: string, name: string | RegExp): Promise<void> {
  const link = pod
    .getByRole('navigation', { name: menu, exact: true })
    .getByRole('link', { name, exact: true })
  await link.click()
  await link.and(pod.locator('[aria-current=page]')).waitFor()
}

async function frameIn(page: Page): Promise<Frame> {
  const element = await page.waitForSelector('iframe')
  const frame = await element.contentFrame()
  if (frame === null) throw new Error('the page has no pod in it')
  return frame
}
