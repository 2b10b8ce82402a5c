import { afterAll, beforeAll, expect, test } from 'vitest'
import { devices } from '../vendors/ksc/devices.ts'
import { keyType } from '../vendors/ksc/key.ts'
import type { Pod } from './support/pod.ts'
import { openStage, type Stage } from './support/stage.ts'

const application = 'Kaspersky Endpoint Security for Business Advanced'

let stage: Stage
let agreement: number
let advanced: string
let ada: Pod
beforeAll(async () => {
  stage = await openStage()
  const { center, psa } = stage
  const server = center.addServer({ name: 'Acme' })
  const key = server.addKey({
    product: `${application}. European Edition. 10-14 Node 1 year Base License`,
    type: keyType.commercial,
    limitDate: '2099-12-31',
  })
  key.use(server.addHosts(7, devices.workstation))
  const company = psa.addCompany({ name: 'Acme GmbH' })
  psa.addCompany({ name: 'Zebra GmbH' })
  advanced = `${psa.addProduct({ identifier: 'KES-ADV', description: 'Endpoint protection' }).id}`
  psa.addProduct({ identifier: 'BACKUP', productClass: 'Agreement' })
  agreement = Number(psa.addAgreement({ company: Number(company.id), name: 'Managed security' }).id)
  ada = await stage.open({ alone: true })
})
afterAll(() => stage?.close())

const steps = () => ada.pod.getByRole('region', { name: 'First steps' })
const field = (label: string) => ada.pod.getByLabel(label, { exact: true })
const button = (name: string | RegExp) => ada.pod.getByRole('button', { name })

async function fill(fields: Record<string, string>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) await field(label).fill(text)
}

async function saved(): Promise<void> {
  await button('Save changes').click()
  await button('Save changes').waitFor({ state: 'hidden' })
}

/** The screen of the run that was just started says that it is over. */
async function ended(kind: 'Run' | 'Dry run'): Promise<void> {
  const title = ada.pod.getByRole('heading', { name: new RegExp(`^${kind} of .* Done$`) })
  await title.waitFor({ timeout: 50_000 })
}

test('a wrong administrator token is refused in words, and what was typed stays', async () => {
  await fill({ 'Administrator token': 'not-the-token' })
  await button('Sign in').click()

  await ada.pod.getByRole('alert').waitFor()

  await expect.poll(() => ada.pod.getByRole('alert').textContent()).toMatch(/token/)
  await expect.poll(() => field('Administrator token').inputValue()).toBe('not-the-token')
  await expect.poll(() => ada.pod.getByRole('navigation').count()).toBe(0)
  expect(await ada.barriers()).toEqual([])
})

test('the right token leads to the first steps, none of which is done', async () => {
  await fill({ 'Administrator token': stage.adminToken })
  await button('Sign in').click()

  await steps().waitFor()

  await expect.poll(() => steps().getByRole('listitem').count()).toBe(6)
  await expect.poll(() => steps().getByText('Done:').count()).toBe(0)
  await expect.poll(() => steps().locator('[aria-current=step]').innerText()).toContain('Connect Kaspersky')
  expect(await ada.barriers()).toEqual([])
  await ada.screenshot('first-steps')
})

test('a wrong password of Security Center is named by the check, with the remedy; the right one works', async () => {
  await steps().getByRole('link', { name: 'Kaspersky Security Center' }).click()
  await fill({ Address: stage.center.baseUrl, User: stage.center.user, Password: 'a guess' })
  await button('Save changes').click()
  await button('Check connection').click()

  await ada.pod.getByRole('alert').waitFor()
  await expect
    .poll(() => ada.pod.getByRole('alert').innerText())
    .toMatch(/refused the user .* Enter the user name and password again/)
  expect(await ada.barriers()).toEqual([])

  await fill({ User: stage.center.user, Password: stage.center.password })
  await button('Save changes').click()
  await expect.poll(() => field('Password').inputValue()).toBe('')
  await button('Check connection').click()
  await ada.pod.getByText('Everything works.').first().waitFor()
  await button('Next step').click()
  await steps().getByText('Done: Connect Kaspersky').waitFor()
})

test('ConnectWise is connected', async () => {
  await steps().getByRole('link', { name: 'ConnectWise PSA' }).click()
  await fill({
    Address: stage.screenUrl,
    'Company (as typed at sign-in)': stage.psa.companyId,
    'Public key': stage.psa.publicKey,
    'Private key': stage.psa.privateKey,
    clientId: stage.psa.clientId,
  })
  await button('Save changes').click()
  await button('Check connection').click()

  await ada.pod.getByText('Everything works.').first().waitFor()

  await button('Next step').click()
  await steps().getByText('Done: Connect your PSA').waitFor()
})

test('an application gets its product by typing a part of its name', async () => {
  await steps().getByRole('link', { name: 'Select products' }).click()
  const product = ada.pod.getByRole('combobox', { name: application })
  await product.click()
  await product.pressSequentially('kes-a')
  await expect
    .poll(() => ada.pod.getByRole('option').allInnerTexts())
    .toEqual(['KES-ADV – Endpoint protection'])
  await product.press('Enter')
  await saved()

  await expect.poll(() => product.inputValue()).toBe('KES-ADV – Endpoint protection')
  expect(await stage.client.call('GET', '/api/product-mappings?connection=cw')).toMatchObject({
    applications: expect.arrayContaining([
      expect.objectContaining({ name: application, products: expect.objectContaining({ all: advanced }) }),
    ]),
  })
})

test('a virtual server gets its suggested company, an agreement and billing', async () => {
  await ada.tab('Companies')
  await button('Use Acme GmbH for Acme').click()
  const choice = ada.pod.getByRole('combobox', { name: 'Select agreement: Acme' })
  await expect.poll(() => ada.pod.getByRole('switch', { name: 'Automatic billing' }).isDisabled()).toBe(true)
  await choice.click()
  await ada.pod.getByRole('option', { name: 'Managed security' }).click()
  await ada.pod.getByRole('switch', { name: 'Automatic billing' }).click()
  expect(await stage.client.call('GET', '/api/mappings')).toMatchObject({ items: [{ mapping: null }] })
  await saved()

  expect(await stage.client.call('GET', '/api/mappings')).toMatchObject({
    items: [
      {
        tenant: { name: 'Acme' },
        mapping: { billing: true, agreementId: `${agreement}` },
        names: { company: 'Acme GmbH', agreement: 'Managed security' },
      },
    ],
  })
})

test('a dry run shows the line that would be made, and writes nothing', async () => {
  await ada.tab('Today')
  await steps().getByRole('link', { name: 'Try a dry run' }).click()
  await button('Dry run').click()
  await ended('Dry run')

  const change = ada.pod.getByRole('row', { name: /Acme GmbH/ })
  await change.waitFor()
  await expect.poll(() => change.innerText()).toMatch(/7/)
  await expect.poll(() => ada.pod.getByRole('heading', { name: 'What a run would change' }).count()).toBe(1)
  expect(stage.psa.additionsOf(agreement)).toEqual([])
  expect(stage.psa.calls.every(({ method }) => method === 'GET')).toBe(true)
})

test('a run bills 7 devices, after which the first steps are gone', async () => {
  await ada.tab('Today')
  await steps().getByText('Done: Try a dry run').waitFor()
  await ada.tab('Runs')
  await button('Run now').click()
  await ended('Run')

  expect(stage.psa.additionsOf(agreement)).toMatchObject([
    { product: { identifier: 'KES-ADV' }, quantity: 7 },
  ])
  await ada.tab('Today')
  await ada.pod.getByText('1 company agrees with ConnectWise').waitFor()
  await steps().waitFor({ state: 'hidden' })
})

test("the company's bill says why it is 7", async () => {
  await ada.tab('Companies')
  await ada.pod.getByRole('link', { name: 'Show bill Acme' }).click()
  await ada.pod.getByRole('heading', { name: 'Acme GmbH' }).waitFor()
  await button('Why 7? Acme GmbH').click()

  const why = ada.pod.getByRole('dialog', { name: 'Acme GmbH: why 7?' })
  await why.getByText('7 devices counted on').waitFor()

  await expect.poll(() => why.getByRole('heading', { name: 'All devices 7' }).count()).toBe(1)
  await expect.poll(() => why.locator('.devices li').count()).toBe(7)
  expect(await ada.barriers()).toEqual([])
  await ada.expectCalm()
})

test('a second Security Center is added beside the first, not in its place', async () => {
  await button('Close').click()
  await ada.tab('Settings')
  await ada.pod.getByRole('link', { name: 'Add Kaspersky Security Center' }).click()
  await ada.page.reload()
  await ada.pod.getByRole('heading', { name: 'Add Kaspersky Security Center' }).waitFor()
  await expect.poll(() => field('Address').inputValue()).toBe('')

  await fill({ Name: 'Branch', Address: stage.center.baseUrl, User: 'branch', Password: 'branch' })
  await button('Save changes').click()
  await button('Next step').waitFor()

  expect(await stage.client.call('GET', '/api/connections')).toMatchObject({
    items: [
      { id: 'ksc', name: 'Kaspersky Security Center' },
      { id: 'cw', kind: 'connectwise' },
      { id: 'ksc2', name: 'Branch' },
    ],
  })
})
