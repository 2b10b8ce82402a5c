import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Account } from '../vendors/connectwise/account.ts'
import { type ConnectWise, startConnectWise } from '../vendors/connectwise/server.ts'
import { startBrowser } from './support/browser.ts'
import { type ScriptedPod, scriptedPodOn, startScriptedPods } from './support/scripted-pod.ts'

let cw: ConnectWise
let pods: Awaited<ReturnType<typeof startScriptedPods>>
let browser: Browser
let psa: Account
let context: BrowserContext
let acme: number
let borealis: number

beforeAll(async () => {
  cw = await startConnectWise()
  pods = await startScriptedPods()
  browser = await startBrowser()
})
beforeEach(async () => {
  psa = cw.account()
  psa.screens.podUrl = `${pods.url}/?id=[cw_id]&screen=[cw_screen]`
  psa.screens.members = ['tess', 'ada'].map((identifier) => ({ identifier, name: identifier }))
  acme = psa.addCompany({ name: 'Acme' }).id
  borealis = psa.addCompany({ name: 'Borealis' }).id
  context = await browser.newContext({ locale: 'en-GB' })
})
afterEach(() => context.close())
afterAll(async () => {
  await browser?.close()
  await pods?.close()
  await cw?.close()
})

/** The screen of Acme where `query` names no other. */
async function opened(query: Record<string, string> = {}, site = cw.screenUrl): Promise<ScriptedPod> {
  const asked = new URLSearchParams({ company: psa.companyId, record: `${acme}`, ...query })
  return scriptedPodOn(await context.newPage(), `${site}/host?${asked}`)
}

/** The status of ConnectWise's own answer to whom a proof belongs. */
async function statusOfProof(data: unknown): Promise<number> {
  const proof = z.record(z.string(), z.string()).parse(data)
  const { companyid, memberid, memberHash, memberContext } = proof
  const answer = await fetch(`${cw.url}/v2025_1/apis/3.0/system/myMembers/info`, {
    headers: {
      clientId: psa.clientId,
      cookie: `companyName=${companyid}; memberId=${memberid}; memberHash=${memberHash}; memberContext=${memberContext}`,
    },
  })
  return answer.status
}

describe('at the beginning', () => {
  test('a pod that is ready is told its frame, twice, and then the record', async () => {
    const pod = await opened()

    await pod.says({ message: 'ready' })
    await pod.hears({ event: 'onLoad' })

    const [first, second, third, ...more] = await pod.heard()
    expect(first).toEqual({ MessageFrameID: expect.any(String) })
    expect(second).toEqual(first)
    expect(third).toEqual({
      event: 'onLoad',
      _id: expect.any(String),
      data: { screenObject: { screen: 'company', id: acme, hostedAs: 'pod' } },
    })
    expect(more).toEqual([])
    expect(await pod.origins()).toEqual([cw.screenUrl])
  })

  test('a pod that says nothing is told nothing', async () => {
    const silent = await opened()
    const ready = await opened()

    await ready.ready()

    expect(await silent.heard()).toEqual([])
  })

  test('the address has the record and the screen in the places of their marks', async () => {
    const onCompany = await opened()
    const onTab = await opened({ screen: 'tab' })

    expect(onCompany.frame.url()).toBe(`${pods.url}/?id=${acme}&screen=company`)
    expect(onTab.frame.url()).toBe(`${pods.url}/?id=&screen=setup`)
  })

  test('a tab is told that it has no record', async () => {
    const pod = await opened({ screen: 'tab' })

    await pod.ready()

    const { data } = await pod.hears({ event: 'onLoad' })
    expect(data).toEqual({ screenObject: { screen: 'setup', hostedAs: 'tab' } })
  })

  test('a hosted set-up of the screen goes before the pod of everywhere, and hears only at its own origin', async () => {
    const setUp = (url: string, origin: string) => ({
      screenId: 3,
      description: 'tallypod',
      type: 'Pod',
      url,
      origin,
      disabledFlag: false,
    })
    const wrong = psa.store.hostedSetups.insert(setUp(`${pods.url}/registered`, 'https://elsewhere.example'))
    const deaf = await opened()
    await deaf.says({ message: 'ready' })
    await expect.poll(() => deaf.remarks()).toEqual([`ignored: it comes from ${pods.url}`])
    psa.store.hostedSetups.put({ ...setUp(`${pods.url}/registered`, pods.url), id: wrong.id })

    const pod = await opened()
    await pod.ready()

    expect(pod.frame.url()).toBe(`${pods.url}/registered`)
    expect(await deaf.heard()).toEqual([])
  })
})

describe('who the member is', () => {
  test('comes under the request in lower case, and ConnectWise confirms it', async () => {
    const pod = await opened({ member: 'ada' })
    const frameID = await pod.ready()

    await pod.says({ hosted_request: 'getMemberAuthentication', frameID })

    const answer = await pod.hears({ response: 'getmemberauthentication' })
    expect(answer).toEqual({
      response: 'getmemberauthentication',
      _id: expect.any(String),
      data: {
        site: expect.stringMatching(/^http:.*\/$/),
        companyid: psa.companyId,
        memberid: 'ada',
        memberHash: expect.any(String),
        memberContext: 'web',
        memberEmail: expect.stringContaining('ada@'),
        codeBase: 'v2025_1/',
      },
    })
    expect(await statusOfProof(answer.data)).toBe(200)
  })

  test.each(['forged', 'expired'] as const)(
    'is refused by ConnectWise where the proof is %s',
    async (proves) => {
      psa.screens.proves = proves
      const pod = await opened()
      const frameID = await pod.ready()

      await pod.says({ hosted_request: 'getMemberAuthentication', frameID })

      const { data } = await pod.hears({ response: 'getmemberauthentication' })
      expect(await statusOfProof(data)).toBe(401)
    },
  )

  test('comes late, or not at all, where the page is told so', async () => {
    psa.screens.proves = 'late'
    const late = await opened()
    const lateID = await late.ready()
    psa.screens.proves = 'never'
    const never = await opened()
    const neverID = await never.ready()

    const asked = Date.now()
    await never.says({ hosted_request: 'getMemberAuthentication', frameID: neverID })
    await late.says({ hosted_request: 'getMemberAuthentication', frameID: lateID })
    await expect.poll(async () => (await late.heard()).length, { timeout: 10_000 }).toBe(4)

    expect(Date.now() - asked).toBeGreaterThan(2_900)
    expect(await never.heard()).toHaveLength(3)
  })

  test('is shown to nobody in the log of the page', async () => {
    const pod = await opened()
    const frameID = await pod.ready()

    await pod.says({ hosted_request: 'getMemberAuthentication', frameID })
    const { data } = await pod.hears({ response: 'getmemberauthentication' })

    const log = await pod.page.locator('#log').textContent()
    expect(log).toContain('"memberid":"tess"')
    expect(log).not.toContain(z.object({ memberHash: z.string() }).parse(data).memberHash)
  })
})

test('what the protocol does not know is passed over in silence', async () => {
  const pod = await opened()
  const frameID = await pod.ready()
  const request = { hosted_request: 'getMemberAuthentication', frameID }

  await pod.saysAsItIs(request)
  await pod.saysAsItIs('{"hosted_request"')
  await pod.says({ request: 'getMemberAuthentication', frameID })
  await pod.says({ hosted_request: 'getMemberAuthentication' })
  await pod.says({ hosted_request: 'getMemberAuthentication', frameID: 'another' })
  await pod.says({ hosted_request: 'getScreenObject', frameID })
  await pod.says({ event: 'beforeSave', _id: 'of nothing', result: 'success', frameID })
  await pod.says(request)
  await pod.hears({ response: 'getmemberauthentication' })

  expect((await pod.heard()).filter(({ response }) => response !== undefined)).toHaveLength(1)
  expect(await pod.remarks()).toEqual([
    'again, as it happens',
    'ignored: not text',
    'ignored: no JSON',
    'ignored: neither event nor hosted_request',
    'ignored: no frameID, or another frame’s',
    'ignored: no frameID, or another frame’s',
    'ignored: no such request',
    'ignored: answers no event',
  ])
})

describe('Save', () => {
  test('hangs until the pod answers, shows why it must not be, and goes through once it may', async () => {
    const pod = await opened()
    const frameID = await pod.ready()
    const { page } = pod
    const save = page.getByRole('button', { name: 'Save' })

    await save.click()
    const first = await pod.hears({ event: 'beforeSave' })
    await pod.says({ event: 'onLoad', _id: first._id, result: 'success', frameID })
    await expect.poll(() => pod.remarks()).toContain('ignored: answers no event')
    expect(await page.locator('#result').textContent()).toBe('Saving…')
    expect(await save.isDisabled()).toBe(true)

    await pod.says({
      event: 'beforeSave',
      _id: first._id,
      result: 'failure',
      errors: ['No agreement.'],
      frameID,
    })
    await expect.poll(() => page.locator('#result').textContent()).toBe('Not saved: No agreement.')

    await save.click()
    await expect.poll(async () => (await pod.heard()).filter(isBeforeSave)).toHaveLength(2)
    const second = (await pod.heard()).findLast(isBeforeSave)
    expect(second?.data).toEqual({ screenObject: { screen: 'company', id: acme, hostedAs: 'pod' } })
    await pod.says({ event: 'beforeSave', _id: second?._id, result: 'success', frameID })
    await expect.poll(() => page.locator('#result').textContent()).toBe('Saved')
  })

  test('asks no tab', async () => {
    const pod = await opened({ screen: 'tab' })
    await pod.ready()

    await pod.page.getByRole('button', { name: 'Save' }).click()

    await expect.poll(() => pod.page.locator('#result').textContent()).toBe('Saved')
    expect((await pod.heard()).some(isBeforeSave)).toBe(false)
  })
})

const isBeforeSave = ({ event }: Record<string, unknown>) => event === 'beforeSave'

describe('unsaved changes', () => {
  test('are asked about before the screen is refreshed or left', async () => {
    const pod = await opened()
    const frameID = await pod.ready()
    const questions: string[] = []
    let leaves = false
    pod.page.on('dialog', (dialog) => {
      questions.push(dialog.type())
      void (leaves ? dialog.accept() : dialog.dismiss())
    })

    await pod.says({ hosted_request: 'setDirty', args: { dirty: true }, frameID })
    await pod.says({ hosted_request: 'refreshScreen', frameID })
    await expect.poll(() => questions).toEqual(['confirm'])
    await pod.page.locator('#record').selectOption('Borealis')
    await expect.poll(() => questions).toEqual(['confirm', 'confirm'])
    expect(await pod.page.getByRole('heading', { level: 1 }).textContent()).toBe('Acme')
    expect((await pod.heard()).filter(({ event }) => event === 'onLoad')).toHaveLength(1)

    leaves = true
    await pod.page.locator('#record').selectOption('Borealis')
    await pod.page.waitForURL((url) => url.searchParams.get('record') === `${borealis}`)
    expect(questions).toEqual(['confirm', 'confirm', 'confirm'])
  })

  test('are over when the pod says so: a refresh then tells the record again, and nothing answers the requests', async () => {
    const pod = await opened()
    const frameID = await pod.ready()

    await pod.says({ hosted_request: 'setDirty', args: { dirty: true }, frameID })
    await pod.says({ hosted_request: 'setDirty', args: { dirty: false }, frameID })
    await pod.says({ hosted_request: 'refreshScreen', frameID })
    await expect.poll(async () => (await pod.heard()).length).toBe(4)

    const [, , loaded, again] = await pod.heard()
    expect(again).toEqual({ ...loaded, _id: expect.any(String) })
    expect(again?._id).not.toBe(loaded?._id)
  })
})

describe('another record', () => {
  test('opens in a tab of its own where the pod asks for one', async () => {
    const pod = await opened()
    const frameID = await pod.ready()
    const args = { newTab: true, screen: 'company', id: borealis }

    const [tab] = await Promise.all([
      context.waitForEvent('page'),
      pod.saysOnClick({ hosted_request: 'openScreen', args, frameID }),
    ])

    await expect.poll(() => tab.getByRole('heading', { level: 1 }).textContent()).toBe('Borealis')
    expect(await pod.page.getByRole('heading', { level: 1 }).textContent()).toBe('Acme')
  })

  test('opens in place of this one else, and only where it is a company or a ticket', async () => {
    const pod = await opened()
    const frameID = await pod.ready()
    const openScreen = (screen: string, id: number) =>
      pod.says({ hosted_request: 'openScreen', args: { newTab: false, screen, id }, frameID })

    await openScreen('agreement', 31)
    await openScreen('ticket', 444)

    await pod.page.waitForURL((url) => url.searchParams.get('screen') === 'ticket')
    await expect.poll(() => pod.page.getByRole('heading', { level: 1 }).textContent()).toBe('Ticket 444')
  })
})

describe('the browser', () => {
  test('gives the pod neither cookies nor storage: it is the third party there', async () => {
    const pod = await opened()

    const kept = await pod.frame.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: the old way is what must not work
      document.cookie = 'kept=yes; SameSite=None; Secure'
      try {
        return { cookie: document.cookie, storage: `${localStorage.length}` }
      } catch (error) {
        return { cookie: document.cookie, storage: error instanceof Error ? error.name : '' }
      }
    })

    expect(kept).toEqual({ cookie: '', storage: 'SecurityError' })
  })

  test('finds the same page at an origin that the site does not have', async () => {
    const pod = await opened({}, cw.screenUrl.replace('localhost', 'elsewhere.localhost'))

    await pod.ready()

    expect(await pod.origins()).toEqual([cw.screenUrl.replace('localhost', 'elsewhere.localhost')])
  })
})
