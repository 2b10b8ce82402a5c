import type { Frame, Locator } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type Customer, configurationOf, type DemoMsp, openDemoMsp } from '../demo/msp.ts'
import type { Pod, PodPlace } from './support/pod.ts'
import { openStage, type Stage } from './support/stage.ts'

let stage: Stage
let msp: DemoMsp
let windows: Pod[] = []
beforeAll(async () => {
  stage = await openStage()
  msp = openDemoMsp(stage.center, stage.psa)
  for (const name of ['Yacht Club', 'Zoo']) stage.center.addServer({ name })
  for (const name of ['Free Company', 'Another Company']) stage.psa.addCompany({ name })
  await stage.client.configure(configurationOf(msp, stage.screenUrl))
  await stage.client.runNow()
})
afterEach(async () => {
  stage.psa.faults.clear()
  await Promise.all(windows.map(({ page }) => page.context().close()))
  windows = []
})
afterAll(() => stage?.close())

/** The pod on its Companies screen, in a window of its own. */
async function companies(place: PodPlace = { member: 'tess' }): Promise<Pod> {
  const on = await stage.open(place)
  windows.push(on)
  await on.tab('Companies')
  await on.pod.getByRole('table', { name: 'Companies' }).waitFor()
  return on
}

const rowOf = (pod: Frame, name: string) =>
  pod.getByRole('row').filter({ has: pod.getByRole('rowheader', { name, exact: true }) })
const companyOf = (pod: Frame, name: string) =>
  pod.getByRole('combobox', { name: `ConnectWise company: ${name}`, exact: true })
const agreementOf = (pod: Frame, name: string) =>
  pod.getByRole('combobox', { name: `Select agreement: ${name}`, exact: true })
const billingOf = (pod: Frame, name: string) =>
  rowOf(pod, name).getByRole('switch', { name: 'Automatic billing' })
const button = (pod: Frame, name: string) => pod.getByRole('button', { name, exact: true })
const optionsOf = (pod: Frame) => pod.getByRole('option')

async function type(into: Locator, text: string): Promise<void> {
  await into.click()
  await into.fill('')
  await into.pressSequentially(text)
}

async function saved(pod: Frame): Promise<void> {
  await button(pod, 'Save changes').click()
  await button(pod, 'Save changes').waitFor({ state: 'hidden' })
}

function customer(name: string): Customer {
  const found = msp.customers.find((one) => one.name === name)
  if (found === undefined) throw new Error(`the demo has no customer ${name}`)
  return found
}

const Stored = z.looseObject({
  company: z.object({ connection: z.string(), id: z.string() }),
  billing: z.boolean(),
  agreementId: z.string().nullable(),
})
const List = z.object({
  items: z.array(
    z.looseObject({
      tenant: z.looseObject({ id: z.string(), name: z.string() }),
      mapping: Stored.nullable(),
      names: z.object({ company: z.string().nullable(), agreement: z.string().nullable() }),
    }),
  ),
})

async function stored(name: string) {
  const { items } = List.parse(
    await stage.client.call('GET', `/api/mappings?search=${encodeURIComponent(name)}`),
  )
  const row = items.find(({ tenant }) => tenant.name === name)
  if (row === undefined) throw new Error(`there is no virtual server ${name}`)
  return row
}

/** What another person saves, from somewhere else. */
async function othersSave(name: string, change: Partial<z.output<typeof Stored>>): Promise<void> {
  const { tenant, mapping } = await stored(name)
  const fresh = { billing: false, agreementId: null, priceLevelId: null, manualQuantity: 'ask' }
  const after = { ...(mapping ?? fresh), ...change }
  await stage.client.call('PUT', '/api/mappings', { rows: [{ tenant: tenant.id, before: mapping, after }] })
}

describe('finding', () => {
  test('a part of the name and Enter finds 3 of 27, which is announced; the filters each show their own', async () => {
    const { pod } = await companies()
    const names = () => pod.getByRole('rowheader').allTextContents()
    const announced = pod.locator('[aria-live=polite]')
    expect((await names()).length).toBe(27)

    await pod.getByRole('searchbox').fill('NER')
    await pod.getByRole('searchbox').press('Enter')

    await expect.poll(() => announced.textContent()).toBe('3 matches')
    expect((await names()).map((name) => name.trim())).toEqual([
      'Dorner Architects',
      'Gartner Tools',
      'Lindner Metal',
    ])

    await pod.getByRole('searchbox').fill('nobody is called that')
    await button(pod, 'Search').click()
    await pod.getByText('Nothing matches.').waitFor()
    await expect.poll(() => announced.textContent()).toBe('0 matches')

    await pod.getByRole('searchbox').fill('')
    await button(pod, 'Not mapped').click()
    await expect
      .poll(async () => (await names()).map((name) => name.trim()))
      .toEqual(['Union Brewery', 'Yacht Club', 'Zoo'])
    await button(pod, 'Billing off').click()
    await expect.poll(async () => (await names()).map((name) => name.trim())).toEqual(['Tilly Toys'])
    await button(pod, 'Needs attention').click()
    await rowOf(pod, 'Quarry Stone').getByText('The agreement has ended.').waitFor()
    await rowOf(pod, 'Union Brewery').getByText('Licences are in use here').waitFor()
    await expect.poll(() => rowOf(pod, 'Iris Optics').count()).toBe(0)
  })

  test('a company that is taken is shown with who has it, and can not be chosen', async () => {
    const { pod, ...on } = await companies()
    const field = companyOf(pod, 'Zoo')
    await type(field, 'acme')

    await expect
      .poll(() => optionsOf(pod).allInnerTexts())
      .toEqual([expect.stringMatching(/Acme Ltd\s+mapped to Acme/)])
    expect(await on.barriers()).toEqual([])
    await field.press('Enter')
    await optionsOf(pod).first().click({ force: true })
    await expect.poll(() => button(pod, 'Save changes').count()).toBe(0)
  })
})

describe('saving', () => {
  test('a company, an agreement and billing are stored as they were chosen', async () => {
    const { pod } = await companies()
    await type(companyOf(pod, 'Union Brewery'), 'brew')
    await expect.poll(() => optionsOf(pod).allInnerTexts()).toEqual(['Union Brewery Ltd'])
    await companyOf(pod, 'Union Brewery').press('Enter')
    await agreementOf(pod, 'Union Brewery').click()
    await pod.getByRole('option', { name: 'Managed security' }).click()
    await billingOf(pod, 'Union Brewery').click()
    await pod.getByText('1 unsaved change').waitFor()

    await saved(pod)

    await expect
      .poll(() => stored('Union Brewery'))
      .toMatchObject({
        mapping: { billing: true, agreementId: `${customer('Union Brewery').agreement.id}` },
        names: { company: 'Union Brewery Ltd', agreement: 'Managed security' },
      })
    await expect.poll(() => companyOf(pod, 'Union Brewery').inputValue()).toBe('Union Brewery Ltd')
    await expect.poll(() => billingOf(pod, 'Union Brewery').isChecked()).toBe(true)
  })

  test('what is discarded is as if it had never been typed', async () => {
    const { pod } = await companies()
    const before = await stored('Kline Insurance')
    await billingOf(pod, 'Kline Insurance').click()
    await pod.getByText('1 unsaved change').waitFor()

    await button(pod, 'Discard').click()

    await button(pod, 'Save changes').waitFor({ state: 'hidden' })
    await expect.poll(() => billingOf(pod, 'Kline Insurance').isChecked()).toBe(true)
    await expect.poll(() => stored('Kline Insurance')).toEqual(before)
  })

  test('what is changed again while it is being saved stays as a change', async () => {
    const { pod, page } = await companies()
    let answer = () => {}
    const asked = new Promise<void>((resolve) => {
      void page.route('**/api/mappings', async (route) => {
        resolve()
        await new Promise<void>((go) => {
          answer = go
        })
        await route.continue()
      })
    })
    await billingOf(pod, 'Alpine Sports').click()
    await button(pod, 'Save changes').click()
    await asked

    await billingOf(pod, 'Alpine Sports').click()
    await billingOf(pod, 'Baker & Sons').click()
    answer()
    await pod.getByText('2 unsaved changes').waitFor()

    expect((await stored('Alpine Sports')).mapping?.billing).toBe(false)
    await expect.poll(() => billingOf(pod, 'Alpine Sports').isChecked()).toBe(true)
    await expect.poll(() => billingOf(pod, 'Baker & Sons').isChecked()).toBe(false)
    await page.unroute('**/api/mappings')
    await saved(pod)
    expect((await stored('Alpine Sports')).mapping?.billing).toBe(true)
    expect((await stored('Baker & Sons')).mapping?.billing).toBe(false)
  })
})

describe('two people', () => {
  /** Tess changes two rows, one of which others save as well; ends with the conflict in front of her. */
  async function conflict(mine: string, also: string) {
    const company = Number(customer(mine).company?.id)
    const newer = `${stage.psa.addAgreement({ company, name: 'Managed security 2027' }).id}`
    const tess = await companies()
    await billingOf(tess.pod, mine).click()
    await billingOf(tess.pod, also).click()

    const ada = await companies({ member: 'ada' })
    await agreementOf(ada.pod, mine).click()
    await ada.pod.getByRole('option', { name: 'Managed security 2027' }).click()
    await saved(ada.pod)

    await button(tess.pod, 'Save changes').click()
    const dialog = tess.pod.getByRole('dialog', { name: 'Somebody else saved meanwhile' })
    await dialog.waitFor()
    return { ...tess, dialog, newer }
  }

  test('both values are shown; keeping mine saves mine, and the other row as well', async () => {
    const { pod, dialog, ...on } = await conflict('Jansen Bakery', 'Iris Optics')
    const text = await dialog.innerText()
    expect(text).toContain('Jansen Bakery Ltd · Managed security · billing off')
    expect(text).toContain('Saved by ada')
    expect(text).toContain('Jansen Bakery Ltd · Managed security 2027 · billing on')
    await expect.poll(() => dialog.getByRole('heading', { name: 'Jansen Bakery' }).count()).toBe(1)
    expect((await stored('Iris Optics')).mapping?.billing).toBe(true)
    expect(await on.barriers()).toEqual([])
    await on.screenshot('conflict')

    await dialog.getByRole('button', { name: 'Keep mine' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await pod.getByText('2 unsaved changes').waitFor()
    await saved(pod)

    expect((await stored('Jansen Bakery')).mapping).toMatchObject({
      billing: false,
      agreementId: `${customer('Jansen Bakery').agreement.id}`,
    })
    expect((await stored('Iris Optics')).mapping?.billing).toBe(false)
  })

  test('taking theirs shows theirs at once, and the other row is still to be saved', async () => {
    const { pod, dialog, newer } = await conflict('Otto Print', 'Summit Legal')

    await dialog.getByRole('button', { name: 'Take theirs' }).click()
    await dialog.waitFor({ state: 'hidden' })

    await expect.poll(() => agreementOf(pod, 'Otto Print').inputValue()).toBe('Managed security 2027')
    await expect.poll(() => billingOf(pod, 'Otto Print').isChecked()).toBe(true)
    await pod.getByText('1 unsaved change').waitFor()
    await saved(pod)
    expect((await stored('Otto Print')).mapping).toMatchObject({ billing: true, agreementId: newer })
    expect((await stored('Summit Legal')).mapping?.billing).toBe(false)
  })

  test('a company that somebody else has taken meanwhile is refused with words; another one can be chosen', async () => {
    const { pod } = await companies()
    await type(companyOf(pod, 'Zoo'), 'free')
    await pod.getByRole('option', { name: 'Free Company' }).click()
    const free = stage.psa.store.companies.all().find(({ name }) => name === 'Free Company')
    await othersSave('Yacht Club', { company: { connection: 'cw', id: `${free?.id}` } })

    await button(pod, 'Save changes').click()
    await pod.getByRole('alert').waitFor()

    const alert = await pod.getByRole('alert').innerText()
    expect(alert).toContain('Nothing was saved')
    expect(alert).toContain('Free Company is mapped to Yacht Club')
    await expect.poll(() => companyOf(pod, 'Zoo').inputValue()).toBe('Free Company')
    expect((await stored('Zoo')).mapping).toBeNull()

    await type(companyOf(pod, 'Zoo'), 'another')
    await pod.getByRole('option', { name: 'Another Company' }).click()
    await saved(pod)
    expect((await stored('Zoo')).names.company).toBe('Another Company')
  })
})

describe("ConnectWise's own screen", () => {
  const result = ({ page }: Pod) => page.locator('#result')
  const onCompany = () => companies({ member: 'tess', company: Number(customer('Acme').company?.id) })

  test("its Save saves the pod's changes, and says so where that fails", async () => {
    const on = await onCompany()
    const { pod, page } = on
    await billingOf(pod, 'Cedar Clinic').click()
    await expect.poll(() => result(on).textContent()).toBe('Not saved yet')
    await page.route('**/api/mappings', (route) => route.abort())

    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect.poll(() => result(on).textContent()).toContain('Not saved: tallypod did not answer')
    expect((await stored('Cedar Clinic')).mapping?.billing).toBe(true)

    await page.unroute('**/api/mappings')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect.poll(() => result(on).textContent()).toBe('Saved')
    expect((await stored('Cedar Clinic')).mapping?.billing).toBe(false)
    await button(pod, 'Save changes').waitFor({ state: 'hidden' })
  })

  test('leaving asks while something is unsaved, and not afterwards', async () => {
    const { pod, page } = await onCompany()
    const asked: string[] = []
    page.on('dialog', (dialog) => {
      asked.push(dialog.message())
      void dialog.dismiss()
    })
    await billingOf(pod, 'Blue Harbour Hotel').click()
    await expect.poll(() => page.locator('#result').textContent()).toBe('Not saved yet')

    await page.getByRole('button', { name: 'Leave' }).click()
    expect(asked).toEqual(['There are unsaved changes. They are lost when you go on.'])
    await pod.getByText('1 unsaved change').waitFor()

    await saved(pod)
    await expect.poll(() => page.locator('#result').textContent()).toBe('')
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: 'Set-up' }).waitFor()
    expect(asked.length).toBe(1)
  })
})

test('billing devices by category is switched off and on again, and no mapping is lost', async () => {
  const { pod, ...on } = await companies()
  await on.tab('Products')
  const all = pod.getByRole('combobox', {
    name: 'ConnectWise product: Kaspersky Endpoint Security for Business Advanced',
  })
  const workstations = pod.getByRole('combobox', { name: 'Windows workstations' }).first()
  const byCategory = pod.getByRole('switch', { name: 'Bill devices by category' })
  const Products = z.object({
    billByCategory: z.boolean(),
    applications: z.array(z.looseObject({ key: z.string(), products: z.unknown() })),
  })
  const products = async () => {
    const body = Products.parse(await stage.client.call('GET', '/api/product-mappings?connection=cw'))
    return {
      billByCategory: body.billByCategory,
      map: body.applications.map((one) => [one.key, one.products]),
    }
  }
  const before = await products()
  expect(before.billByCategory).toBe(true)
  await expect.poll(() => workstations.inputValue()).toContain('KES-WKS')

  await byCategory.click()
  await expect.poll(() => all.inputValue()).toBe('')
  await saved(pod)
  await expect.poll(() => products()).toEqual({ ...before, billByCategory: false })

  await byCategory.click()
  await saved(pod)
  await expect.poll(() => products()).toEqual(before)
  await expect.poll(() => workstations.inputValue()).toContain('KES-WKS')
})

describe('when something is out of reach', () => {
  test('choices of ConnectWise fail with words, typing again works, and what was changed stays', async () => {
    const { pod, ...on } = await companies()
    await billingOf(pod, 'Dorner Architects').click()
    stage.psa.faults.add({
      match: () => true,
      times: Number.POSITIVE_INFINITY,
      kind: 'status',
      status: 503,
    })

    await type(agreementOf(pod, 'Elm Street School'), 'man')
    await pod.getByText(/ConnectWise: it answered with status 503. Type again/).waitFor()
    expect(await on.barriers()).toEqual([])
    await pod.getByText('1 unsaved change').waitFor()

    stage.psa.faults.clear()
    await type(agreementOf(pod, 'Elm Street School'), 'mana')
    await pod.getByRole('option', { name: 'Managed security' }).waitFor()
    await agreementOf(pod, 'Elm Street School').press('Escape')
    await expect.poll(() => agreementOf(pod, 'Elm Street School').inputValue()).toBe('Managed security')
    await saved(pod)
    expect((await stored('Dorner Architects')).mapping?.billing).toBe(false)
  })

  test('a save that never arrives loses nothing, and works the second time', async () => {
    const { pod, page, ...on } = await companies()
    await billingOf(pod, 'Fischer Logistics').click()
    await page.route('**/api/mappings', (route) => route.abort())
    await button(pod, 'Save changes').click()

    await pod.getByRole('alert').waitFor()

    await expect.poll(() => pod.getByRole('alert').innerText()).toContain('Your changes are still here')
    expect(await on.barriers()).toEqual([])
    expect((await stored('Fischer Logistics')).mapping?.billing).toBe(true)
    await page.unroute('**/api/mappings')
    await saved(pod)
    expect((await stored('Fischer Logistics')).mapping?.billing).toBe(false)
  })

  test('a save whose answer is lost does not claim that nothing was saved, and saving again is no conflict', async () => {
    const { pod, page } = await companies()
    await billingOf(pod, 'Harbour Freight').click()
    await page.route('**/api/mappings', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await button(pod, 'Save changes').click()

    await pod.getByRole('alert').waitFor()

    await expect
      .poll(() => pod.getByRole('alert').innerText())
      .toContain('it is not known whether this was done')
    await expect.poll(() => pod.getByRole('alert').innerText()).not.toContain('Nothing was saved')
    expect((await stored('Harbour Freight')).mapping?.billing).toBe(false)
    await page.unroute('**/api/mappings')
    await saved(pod)
    await expect.poll(() => billingOf(pod, 'Harbour Freight').isChecked()).toBe(false)
  })
})

test('a viewer sees names and no controls, and may not save with the token either', async () => {
  const on = await stage.open({ member: 'vic' })
  windows.push(on)
  const { pod, page } = on
  const [asked] = await Promise.all([page.waitForRequest(/\/api\/mappings/), on.tab('Companies')])
  await rowOf(pod, 'Acme').waitFor()

  await expect
    .poll(() => rowOf(pod, 'Acme').innerText())
    .toMatch(/Acme Ltd[\s\S]*billing on · Managed security/)
  for (const role of ['combobox', 'switch', 'checkbox'] as const) {
    await expect.poll(() => pod.getByRole(role).count()).toBe(0)
  }
  expect(await on.barriers()).toEqual([])

  const { tenant, mapping } = await stored('Acme')
  const refused = await fetch(`${stage.worker.url}/api/mappings`, {
    method: 'PUT',
    headers: {
      authorization: asked.headers().authorization ?? '',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ rows: [{ tenant: tenant.id, before: mapping, after: null }] }),
  })
  expect(refused.status).toBe(403)
  expect((await stored('Acme')).mapping).toEqual(mapping)
})
