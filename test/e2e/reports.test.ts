import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { addDays } from '../../worker/domain/day.ts'
import { openStage, type Stage } from './support/stage.ts'

const plus = 'Kaspersky Endpoint Security Cloud Plus'

/** What the Worker calls today, in UTC. */
const today = new Date().toISOString().slice(0, 10)

let stage: Stage
let company: number
beforeAll(async () => {
  stage = await openStage()
  const { companyId, publicKey, privateKey, clientId } = stage.psa
  company = stage.psa.addCompany({ name: 'Anna Ltd' }).id
  await stage.client.configure({
    version: 1,
    settings: { timeZone: 'UTC', dailyRunAt: '03:00', approval: 'automatic' },
    connections: [
      { id: 'hub', kind: 'hub', name: 'Business Hub', baseUrl: null, credentials: null },
      {
        id: 'cw',
        kind: 'connectwise',
        name: 'ConnectWise',
        baseUrl: stage.screenUrl,
        credentials: { companyId, publicKey, privateKey, clientId },
      },
    ],
    people: [
      { connection: 'cw', member: 'tess', role: 'technician' },
      { connection: 'cw', member: 'ada', role: 'administrator' },
    ],
    companies: [],
    products: [],
  })
})
afterAll(() => stage?.close())

/** A file with semicolons and German headers, as Excel writes it; the last column has a name that nobody could guess. */
function german(rows: [name: string, users: number | string][]): string {
  return ['Kundennummer;Kunde;Lizenz;Einheit;Spalte Q']
    .concat(rows.map(([name, users], index) => `${index + 1};${name};${plus};Benutzer;${users}`))
    .join('\r\n')
}

async function reports(place: Parameters<Stage['open']>[0] = {}) {
  const on = await stage.open({ member: 'tess', ...place })
  await on.tab(place.locale === 'de-DE' ? 'Lizenzberichte' : 'Licence reports')
  await on.pod.getByRole('heading', { name: 'Business Hub' }).waitFor()
  await on.settled()
  return on
}

const chooser = (pod: Frame) => pod.getByLabel('Licence report (CSV or XLSX)')
const choose = (pod: Frame, name: string, text: string) =>
  chooser(pod).setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
const takeIn = (pod: Frame) => pod.getByRole('button', { name: 'Take in this report' })
const history = (pod: Frame) => pod.getByRole('table', { name: 'History: Business Hub' })

const Tenants = z.object({ items: z.array(z.looseObject({ name: z.string() })) })
async function tenants(): Promise<string[]> {
  const { items } = Tenants.parse(await stage.client.call('GET', '/api/tenants?connection=hub'))
  return items.map(({ name }) => name).toSorted()
}

test('before the first report the screen says what to do, and a viewer why there is nothing to do', async () => {
  const tess = await reports()
  await tess.pod.getByText('No report has come yet. Choose a file').waitFor()
  expect(await tess.barriers()).toEqual([])
  await tess.expectCalm()

  const vic = await reports({ member: 'vic' })

  await vic.pod.getByText('No report has come yet. A technician takes the first one in here.').waitFor()
  await vic.pod.getByText('Reports are taken in by technicians. You may look only.').waitFor()
  await expect.poll(() => chooser(vic.pod).count()).toBe(0)
})

test('a column that could not be guessed is chosen, and 2 companies are taken in and known at once', async () => {
  const { pod, ...on } = await reports()
  await choose(
    pod,
    'November.csv',
    german([
      ['Anna', 24],
      ['Ben', 12],
    ]),
  )
  const quantity = pod.getByRole('combobox', { name: 'Quantity' })
  await quantity.waitFor()
  await expect
    .poll(() => pod.getByRole('combobox', { name: 'Name of the company' }).inputValue())
    .toBe('column:Kunde')
  await expect.poll(() => takeIn(pod).isEnabled()).toBe(false)
  await pod.getByText('Choose a column.').waitFor()
  expect(await on.barriers()).toEqual([])

  await quantity.selectOption('Kundennummer')
  await pod.getByText('This column is taken for something else above.').waitFor()
  await expect.poll(() => takeIn(pod).isEnabled()).toBe(false)
  await quantity.selectOption('Spalte Q')
  await pod.getByRole('row', { name: 'Quantity' }).getByText('24').waitFor()
  expect(await on.barriers()).toEqual([])
  await on.screenshot('report-columns')
  await takeIn(pod).click()
  await pod.getByText('2 companies taken in. The next run bills by it.').waitFor()

  await pod.getByText(/^Report of .* \(today\), 2 companies, 2 rows, by tess/).waitFor()
  const row = history(pod).getByRole('row').nth(1)
  await expect.poll(() => row.innerText()).toMatch(/November\.csv\s+2\s+2\s+in force/)
  await expect.poll(() => tenants()).toEqual(['Anna', 'Ben'])
  expect(await on.barriers()).toEqual([])
  await on.expectCalm()
  await on.screenshot('reports')
})

test('a day that has not come is refused before anything is sent, and an older one is warned of', async () => {
  const { pod, ...on } = await reports()
  await choose(pod, 'December.csv', german([['Anna', 25]]))
  await pod.getByText('As in the last report.').waitFor()
  const day = pod.getByLabel('States the use of')

  await day.fill(addDays(today, 1))
  await pod.getByText('This day has not come yet.').waitFor()
  await expect.poll(() => takeIn(pod).isEnabled()).toBe(false)
  expect(await on.barriers()).toEqual([])

  await day.fill(addDays(today, -1))
  await pod.getByText(/^The report in force is of .*, which is later/).waitFor()
  await expect.poll(() => takeIn(pod).isEnabled()).toBe(true)
})

test('a file can be dropped onto the field', async () => {
  const { page, pod } = await reports()
  const directory = await mkdtemp(join(tmpdir(), 'tallypod-drop-'))
  const file = join(directory, 'dropped.csv')
  await writeFile(file, german([['Anna', 25]]))
  const at = await chooser(pod).boundingBox()
  const place = { x: (at?.x ?? 0) + 20, y: (at?.y ?? 0) + 20 }
  const data = { items: [], files: [file], dragOperationsMask: 1 }
  const browser = await page.context().newCDPSession(page)

  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await browser.send('Input.dispatchDragEvent', { type, ...place, data })
  }

  await pod.getByRole('heading', { name: 'dropped.csv' }).waitFor()
  await rm(directory, { recursive: true })
})

test('a broken file is refused with row and column of each fault, 20 of 100, and nothing is changed', async () => {
  const { pod, ...on } = await reports()
  const faulty = Array.from({ length: 100 }, (_, index): [string, string] => [`Company ${index}`, 'many'])
  await choose(pod, 'broken.csv', german([['Anna', 24], ...faulty]))
  await pod.getByText('Found in the first rows:').waitFor()

  await takeIn(pod).click()

  const alert = pod.getByRole('alert')
  await alert.getByText('The report was not taken in, and nothing was changed.').waitFor()
  await alert.getByText(/^Row 3, column Spalte Q: .*many/).waitFor()
  await expect.poll(() => alert.getByRole('listitem').count()).toBe(20)
  await alert.getByText('and 80 more').waitFor()
  await expect.poll(() => tenants()).toEqual(['Anna', 'Ben'])
  expect(await on.barriers()).toEqual([])
  await on.expectCalm()
  await on.screenshot('report-refused')
})

test("somebody else's report is refused, and taken in when a person says that it is right", async () => {
  const { pod } = await reports()
  const strangers: [string, number][] = ['Carla', 'Dora', 'Emil'].map((name) => [name, 5])
  await choose(pod, 'strangers.csv', german(strangers).replaceAll(/^(\d);/gm, '9$1;'))
  await takeIn(pod).click()
  const confirm = pod.getByRole('button', { name: 'Take it in all the same' })
  await confirm.waitFor()
  await expect.poll(() => tenants()).toEqual(['Anna', 'Ben'])

  await confirm.click()

  await pod.getByText('3 companies taken in.').waitFor()
  await pod.getByText(/^Report of .* \(today\), 3 companies, 3 rows/).waitFor()
  await expect.poll(() => tenants()).toEqual(expect.arrayContaining(['Carla', 'Dora', 'Emil']))
})

test('undo asks first, and goes back to the report before', async () => {
  const { pod, ...on } = await reports()
  await pod.getByRole('button', { name: /^Undo: go back to the report of/ }).click()
  const dialog = pod.getByRole('dialog')
  await dialog.getByText('is in force again. Bills follow with the next run.').waitFor()
  expect(await on.barriers()).toEqual([])

  await dialog.getByRole('button', { name: 'Go back' }).click()

  await history(pod).getByText('taken back').waitFor()
  const states = await history(pod).locator('.badge').allInnerTexts()
  expect(states).toEqual(['taken back', 'in force'])
  await pod.getByText(/^Report of .* \(today\), 2 companies, 2 rows, by tess/).waitFor()
  await on.expectCalm()
})

test('an upload shows how far it is, and can be given up', async () => {
  const { page, pod } = await reports()
  await choose(pod, 'slow.csv', german([['Anna', 26]]))
  await takeIn(pod).waitFor()
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  await page.route(`${stage.worker.url}/api/sources/hub/report?*`, async (route) => {
    await held
    await route.abort()
  })

  await takeIn(pod).click()
  await pod.getByRole('progressbar').waitFor()
  await pod.getByRole('button', { name: 'Cancel' }).click()

  await pod.getByText('Given up.').waitFor()
  release()
  await pod.getByRole('progressbar').waitFor({ state: 'hidden' })
  await expect.poll(() => takeIn(pod).isEnabled()).toBe(true)
})

test('a report that is 5 days old says that bills stay as they are, to a viewer too', async () => {
  await stage.client.upload(
    `/api/sources/hub/report?asOf=${addDays(today, -5)}`,
    german([
      ['Anna', 24],
      ['Ben', 13],
    ]),
  )

  const { pod, ...on } = await reports({ member: 'vic' })

  await pod.getByText(/^Report of .* \(5 days ago\), 2 companies, 2 rows/).waitFor()
  await pod
    .getByText(
      '5 days old; at most 2 days are allowed. The lines that it feeds stay as they are until a newer one comes.',
    )
    .waitFor()
  await expect.poll(() => pod.getByRole('button', { name: /^Undo/ }).count()).toBe(0)
  expect(await on.barriers()).toEqual([])
})

test('the companies of a report are mapped as workspaces', async () => {
  const { pod, ...on } = await stage.open({ member: 'tess' })
  await on.tab('Companies')
  await pod.getByRole('columnheader', { name: 'Workspace', exact: true }).waitFor()
  await expect.poll(() => pod.getByRole('searchbox').getAttribute('placeholder')).toBe('Search workspaces')

  const bill = await stage.open({ member: 'tess', company })

  await bill.pod.getByText('No workspace is mapped to Anna Ltd yet.').waitFor()
  await expect.poll(() => bill.pod.getByRole('combobox', { name: 'Workspace' }).count()).toBe(1)
})

test.each([360, 800, 1600])('it can be read and used %i pixels wide, light and dark', async (width) => {
  const light = await reports({ width })
  await choose(light.pod, 'November.csv', german([['Anna', 24]]))
  await takeIn(light.pod).waitFor()
  expect(await light.barriers()).toEqual([])
  await light.expectCalm()
  await light.screenshot(`reports-${width}`)

  const dark = await reports({ width, colorScheme: 'dark' })
  await choose(dark.pod, 'November.csv', german([['Anna', 'many']]))
  await dark.pod.getByText('Found in the first rows:').waitFor()
  expect(await dark.barriers()).toEqual([])
  await dark.expectCalm()
  await dark.screenshot(`reports-dark-${width}`)
})

test('a German browser reads it in German', async () => {
  const { pod, ...on } = await reports({ locale: 'de-DE' })

  await pod.getByText(/^Bericht vom .* \(vor 5 Tagen\), 2 Firmen, 2 Zeilen/).waitFor()
  await pod.getByText('5 Tage alt; erlaubt: höchstens 2 Tage.').waitFor()
  expect(await on.barriers()).toEqual([])
  await on.screenshot('reports-de')
})

test('a connection is turned from reports to a feed with a token, and back', async () => {
  const { pod, ...on } = await stage.open({ member: 'ada' })
  await on.tab('Settings')
  await pod.getByRole('link', { name: 'Edit Business Hub' }).click()
  const way = pod.getByLabel('How does the use arrive?')
  await expect.poll(() => pod.getByLabel('Address').count()).toBe(0)

  await way.selectOption('feed')
  await pod.getByLabel('Address').fill('http://127.0.0.1:9/feed.json')
  await pod.getByRole('switch', { name: 'The feed asks for a token' }).check()
  await pod.getByLabel('Bearer token').fill('a-secret-token')
  await pod.getByLabel('Oldest use that still counts (hours)').fill('72')
  expect(await on.barriers()).toEqual([])
  await on.screenshot('connection-hub')
  await pod.getByRole('button', { name: 'Save changes' }).click()
  await pod.getByRole('button', { name: 'Check connection' }).waitFor()

  await expect
    .poll(() => hubConnection())
    .toMatchObject({
      baseUrl: 'http://127.0.0.1:9/feed.json',
      hasCredentials: true,
      options: { maxAgeHours: 72 },
    })

  await way.selectOption('report')
  await pod.getByRole('button', { name: 'Save changes' }).click()

  await expect.poll(hubConnection).toMatchObject({ baseUrl: null, hasCredentials: false })
})

const Connections = z.object({ items: z.array(z.looseObject({ id: z.string() })) })
async function hubConnection() {
  const { items } = Connections.parse(await stage.client.call('GET', '/api/connections'))
  return items.find(({ id }) => id === 'hub')
}

test('a billed number says how many users it is, how they were computed, and by which report', async () => {
  const product = `${stage.psa.addProduct({ id: 510, identifier: 'KES-CLOUD', price: 4 }).id}`
  const agreement = `${stage.psa.addAgreement({ company, name: 'Managed' }).id}`
  const document = Configuration.parse(await stage.client.call('GET', '/api/config'))
  await stage.client.configure({
    ...document,
    companies: [
      {
        tenant: { connection: 'hub', id: '1' },
        company: { connection: 'cw', id: `${company}` },
        billing: true,
        agreementId: agreement,
      },
    ],
    products: [
      { connection: 'cw', billByCategory: true, map: [{ application: 'kes-cloud-plus', all: product }] },
    ],
  })
  const header = 'company_id,company,application,unit,workstations,servers,other'
  await stage.client.upload(
    `/api/sources/hub/report?asOf=${today}`,
    `${header}\n1,Anna,kes-cloud-plus,device,8,2,32\n2,Ben,kes-cloud-plus,device,1,0,0`,
  )
  await stage.client.runNow()

  const { pod, ...on } = await stage.open({ member: 'tess', company })
  await pod.getByRole('cell', { name: '16 users' }).waitFor()
  await pod.getByRole('button', { name: 'Why 16? Anna Ltd' }).click()

  const why = pod.getByRole('dialog', { name: 'Anna Ltd: why 16?' })
  await why.getByText('16 users counted on').waitFor()
  await why
    .getByText('16 users: the larger of 10 computers and servers, and half of 32 mobile devices.')
    .waitFor()
  await expect.poll(() => why.getByRole('heading', { name: 'Users 16' }).count()).toBe(1)
  await expect
    .poll(() => why.locator('.devices li').allInnerTexts())
    .toEqual([expect.stringMatching(/^Licence report of .*: 16 users since/)])
  expect(await on.barriers()).toEqual([])
  await on.screenshot('why-report')
})

const Configuration = z.looseObject({})
