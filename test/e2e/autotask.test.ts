import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Autotask, startAutotask } from '../vendors/autotask/server.ts'
import { addAcme, application, type SettingUp, settingUp } from './support/setting-up.ts'
import { openStage, type Stage } from './support/stage.ts'

let stage: Stage
let vendor: Autotask
let autotask: ReturnType<Autotask['account']>
let acme: ReturnType<typeof addAcme>
let contract: number
let service: number
let ada: SettingUp
beforeAll(async () => {
  stage = await openStage()
  acme = addAcme(stage, 7)
  stage.center.addServer({ name: 'Zebra' })
  vendor = await startAutotask()
  autotask = vendor.account()
  service = Number(autotask.addService({ name: 'Endpoint protection', unitPrice: 3 }).id)
  const company = Number(autotask.addCompany({ name: 'Acme GmbH' }).id)
  const days = { startDate: '2026-01-01', endDate: '2099-12-31' }
  contract = Number(autotask.addContract({ company, name: 'Managed security', ...days }).id)
  autotask.addContract({ company, name: 'Hours', contractType: 4, ...days })
  autotask.addContractService({ contract, service })
  ada = await settingUp(stage)
})
afterAll(async () => {
  await vendor?.close()
  await stage?.close()
})

test('the address of Autotask is there already, and how differences are booked is chosen in words', async () => {
  await ada.steps.getByRole('link', { name: 'Autotask' }).click()
  await expect.poll(() => ada.field('Address').inputValue()).toBe('https://webservices.autotask.net')
  const booking = ada.field('When a difference is booked')
  await expect
    .poll(() => booking.locator('option').allInnerTexts())
    .toEqual([
      'On the day it is found; Autotask prorates it',
      'On the first day of the next period; nothing is prorated',
    ])
  await expect.poll(() => booking.inputValue()).toBe('daily')
  await expect.poll(() => ada.field('Tracking identifier').getAttribute('type')).toBe('password')

  await ada.fill({
    Address: autotask.baseUrl,
    'User name (key) of the API user': autotask.userName,
    'Password (secret)': autotask.secret,
    'Tracking identifier': autotask.integrationCode,
  })
  await booking.selectOption('periodStart')
  await ada.pod.getByRole('switch', { name: 'Put a missing service on the contract' }).click()
  await ada.button('Save changes').click()
  await ada.button('Check connection').click()
  await ada.pod.getByText('Everything works.').first().waitFor()

  expect(await stage.client.call('GET', '/api/connections')).toMatchObject({
    items: [
      { id: 'ksc' },
      { id: 'at', options: { booking: 'periodStart', createMissingService: true }, needsTestWrite: false },
    ],
  })
  await expect.poll(() => ada.pod.getByText('test write').count()).toBe(0)
  expect(await ada.barriers()).toEqual([])
})

test('what is changed later keeps the secrets and the other options', async () => {
  await ada.tab('Settings')
  await ada.pod.getByRole('link', { name: 'Edit Autotask' }).click()
  const booking = ada.field('When a difference is booked')
  await expect.poll(() => booking.inputValue()).toBe('periodStart')

  await booking.selectOption('daily')
  await ada.button('Save changes').click()
  await ada.button('Check connection').click()
  await ada.pod.getByText('Everything works.').first().waitFor()

  expect(await stage.client.call('GET', '/api/connections')).toMatchObject({
    items: [{ id: 'ksc' }, { id: 'at', options: { booking: 'daily', createMissingService: true } }],
  })
})

test('an application gets its service, and an organization its contract, shown with its first and last day', async () => {
  await ada.tab('Services')
  await ada.choose(ada.combobox(`Autotask service: ${application}`), 'endp')
  await ada.saved()
  expect(await ada.barriers()).toEqual([])

  await ada.tab('Companies')
  await ada.button('Use Acme GmbH for Acme').click()
  await ada.combobox('Select contract: Acme').click()
  await expect
    .poll(() => ada.pod.getByRole('option').allInnerTexts())
    .toEqual([expect.stringMatching(/^Managed security\s+1 Jan 2026 – 31 Dec 2099$/)])
  await ada.option('Managed security').click()
  await ada.pod.getByRole('switch', { name: 'Automatic billing' }).click()
  await ada.saved()

  await expect.poll(() => ada.pod.getByRole('combobox', { name: /price level/ }).count()).toBe(0)
  expect(await ada.barriers()).toEqual([])
  await ada.expectCalm()
})

test('a run bills 7 devices', async () => {
  await ada.runsTo('Done')

  expect(autotask.unitsOf(contract)).toMatchObject([{ serviceID: service, units: 7 }])
  await ada.tab('Today')
  await ada.pod.getByText('1 organization agrees with Autotask').waitFor()
})

test('two devices more on the same day wait for tomorrow, which the run says, and nobody has to decide', async () => {
  acme.add(2)
  await ada.runsTo('Done')

  const change = ada.pod.getByRole('row', { name: /Acme GmbH/ })
  await expect
    .poll(() => change.innerText())
    .toMatch(/7 → 9[\s\S]*planned[\s\S]*Adjusted already today; sent tomorrow/)
  await expect.poll(() => ada.button('Approve').count()).toBe(0)
  expect(await ada.barriers()).toEqual([])

  await change.getByRole('link', { name: 'Acme GmbH' }).click()
  await ada.pod.getByText('planned: Adjusted already today; sent tomorrow.').waitFor()
  await expect.poll(() => ada.button(/Approve|Dismiss/).count()).toBe(0)
  expect(autotask.unitsOf(contract)).toMatchObject([{ units: 7 }])
  expect(await ada.barriers()).toEqual([])
})

test('with a second PSA a person says which one to choose from, and its words are used', async () => {
  const { companyId, publicKey, privateKey, clientId } = stage.psa
  stage.psa.addCompany({ name: 'Zebra GmbH' })
  stage.psa.addProduct({ identifier: 'KES-CW' })
  await stage.client.call('PUT', '/api/connections/cw', {
    kind: 'connectwise',
    name: 'Branch',
    baseUrl: stage.screenUrl,
    credentials: { companyId, publicKey, privateKey, clientId },
  })
  await ada.page.reload()
  await ada.tab('Services')
  await ada.pod.getByRole('switch', { name: 'Bill devices by category' }).click()
  await ada.pod.getByText('1 unsaved change').waitFor()

  await ada.field('PSA').selectOption('Branch')
  await ada.combobox(`ConnectWise product: ${application}`).waitFor()
  await expect.poll(() => ada.button('Save changes').count()).toBe(0)
  await ada.choose(ada.combobox(`ConnectWise product: ${application}`), 'kes')
  await expect.poll(() => ada.pod.getByRole('heading', { level: 1 }).innerText()).toBe('Products')
  await ada.saved()
  await ada.field('PSA').selectOption('Autotask')
  await ada.pod.getByText('1 unsaved change').waitFor()
  await ada.button('Discard').click()
  await ada.field('PSA').selectOption('Branch')

  await ada.tab('Companies')
  const acmeRow = ada.pod.getByRole('row').filter({ has: ada.combobox('Select contract: Acme') })
  await expect.poll(() => acmeRow.innerText()).toContain('Autotask')
  const zebra = ada.combobox('ConnectWise company: Zebra')
  await ada.choose(zebra, 'zeb')
  await ada.combobox('Select agreement: Zebra').waitFor()
  await ada.saved()

  expect(await stage.client.call('GET', '/api/mappings')).toMatchObject({
    items: [
      { tenant: { name: 'Acme' }, mapping: { company: { connection: 'at' } } },
      { tenant: { name: 'Zebra' }, mapping: { company: { connection: 'cw' } } },
    ],
  })
  const at = await stage.client.call('GET', '/api/product-mappings?connection=at')
  expect(at).toMatchObject({
    billByCategory: false,
    applications: expect.arrayContaining([
      expect.objectContaining({
        name: application,
        products: expect.objectContaining({ all: `${service}` }),
      }),
    ]),
  })
  expect(await ada.barriers()).toEqual([])
  await ada.screenshot('two-psas')
})
