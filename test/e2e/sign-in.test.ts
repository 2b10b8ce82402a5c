import type { Frame, Page, Request } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { memberToken } from '../../worker/http/tokens.ts'
import { configurationOf, openDemoMsp } from '../demo/msp.ts'
import { workerSecrets } from '../support/secrets.ts'
import { openStage, type Stage } from './support/stage.ts'

const signInPath = '/api/session/connectwise'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  await stage.client.configure(configurationOf(openDemoMsp(stage.center, stage.psa), stage.screenUrl))
})
afterEach(() => {
  stage.psa.screens.proves = 'rightly'
})
afterAll(() => stage?.close())

/** The pod that the page shows after it was loaded anew. */
async function podIn(page: Page): Promise<Frame> {
  const frame = await (await page.waitForSelector('iframe')).contentFrame()
  if (frame === null) throw new Error('the page has no pod in it')
  return frame
}

/** Everything that the page and the pod send and write from now on. */
function watch(page: Page) {
  const requests: Request[] = []
  const written: string[] = []
  page.on('request', (request) => requests.push(request))
  page.on('console', (message) => written.push(message.text()))
  page.on('pageerror', (error) => written.push(error.message))
  return {
    requests,
    written,
    toApi: () => requests.filter((request) => new URL(request.url()).pathname.startsWith('/api/')),
    signIns: () => requests.filter((request) => new URL(request.url()).pathname === signInPath),
  }
}

const Proof = z.object({ memberHash: z.string(), memberid: z.string() })
const Signed = z.object({ token: z.string() })

function proofIn(request: Request | undefined): string {
  return Proof.parse(request?.postDataJSON()).memberHash
}

/** Whatever scripts of the frame could keep; a browser that keeps nothing for foreign frames says so by refusing. */
function keptBy(frame: Frame): Promise<string[]> {
  return frame.evaluate(async () => {
    const read = async (what: () => unknown) => {
      try {
        return JSON.stringify(await what())
      } catch {
        return 'refused'
      }
    }
    return Promise.all([
      read(() => document.cookie),
      read(() => Object.entries(localStorage)),
      read(() => Object.entries(sessionStorage)),
      read(() => indexedDB.databases()),
      read(() => caches.keys()),
    ])
  })
}

/** From now on the Worker sees, in place of each token that was given out so far, one that has run out. */
async function expireTokens(page: Page, member: string): Promise<() => Promise<void>> {
  const hourAgo = new Date(Date.now() - 3_600_000)
  const keys = { sessionKey: workerSecrets.SESSION_KEY, adminToken: workerSecrets.ADMIN_TOKEN }
  const { token } = await memberToken(keys, 'cw', member, hourAgo)
  let isRenewed = false
  const address = `${stage.worker.url}/api/**`
  await page.route(address, async (route) => {
    const request = route.request()
    if (isRenewed || new URL(request.url()).pathname === signInPath) {
      const response = await route.fetch()
      isRenewed ||= response.ok()
      await route.fulfill({ response })
      return
    }
    await route.continue({ headers: { ...request.headers(), authorization: `Bearer ${token}` } })
  })
  return () => page.unroute(address)
}

test('a forged proof gets words and no data, and no token is given out', async () => {
  stage.psa.screens.proves = 'forged'
  const { page } = await stage.open({ member: 'mallory' })
  await page.frameLocator('iframe').getByRole('heading', { name: 'You are not signed in' }).waitFor()
  const seen = watch(page)
  const answer = page.waitForResponse((response) => response.url().endsWith(signInPath))

  await page.reload()
  const pod = await podIn(page)
  await pod.getByRole('heading', { name: 'You are not signed in' }).waitFor()

  const refusal = await answer
  expect(refusal.status()).toBe(401)
  expect(await refusal.json()).toEqual({
    error: { code: 'member_not_proven', message: expect.any(String) },
  })
  expect(seen.toApi().map((request) => new URL(request.url()).pathname)).toEqual([signInPath])
  const text = await pod.locator('body').innerText()
  expect(text).toContain('ConnectWise does not confirm that it is you')
  expect(text).not.toContain('mallory')
  expect(text).not.toContain('Acme')
})

test('where ConnectWise is silent the pod says so, and Try again signs in once it answers', async () => {
  const { page, ...on } = await stage.open({ member: 'tess' })
  await page.route('**/host/member', (route) => route.fulfill({ status: 503 }))
  await page.reload()
  const pod = await podIn(page)
  await pod.getByText('ConnectWise did not answer').waitFor({ timeout: 20_000 })
  await expect.poll(() => pod.getByRole('navigation').count()).toBe(0)

  await page.unroute('**/host/member')
  await pod.getByRole('button', { name: 'Try again' }).click()

  await pod.getByText('tess · Technician').waitFor()
  expect(on.complaints).toEqual([])
})

test('a page of another origin gets no pod into its frame, and the pod itself asks it nothing', async () => {
  const { page } = await stage.open({ member: 'tess' })
  const seen = watch(page)
  const elsewhere = page.url().replace('localhost', '127.0.0.1')

  await page.goto(elsewhere)
  await expect.poll(() => seen.written.join()).toContain('frame-ancestors')
  expect((await podIn(page)).url()).toBe('chrome-error://chromewebdata/')

  // When the browser knew no `frame-ancestors`:
  const asked = watch(page)
  await page.route(`${stage.worker.url}/pod?*`, async (route) => {
    const response = await route.fetch()
    const { 'content-security-policy': _, ...headers } = response.headers()
    await route.fulfill({ response, headers })
  })
  await page.reload()
  const pod = await podIn(page)
  await pod.getByText('The page around tallypod is not one that it knows').waitFor()

  await expect.poll(() => page.locator('#log li').count()).toBe(0)
  expect(asked.toApi()).toEqual([])
})

test('third-party cookies are blocked, and the pod needs none', async () => {
  const { pod, ...on } = await stage.open({ member: 'tess' })
  const own = await stage.open({ alone: true })
  const bake = (frame: Frame) =>
    frame.evaluate(() => {
      Reflect.set(document, 'cookie', 'baked=1; SameSite=None; Secure')
      return document.cookie
    })

  await pod.getByText('tess · Technician').waitFor()

  expect(await bake(pod)).toBe('')
  expect(await bake(own.pod)).toBe('baked=1')
  await on.expectCalm()
})

test('a proof is sent once for each sign-in, and neither it nor the token is left anywhere', async () => {
  const { page } = await stage.open({ member: 'tess' })
  await page.frameLocator('iframe').getByText('tess · Technician').waitFor()
  const seen = watch(page)
  const first = page.waitForResponse((response) => response.url().endsWith(signInPath))
  await page.reload()
  await (await podIn(page)).getByText('tess · Technician').waitFor()
  const tokens = [Signed.parse(await (await first).json()).token]

  const second = page.waitForResponse((response) => response.url().endsWith(signInPath))
  await page.reload()
  const pod = await podIn(page)
  await pod.getByText('tess · Technician').waitFor()
  tokens.push(Signed.parse(await (await second).json()).token)
  await companiesTab(pod).click()
  await pod.getByRole('rowheader', { name: 'Acme' }).waitFor()

  expect(seen.signIns()).toHaveLength(2)
  const proofs = seen.signIns().map(proofIn)
  expect(new Set(proofs).size).toBe(2)
  const places = {
    console: seen.written.join('\n'),
    addresses: seen.requests.map((request) => request.url()).join('\n'),
    storage: (await keptBy(pod)).join('\n'),
    page: (await page.content()) + (await pod.content()),
    log: stage.worker.output(),
  }
  for (const [place, text] of Object.entries(places)) {
    for (const secret of [...proofs, ...tokens]) {
      expect(text.includes(secret), `a secret is found in: ${place}`).toBe(false)
    }
  }
  for (const kept of await keptBy(pod)) expect(['""', '[]', 'refused']).toContain(kept)
  const carriers = seen.requests.filter((request) => (request.postData() ?? '').includes('memberHash'))
  expect(carriers).toEqual(seen.signIns())
})

test('a session is renewed a minute before it ends, without a sign of it', async () => {
  const { page } = await stage.open({ member: 'tess' })
  await page.frameLocator('iframe').getByText('tess · Technician').waitFor()
  await page.clock.install()
  const seen = watch(page)
  await page.reload()
  const pod = await podIn(page)
  await pod.getByText('tess · Technician').waitFor()
  await companiesTab(pod).click()
  await pod.getByRole('rowheader', { name: 'Acme' }).waitFor()
  const search = pod.getByRole('searchbox')
  await search.fill('Elm')
  expect(seen.signIns()).toHaveLength(1)

  await page.clock.fastForward('13:50')
  expect(seen.signIns()).toHaveLength(1)
  await page.clock.fastForward('00:15')

  await expect.poll(() => seen.signIns().length).toBe(2)
  await expect.poll(() => search.inputValue()).toBe('Elm')
  await expect.poll(() => pod.getByRole('alert').allInnerTexts()).toEqual([])
})

test('a session that has ended is renewed while people save, and the save goes through', async () => {
  const { page, pod, ...on } = await stage.open({ member: 'tess' })
  await on.tab('Companies')
  await pod.getByRole('button', { name: 'Use Union Brewery Ltd for Union Brewery' }).click()
  await pod.getByText('1 unsaved change').waitFor()
  const seen = watch(page)
  await expireTokens(page, 'tess')

  await pod.getByRole('button', { name: 'Save changes' }).click()
  await pod.getByRole('button', { name: 'Save changes' }).waitFor({ state: 'detached' })

  expect(seen.signIns()).toHaveLength(1)
  await expect.poll(() => pod.getByRole('alert').allInnerTexts()).toEqual([])
  await expect.poll(() => companyOf('Union Brewery')).toBe(idOf('Union Brewery Ltd'))
})

test('when ConnectWise no longer confirms the member the pod says so, and what was changed is still there', async () => {
  const { page, pod, ...on } = await stage.open({ member: 'ada' })
  await on.tab('Companies')
  await pod.getByRole('searchbox').fill('Tilly')
  await pod.getByRole('button', { name: 'Search' }).click()
  await pod.getByText('1 match').first().waitFor()
  await pod.getByRole('switch', { name: 'Automatic billing' }).check()
  stage.psa.screens.proves = 'forged'
  const restore = await expireTokens(page, 'ada')

  await pod.getByRole('button', { name: 'Save changes' }).click()
  await pod.getByText('ConnectWise does not confirm that it is you').waitFor()
  await expect.poll(() => pod.getByText('Tilly').count()).toBe(0)
  expect(await on.barriers()).toEqual([])
  await expect.poll(() => billingOf('Tilly Toys')).toBe(false)

  stage.psa.screens.proves = 'rightly'
  await restore()
  await pod.getByRole('button', { name: 'Try again' }).click()
  await pod.getByText('1 unsaved change').waitFor()
  await pod.getByRole('button', { name: 'Save changes' }).click()
  await pod.getByRole('button', { name: 'Save changes' }).waitFor({ state: 'detached' })

  await expect.poll(() => billingOf('Tilly Toys')).toBe(true)
  await on.expectCalm()
})

function companiesTab(pod: Frame) {
  return pod.getByRole('navigation', { name: 'tallypod' }).getByRole('link', { name: 'Companies' })
}

const MappingRow = z.object({
  tenant: z.object({ name: z.string() }),
  mapping: z.object({ company: z.object({ id: z.string() }), billing: z.boolean() }).nullable(),
})

async function mappingOf(tenant: string) {
  const rows = await stage.client.all(`/api/mappings?search=${encodeURIComponent(tenant)}`, MappingRow)
  return rows.find((row) => row.tenant.name === tenant)?.mapping ?? null
}

async function companyOf(tenant: string): Promise<string | undefined> {
  return (await mappingOf(tenant))?.company.id
}

async function billingOf(tenant: string): Promise<boolean | undefined> {
  return (await mappingOf(tenant))?.billing
}

function idOf(company: string): string {
  return `${stage.psa.store.companies.all().find(({ name }) => name === company)?.id}`
}
