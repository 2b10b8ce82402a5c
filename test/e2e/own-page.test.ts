import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import type { Pod } from './support/pod.ts'
import { openStage, type Stage } from './support/stage.ts'

const hint = '?connection=at&entity=organization&id=174'
const organization = { name: 'Autotask organization #174' }

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  const acme = stage.center.addServer({ name: 'Acme' })
  await stage.client.configure({
    version: 1,
    settings: { timeZone: 'UTC', dailyRunAt: '03:00', approval: 'automatic' },
    connections: [
      {
        id: 'ksc',
        kind: 'ksc',
        name: 'Security Center',
        baseUrl: stage.center.baseUrl,
        credentials: { user: stage.center.user, password: stage.center.password, internal: true },
      },
      {
        id: 'at',
        kind: 'autotask',
        name: 'Autotask',
        baseUrl: 'https://webservices.autotask.net',
        credentials: { userName: 'u', secret: 's', integrationCode: 'i' },
      },
    ],
    people: [{ connection: 'at', member: 'tess@msp.example', role: 'technician' }],
    companies: [
      {
        tenant: { connection: 'ksc', id: acme.uid },
        company: { connection: 'at', id: '174' },
        billing: false,
        agreementId: null,
      },
    ],
    products: [],
  })
})
afterAll(() => stage?.close())

const Link = z.object({ url: z.string() })

async function linkFor(member: string): Promise<URL> {
  const answer = await fetch(`${stage.worker.url}/api/session/links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.adminToken}` },
    body: JSON.stringify({ connection: 'at', member }),
  })
  return new URL(Link.parse(await answer.json()).url)
}

/** The same browser's page at an address of ours, with what its cookies and its back button know. */
async function openIn(browser: Pod, path: string) {
  const page = await browser.page.context().newPage()
  await page.goto(`${stage.worker.url}${path}`)
  return page
}

const pathOf = ({ pathname, search, hash }: URL) => `${pathname}${search}${hash}`
const signInButton = { name: 'Sign in', exact: true }

test('signed out, the page says how to get in, and shows nothing of the record that was hinted at', async () => {
  const nobody = await stage.open({ path: `/${hint}` })

  await nobody.pod.getByRole('heading', { name: 'You are not signed in' }).waitFor()

  const text = await nobody.pod.locator('main').innerText()
  expect(text).toContain('a sign-in link from an administrator')
  expect(text).toContain('Cloudflare Access')
  expect(text).not.toContain('174')
  expect(await nobody.barriers()).toEqual([])
  await nobody.expectCalm()
  await nobody.pod.getByRole('link', { name: 'Administrator token' }).click()
  await nobody.pod.getByLabel('Administrator token').waitFor()
  expect(new URL(nobody.page.url()).pathname).toBe('/setup')
})

test('a link signs in by a click, its token is gone from address and history, and the record is opened', async () => {
  const link = await linkFor('tess@msp.example')
  const token = link.hash.slice(1)
  const tess = await stage.open({ path: `/sign-in${hint}${link.hash}` })
  await tess.pod.getByRole('heading', { name: `Sign in to tallypod on ${link.host}?` }).waitFor()
  expect(tess.page.url()).not.toContain(token)
  expect(await tess.barriers()).toEqual([])
  await tess.screenshot('sign-in-link')

  await tess.pod.getByRole('button', signInButton).click()
  await tess.pod.getByRole('heading', organization).waitFor()

  await tess.pod.getByText('tess@msp.example (at) · Technician').waitFor()
  await tess.page.goBack()
  expect(tess.page.url()).toBe(`${stage.worker.url}/${hint}`)
  await tess.page.goBack()
  expect(tess.page.url()).toBe('about:blank')
  await tess.page.goForward()
  expect(
    await tess.pod.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]),
  ).toEqual(['', 0, 0])
  await tess.expectCalm()
})

test('who signs in by a link in another tab goes on to the record with Try again', async () => {
  const tess = await stage.open({ path: `/${hint}` })
  await tess.pod.getByRole('heading', { name: 'You are not signed in' }).waitFor()
  const other = await openIn(tess, pathOf(await linkFor('tess@msp.example')))
  await other.getByRole('button', signInButton).click()
  await other.getByRole('heading', { name: 'First steps' }).waitFor()

  await tess.pod.getByRole('button', { name: 'Try again' }).click()

  await tess.pod.getByRole('heading', organization).waitFor()
})

test('a reload stays where people went, whatever the address hinted at', async () => {
  const link = await linkFor('tess@msp.example')
  const tess = await stage.open({ path: `/sign-in${hint}${link.hash}` })
  await tess.pod.getByRole('button', signInButton).click()
  await tess.pod.getByRole('heading', organization).waitFor()
  await tess.tab('Runs')
  await tess.pod.getByRole('heading', { name: 'Runs' }).waitFor()

  await tess.page.reload()

  await tess.pod.getByRole('heading', { name: 'Runs' }).waitFor()
  await expect.poll(() => tess.pod.getByRole('heading', organization).count()).toBe(0)
})

test('a link that was used says so and what to do; opening its page alone uses it up for nobody', async () => {
  const path = pathOf(await linkFor('vic@msp.example'))
  const preview = await stage.open({ path })
  await preview.pod.getByRole('button', signInButton).waitFor()
  const vic = await stage.open({ path })
  await vic.pod.getByRole('button', signInButton).click()
  await vic.pod.getByText('vic@msp.example (at) · Viewer').waitFor()

  await preview.pod.getByRole('button', signInButton).click()

  const alert = preview.pod.getByRole('alert')
  await alert.waitFor()
  await expect.poll(() => alert.innerText()).toContain('Ask an administrator for a new link')
  expect(await preview.barriers()).toEqual([])
})

test('an administrator makes a link for somebody who is not listed, and takes it along with Copy', async () => {
  const ada = await stage.open({ path: '/setup#/settings/people' })
  await ada.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await ada.pod.getByLabel('Administrator token').fill(stage.adminToken)
  await ada.pod.getByRole('button', signInButton).click()
  await ada.pod.getByRole('button', { name: 'Make a sign-in link: tess@msp.example' }).waitFor()
  await ada.pod.getByLabel('Member (login name or e-mail)').fill('ben@msp.example')

  await ada.pod.getByRole('button', { name: 'Make a sign-in link: ben@msp.example' }).click()

  const label = 'Sign-in link for ben@msp.example, valid for ten minutes, once'
  const shown = await ada.pod.getByRole('textbox', { name: label }).inputValue()
  await ada.pod.getByRole('button', { name: `Copy ${label}` }).click()
  await ada.pod.getByText('Copied.').waitFor()
  await expect.poll(() => ada.pod.evaluate(() => navigator.clipboard.readText())).toBe(shown)
  expect(await ada.barriers()).toEqual([])
  await ada.expectCalm()
  await ada.screenshot('sign-in-link-made')
  const ben = await stage.open({ path: pathOf(new URL(shown)) })
  await ben.pod.getByRole('button', signInButton).click()
  await ben.pod.getByText('ben@msp.example (at) · Viewer').waitFor()
})

test('who signed in by a link can still become an administrator on the setup page', async () => {
  const vic = await stage.open({ path: pathOf(await linkFor('vic@msp.example')) })
  await vic.pod.getByRole('button', signInButton).click()
  await vic.pod.getByText('vic@msp.example (at) · Viewer').waitFor()

  const page = await openIn(vic, '/setup')
  await page.getByLabel('Administrator token').fill(stage.adminToken)
  await page.getByRole('button', signInButton).click()

  await page.getByText('administrator token · Administrator').waitFor()
})

test('a connection of Autotask tells the addresses for its LiveLinks, in the language of the browser', async () => {
  const ada = await stage.open({ path: '/setup#/settings/connections', width: 400, locale: 'de-DE' })
  await ada.pod.getByLabel('Administrator-Token').fill(stage.adminToken)
  await ada.pod.getByRole('button', { name: 'Anmelden', exact: true }).click()

  await ada.pod.getByText('tallypod aus dem PSA öffnen').click()

  const field = ada.pod.getByRole('textbox', { name: 'LiveLink: Organization' })
  await field.waitFor()
  await expect
    .poll(() => field.inputValue())
    .toBe(`${stage.worker.url}/?connection=at&entity=organization&id={id}`)
  await ada.pod.getByText('An die Stelle von {id} gehört').first().waitFor()
  expect(await ada.barriers()).toEqual([])
  await ada.expectCalm()
  await ada.screenshot('live-links')
})
