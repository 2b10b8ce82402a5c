import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTigerpaw, type Tigerpaw } from '../vendors/tigerpaw/server.ts'
import { addAcme, application, type SettingUp, settingUp } from './support/setting-up.ts'
import { openStage, type Stage } from './support/stage.ts'

const testedAt = /^The test write succeeded on /

let stage: Stage
let vendor: Tigerpaw
let tigerpaw: ReturnType<Tigerpaw['account']>
let acme: ReturnType<typeof addAcme>
let agreement: number
let levels: { managed: number; retail: number }
let ada: SettingUp
beforeAll(async () => {
  stage = await openStage()
  acme = addAcme(stage, 7)
  vendor = await startTigerpaw()
  tigerpaw = vendor.account()
  levels = {
    managed: Number(tigerpaw.addPriceLevel({ description: 'Managed' }).id),
    retail: Number(tigerpaw.addPriceLevel({ description: 'Retail' }).id),
  }
  tigerpaw.addItem({
    itemId: 'KES-ADV',
    description: 'Endpoint protection',
    prices: { [levels.managed]: 3, [levels.retail]: 5 },
  })
  const account = Number(tigerpaw.addAccount({ name: 'Acme GmbH', linked: true }).id)
  agreement = Number(tigerpaw.addAgreement({ account, startDate: '2026-01-15' }).id)
  tigerpaw.addAccount({ name: 'Zebra GmbH', linked: true })
  ada = await settingUp(stage)
})
afterAll(async () => {
  await vendor?.close()
  await stage?.close()
})

const billing = () => ada.pod.getByRole('switch', { name: 'Automatic billing' })
const level = () => ada.combobox('Select price level: Acme')

test('Tigerpaw is one of three PSAs to connect, and its own words are on the tabs from then on', async () => {
  await expect
    .poll(() => ada.steps.getByRole('listitem').nth(1).getByRole('link').allInnerTexts())
    .toEqual(['ConnectWise PSA', 'Autotask', 'Tigerpaw'])
  await ada.steps.getByRole('link', { name: 'Tigerpaw' }).click()
  await expect.poll(() => ada.field('External product').inputValue()).toBe('Kaspersky')
  for (const secret of ['Private key', 'SOAP password']) {
    await expect.poll(() => ada.field(secret).getAttribute('type')).toBe('password')
  }

  await ada.fill({
    Address: tigerpaw.baseUrl,
    'Public key': tigerpaw.publicKey,
    'Private key': tigerpaw.privateKey,
    'SOAP user': tigerpaw.soapUser,
    'SOAP password': tigerpaw.soapPassword,
  })
  await ada.button('Save changes').click()
  await ada.button('Check connection').click()
  await ada.pod.getByText('Everything works.').first().waitFor()

  expect(await stage.client.call('GET', '/api/connections')).toMatchObject({
    items: [
      { id: 'ksc' },
      { id: 'tp', options: { externalProduct: 'Kaspersky', chargeDialect: 'provisional' }, testedAt: null },
    ],
  })
  const tabs = ada.pod.getByRole('navigation', { name: 'tallypod' }).getByRole('link')
  await expect
    .poll(() => tabs.allInnerTexts())
    .toEqual(['Today', 'Accounts', 'Price book items', 'Runs', 'Service orders', 'Settings'])
  expect(await ada.barriers()).toEqual([])
})

test('a test write that Tigerpaw does not take says so, and nothing may be written yet', async () => {
  tigerpaw.options.dialect = 'other'
  await ada.tab('Settings')
  await ada.choose(ada.combobox('Tigerpaw account'), 'acme')
  await ada.combobox('Select agreement').click()
  await ada.option(new RegExp(`^#${agreement}`)).click()
  await ada.choose(ada.combobox('Price book item'), 'kes')
  expect(await ada.barriers()).toEqual([])

  await ada.button('Test write').click()
  await ada.pod.getByRole('alert').waitFor()

  await expect.poll(() => ada.pod.getByRole('alert').innerText()).toMatch(/Tigerpaw/)
  await ada.pod.getByText('Nothing is written to Tigerpaw until a test write has succeeded.').waitFor()
  expect(tigerpaw.chargesOf(agreement)).toEqual([])
  expect(await ada.barriers()).toEqual([])
  await ada.screenshot('tigerpaw-test-write')
})

test('a test write that succeeds says when, and leaves the agreement as it was', async () => {
  tigerpaw.options.dialect = 'provisional'
  await ada.button('Test write').click()

  await ada.pod.getByText(testedAt).waitFor()

  await ada.pod.locator('.notice', { hasText: 'Everything works.' }).waitFor()
  await expect.poll(() => ada.pod.getByText('Nothing is written to Tigerpaw').count()).toBe(0)
  expect(tigerpaw.chargesOf(agreement)).toEqual([])
  expect(tigerpaw.calls.filter(({ path }) => path.endsWith('.asmx')).length).toBeGreaterThan(2)
})

test('an application gets its price book item', async () => {
  await ada.tab('Price book items')
  await ada.choose(ada.combobox(`Price book item: ${application}`), 'kes')
  await ada.saved()

  await expect
    .poll(() => ada.combobox(`Price book item: ${application}`).inputValue())
    .toBe('KES-ADV – Endpoint protection')
  expect(await ada.barriers()).toEqual([])
})

test('an account needs an agreement and a price level before it is billed, and is told so', async () => {
  await ada.tab('Accounts')
  await ada.button('Use Acme GmbH for Acme').click()
  await ada.pod.getByText('Select agreement before you switch billing on.').waitFor()
  await ada.combobox('Select agreement: Acme').click()
  await expect.poll(() => ada.option(new RegExp(`^#${agreement}`)).innerText()).toMatch(/15 Jan 2026$/)
  await ada.option(new RegExp(`^#${agreement}`)).click()
  await ada.pod.getByText('Select price level before you switch billing on.').waitFor()
  await expect.poll(() => billing().isDisabled()).toBe(true)

  await ada.pod.getByRole('checkbox', { name: 'Acme' }).check()
  await ada.button('Switch billing on').click()
  await ada.pod.locator('.notice', { hasText: '1 row was left as it is. Missing: price level.' }).waitFor()
  expect(await ada.barriers()).toEqual([])

  await level().click()
  await expect.poll(() => ada.pod.getByRole('option').allInnerTexts()).toEqual(['Managed', 'Retail'])
  await ada.option('Managed').click()
  await billing().click()
  await ada.saved()

  await expect.poll(() => level().inputValue()).toBe('Managed')
  expect(await stage.client.call('GET', '/api/mappings')).toMatchObject({
    items: [
      {
        mapping: { billing: true, agreementId: `${agreement}`, priceLevelId: `${levels.managed}` },
        names: { company: 'Acme GmbH', priceLevel: 'Managed' },
      },
    ],
  })
  expect(await ada.barriers()).toEqual([])
  await ada.screenshot('tigerpaw-accounts')
})

test('a run bills 7 devices at the price of that level', async () => {
  await ada.runsTo('Done')

  expect(tigerpaw.chargesOf(agreement)).toMatchObject([
    { itemId: 'KES-ADV', quantity: 7, priceLevel: levels.managed, price: 3 },
  ])
  await ada.tab('Today')
  await ada.pod.getByText('1 account agrees with Tigerpaw').waitFor()
  await ada.expectCalm()
})

test("another price level, chosen on the account's own screen, waits for approval and then changes the price", async () => {
  await ada.tab('Accounts')
  await ada.pod.getByRole('link', { name: 'Show bill Acme' }).click()
  await ada.pod.getByRole('heading', { name: 'Acme GmbH' }).waitFor()
  await expect.poll(() => level().inputValue()).toBe('Managed')
  await level().click()
  await ada.option('Retail').click()
  await ada.saved()
  acme.add(1)
  await ada.runsTo('Done, with problems')
  expect(tigerpaw.chargesOf(agreement)).toMatchObject([{ quantity: 7, priceLevel: levels.managed, price: 3 }])

  await ada.tab('Today')
  await ada.pod.getByText('The price level was changed.').waitFor()
  await ada.button('Approve the change of Acme GmbH').click()

  await expect
    .poll(() => tigerpaw.chargesOf(agreement), { timeout: 30_000 })
    .toMatchObject([{ quantity: 8, priceLevel: levels.retail, price: 5 }])
  await ada.expectCalm()
})

test('in a frame 400 pixels wide every choice of an account is there', async () => {
  await ada.page.setViewportSize({ width: 400, height: 800 })
  await ada.tab('Accounts')
  await level().waitFor()

  await expect.poll(() => level().isVisible()).toBe(true)
  expect(await ada.barriers()).toEqual([])
  await ada.expectCalm()
})
