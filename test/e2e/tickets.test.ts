import { setTimeout as sleep } from 'node:timers/promises'
import type { Frame, Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectWiseDesk } from '../support/sides/connectwise-desk.ts'
import type { SideDesk } from '../support/sides/desk.ts'
import { devices } from '../vendors/ksc/devices.ts'
import type { Host } from '../vendors/ksc/host.ts'
import type { VirtualServer } from '../vendors/ksc/virtual-server.ts'
import { follow } from './support/pod.ts'
import { openStage, type Stage } from './support/stage.ts'

const virus = { type: 'GNRL_EV_VIRUS_FOUND', typeName: 'Malicious object found', severity: 4 }
/** Critical, because its protection is installed but not running. */
const notRunning = { statusId: 1, statusMask: 1 << 2 }
const well = { statusId: 0, statusMask: 0 }

let stage: Stage
let desk: SideDesk
let acme: number
let server: VirtualServer
let hosts: Host[]
beforeAll(async () => {
  stage = await openStage()
  const { center, psa } = stage
  desk = connectWiseDesk(psa)
  acme = psa.addCompany({ name: 'Acme Ltd' }).id
  psa.addCompany({ name: 'Own IT', type: 'Owner' })
  server = center.addServer({ name: 'Acme' })
  hosts = server.addHosts(12, { ...devices.workstation, name: 'WS' })
  const stray = center.addServer({ name: 'Stray' })
  for (const host of stray.addHosts(1, devices.workstation)) stray.addEvent({ ...virus, host })
  const { baseUrl, user, password, internal } = center
  const { companyId, publicKey, privateKey, clientId } = psa
  await stage.client.configure({
    version: 1,
    settings: { timeZone: 'UTC', dailyRunAt: '03:00', approval: 'automatic' },
    connections: [
      { id: 'ksc', kind: 'ksc', name: 'KSC', baseUrl, credentials: { user, password, internal } },
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
    companies: [
      {
        tenant: { connection: 'ksc', id: server.uid },
        company: { connection: 'cw', id: `${acme}` },
        billing: false,
        agreementId: null,
      },
    ],
    products: [],
  })
}, 60_000)
afterAll(() => stage?.close())

/** The Worker's clock strikes, at an hour at which no run is due. */
async function tick(): Promise<void> {
  await stage.client.tick(new Date('2026-03-02T00:15:00Z'))
}

/** Ticks until `isSo`: a tick that comes while the chain is at work begins no other look. */
async function tickUntil(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    await tick()
    for (let waits = 0; waits < 4; waits++) {
      if (isSo()) return
      await sleep(250)
    }
  }
  throw new Error('It did not come to that')
}

const tickets = () => desk.tickets(`${acme}`)
const button = (pod: Frame, name: string | RegExp) => pod.getByRole('button', { name })
const options = (select: Locator) => select.locator('option').allInnerTexts()

async function saved(pod: Frame): Promise<void> {
  await button(pod, 'Save changes').click()
  await button(pod, 'Save changes').waitFor({ state: 'hidden' })
}

test('rules are chosen, tried on last week, and saved', async () => {
  const { pod, ...on } = await stage.open({ member: 'ada' })
  server.addEvent({ ...virus, host: hosts[0] as Host })
  await on.tab('Tickets')
  await pod.getByText('as long as no rule is on').waitFor()
  expect(await on.barriers()).toEqual([])
  await on.screenshot('tickets-first')

  await pod.getByRole('link', { name: 'Choose the rules' }).click()
  await pod.getByLabel('Board').selectOption('Security')
  await pod.getByLabel('Status of new ones').waitFor()
  await expect
    .poll(() => options(pod.getByLabel('Status of new ones')))
    .toEqual(['New', 'In Progress', 'Closed'])
  await expect
    .poll(() => pod.getByLabel('Status of closed ones').locator('option:checked').innerText())
    .toBe('Closed')
  await pod.getByLabel('Assigned to').selectOption('Jane Doe')
  await pod.getByLabel('Priority').selectOption('High')
  await pod.getByRole('switch', { name: /Also for tallypod itself/ }).click()
  await pod.getByRole('combobox', { name: 'Your own company' }).waitFor()
  expect(await on.barriers()).toEqual([])
  await on.screenshot('tickets-general')

  await follow(pod, 'Tickets', 'Events')
  await pod.getByRole('switch', { name: 'Critical events' }).click()
  await pod.getByLabel('Days that an event counts').fill('7')
  await button(pod, 'Try these rules on last week').click()
  await pod.getByText('With these rules, last week would have opened 1 ticket.').waitFor({ timeout: 20_000 })
  await pod.getByText('Critical events: 1').waitFor()
  expect(await on.barriers()).toEqual([])
  await on.screenshot('tickets-events')

  await follow(pod, 'Tickets', 'Critical status')
  await pod.getByRole('switch', { name: 'Protection is installed but not running' }).click()
  expect(await on.barriers()).toEqual([])
  await on.screenshot('tickets-critical')
  await follow(pod, 'Tickets', 'Warning status')
  const onWarning = pod.getByRole('switch', { name: 'Protection is installed but not running' })
  await expect.poll(() => onWarning.isChecked()).toBe(false)
  await saved(pod)

  expect(await stage.client.call('GET', '/api/ticket-rules')).toMatchObject({
    connections: [
      {
        connection: 'cw',
        board: desk.filing.board,
        statusNew: desk.filing.status,
        statusClosed: desk.closedStatus,
        assignee: desk.filing.assignee,
        priority: desk.filing.priority,
        type: null,
        events: { critical: { on: true, lifetimeDays: 7 } },
        statuses: { antivirus_not_running: { on: true, levels: ['critical'] } },
        health: { on: true, company: null },
      },
    ],
  })
  expect(tickets()).toEqual([])
  await on.expectCalm()
}, 60_000)

test('what was made is listed, with its devices, and opens in ConnectWise', async () => {
  for (const host of hosts.slice(0, 11)) Object.assign(host, notRunning)
  await tickUntil(() => tickets().length === 2)
  const { page: window, pod, ...on } = await stage.open({ member: 'tess' })
  await on.tab('Tickets')
  const storm = pod.getByRole('row', { name: /Protection is installed but not running: 11 devices/ })
  await storm.waitFor()
  await on.settled()

  await pod.getByText(/2 virtual servers are looked at in turn\. The oldest look was /).waitFor()
  await pod.getByText('1 event of 1 virtual server without a company; nothing is made for them').click()
  await pod.getByText(/Stray: once, Malicious object found/).waitFor()
  await storm.getByText('11 devices', { exact: true }).click()
  await expect.poll(() => storm.getByRole('listitem').count()).toBe(11)
  expect(await on.barriers()).toEqual([])
  await on.screenshot('tickets')

  const [{ id } = { id: '' }] = tickets()
  const [tab] = await Promise.all([
    window.context().waitForEvent('page'),
    pod.getByRole('button', { name: `Open in ConnectWise: #${id}` }).click(),
  ])
  await expect.poll(() => tab.getByRole('heading', { level: 1 }).textContent()).toBe(`Ticket ${id}`)

  for (const host of hosts) Object.assign(host, well)
  await tickUntil(() => tickets().some(({ status }) => status === desk.closedStatus))
  await button(pod, 'Closed').click()
  await pod.getByText(/closed .* by itself/).waitFor()
  await button(pod, 'Waiting').click()
  await pod.getByText('None waits to be made.').waitFor()
  await on.expectCalm()
}, 60_000)

test('a board that is gone is told, and its tickets wait until another one is chosen', async () => {
  const other = stage.psa.addBoard({ name: 'Alerts' })
  desk.setBoardInUse(false)
  server.addEvent({ ...virus, type: 'SECOND', typeName: 'Second thing', host: hosts[1] as Host })
  const waiting = async () =>
    JSON.stringify(await stage.client.call('GET', '/api/tickets?state=waiting')).includes(
      'no longer has its board',
    )
  for (let tries = 0; tries < 40 && !(await waiting()); tries++) {
    await tick()
    await sleep(500)
  }
  const { pod, ...on } = await stage.open({ member: 'ada' })
  await on.tab('Tickets')
  await pod
    .getByText(/^Critical events.*: Tickets of this rule wait/)
    .first()
    .waitFor()
  await button(pod, 'Waiting').click()
  await pod
    .getByRole('row', { name: /Second thing/ })
    .getByText(/no longer has its board/)
    .waitFor()
  await on.screenshot('tickets-waiting')

  await follow(pod, 'Tickets', 'General')
  const board = pod.getByLabel('Board')
  await expect.poll(() => board.locator('option:checked').innerText()).toMatch(/is no longer in ConnectWise$/)
  expect(await on.barriers()).toEqual([])
  await on.screenshot('tickets-board-gone')
  await board.selectOption('Alerts')
  await expect
    .poll(() => pod.getByLabel('Status of new ones').inputValue())
    .toBe(`=${stage.psa.statusNamed(other, 'New').id}`)
  await saved(pod)

  await expect
    .poll(() => tickets().find(({ title }) => title.startsWith('Second thing'))?.board, { timeout: 20_000 })
    .toBe(`${other.id}`)
  await on.expectCalm()
}, 60_000)

test('one rule goes its own way, and one company gets none', async () => {
  const { pod, ...on } = await stage.open({ member: 'ada' })
  await on.tab('Tickets')
  await follow(pod, 'Tickets', 'Critical status')
  const row = pod.getByRole('row', { name: /^Protection is installed but not running/ })
  await row.locator('summary', { hasText: 'As in General' }).click()
  await row.getByLabel('Priority').selectOption('Left to ConnectWise')
  await row.locator('summary', { hasText: 'Its own way' }).waitFor()
  expect(await on.barriers()).toEqual([])
  await on.screenshot('tickets-own-way')
  await follow(pod, 'Tickets', 'General')
  const own = pod.getByRole('combobox', { name: 'Your own company' })
  await own.click()
  await pod.getByRole('option', { name: 'Own IT' }).click()
  await expect.poll(() => own.inputValue()).toBe('Own IT')
  const never = pod.getByRole('group', { name: 'Never for these companies' })
  await never.getByRole('combobox').click()
  await never.getByRole('option', { name: 'Acme Ltd' }).click()
  await never.getByText('Acme Ltd').waitFor()
  await saved(pod)

  expect(await stage.client.call('GET', '/api/ticket-rules')).toMatchObject({
    connections: [{ statuses: { antivirus_not_running: { on: true, priority: null } } }],
    ownCompanies: [{ connection: 'cw', name: 'Own IT' }],
    companies: [{ company: { connection: 'cw', id: `${acme}` }, off: true, name: 'Acme Ltd' }],
  })
  const before = tickets().length
  server.addEvent({ ...virus, type: 'THIRD', typeName: 'Third thing', host: hosts[2] as Host })
  await tick()
  await sleep(1_500)
  expect(tickets().length).toBe(before)

  await never.getByRole('button', { name: 'Remove Acme Ltd' }).click()
  await saved(pod)
  await tickUntil(() => tickets().some(({ title }) => title.startsWith('Third thing')))
  await on.expectCalm()
}, 60_000)

test('who saves over what another one saved is asked', async () => {
  const ada = await stage.open({ member: 'ada' })
  const other = await stage.open({ member: 'ada' })
  for (const { pod, ...on } of [ada, other]) {
    await on.tab('Tickets')
    await follow(pod, 'Tickets', 'Events')
    await pod.getByRole('switch', { name: 'Functional failures' }).waitFor()
  }
  await other.pod.getByRole('switch', { name: 'Functional failures' }).click()
  await saved(other.pod)

  await ada.pod.getByRole('switch', { name: 'Warning events' }).click()
  await button(ada.pod, 'Save changes').click()
  const dialog = ada.pod.getByRole('dialog', { name: 'Somebody else saved meanwhile' })
  await dialog.getByText(/Critical events, Warning events/).waitFor()
  await dialog.getByText(/Critical events, Functional failures/).waitFor()
  expect(await ada.barriers()).toEqual([])
  await button(ada.pod, 'Take theirs').click()

  await expect.poll(() => ada.pod.getByRole('switch', { name: 'Functional failures' }).isChecked()).toBe(true)
  await expect.poll(() => ada.pod.getByRole('switch', { name: 'Warning events' }).isChecked()).toBe(false)
}, 60_000)

test('technicians see the rules and viewers the tickets, and neither changes anything', async () => {
  const tess = await stage.open({ member: 'tess' })
  await tess.tab('Tickets')
  await follow(tess.pod, 'Tickets', 'Critical status')
  const off = tess.pod.getByRole('switch', { name: 'Full scan is overdue' })
  await off.waitFor()
  await expect.poll(() => off.isDisabled()).toBe(true)
  await expect.poll(() => button(tess.pod, 'Switch all on').count()).toBe(0)
  expect(await tess.barriers()).toEqual([])

  const vic = await stage.open({ member: 'vic' })
  await vic.tab('Tickets')
  await vic.pod.getByRole('table', { name: 'Tickets' }).waitFor()
  await expect.poll(() => vic.pod.getByRole('navigation', { name: 'Tickets' }).count()).toBe(0)
  expect(await vic.barriers()).toEqual([])
  await vic.expectCalm()
}, 60_000)

test.each([
  ['narrow', { width: 360 }],
  ['dark', { colorScheme: 'dark' as const }],
  ['de', { locale: 'de-DE' }],
])(
  'the screens are as good %s',
  async (name, place) => {
    const isGerman = 'locale' in place
    const { pod, ...on } = await stage.open({ member: 'ada', ...place })
    await on.tab('Tickets')
    await pod.getByRole('table').waitFor()
    await on.settled()
    expect(await on.barriers()).toEqual([])
    await on.screenshot(`tickets-${name}`)
    for (const [english, german] of [
      ['General', 'Allgemein'],
      ['Events', 'Ereignisse'],
      ['Critical status', 'Status „Kritisch“'],
    ]) {
      await follow(pod, 'Tickets', (isGerman ? german : english) ?? '')
      await on.settled()
      await pod.locator('select, table').first().waitFor()
      expect(await on.barriers()).toEqual([])
      await on.screenshot(`tickets-${name}-${english?.split(' ')[0]?.toLowerCase()}`)
    }
    await on.expectCalm()
  },
  60_000,
)
