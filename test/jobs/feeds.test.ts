import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { codeOf, itemsOf } from '../support/api.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { dayAgo, withHub } from '../support/reports.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { type FeedApplication, type FeedServer, startFeed } from '../vendors/hub/feed.ts'
import { patience } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
let feed: FeedServer
let msp: Msp
let hub: ReturnType<typeof withHub>
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 1 })
  feed = await startFeed()
})
afterAll(() => feed.close())

beforeEach(async () => {
  msp = await openMsp(stack)
  hub = withHub(msp)
  const [connection] = msp.setup.hubs
  if (connection) connection.baseUrl = feed.url
  feed.faults.clear()
  feed.answers.length = 0
  feed.state = { asOf: dayAgo(0), companies: [] }
})

function states(id: string, ...applications: FeedApplication[]): void {
  const companies = feed.state.companies.filter((company) => company.id !== id)
  feed.state.companies = [...companies, { id, name: id.toUpperCase(), kind: 'workspace', applications }]
}

const mailboxes = (...names: string[]): FeedApplication => ({
  application: 'office-365',
  unit: 'mailbox',
  quantity: names.length,
  items: names.map((name) => ({ id: name, name: `${name}@example.org` })),
})

const Counted = z.object({
  quantity: z.number(),
  counted: z.array(z.looseObject({ name: z.string(), since: z.string() })),
  sources: z.array(z.looseObject({ basis: z.unknown(), report: z.looseObject({ origin: z.string() }) })),
})

async function evidence(agreementId: number, product: number) {
  const path = `/api/evidence?connection=cw&agreement=${agreementId}&product=${product}`
  return Counted.parse((await msp.api.get(path)).body)
}

test('where a feed names no servers, it stands for them itself', async () => {
  msp.setup.billByCategory = true
  for (const row of msp.setup.map) if (row.server === '502') row.server = '501'
  const anna = hub.workspace('anna')
  const items = ['a', 'b', 'c'].map((id) => ({ id, name: `pc-${id}`, category: 'workstation' as const }))
  states('anna', {
    application: 'kes-business-advanced',
    unit: 'device',
    workstations: 3,
    servers: 2,
    other: 0,
    items,
  })

  await msp.run()

  const { quantity, counted } = await evidence(anna.agreementId, 501)
  expect(quantity).toBe(5)
  expect(counted.map(({ name }) => name)).toEqual(['pc-a', 'pc-b', 'pc-c', `Feed of ${dayAgo(0)}: 2 devices`])
})

test('a feed is billed, names the mailboxes behind a number, and is not read again while it is the same', async () => {
  const anna = hub.workspace('anna')
  states('anna', mailboxes('a', 'b', 'c'), {
    application: 'kes-cloud',
    unit: 'device',
    workstations: 8,
    servers: 2,
    other: 32,
  })

  await msp.run()
  const again = await msp.run()

  expect(msp.lines(anna.agreementId)).toEqual([
    ['KES-CLOUD', 16],
    ['M365', 3],
  ])
  const mail = await evidence(anna.agreementId, hub.products.mail)
  expect(mail.counted.map(({ name }) => name)).toEqual(['a@example.org', 'b@example.org', 'c@example.org'])
  const users = await evidence(anna.agreementId, hub.products.cloud)
  expect(users).toMatchObject({
    quantity: 16,
    counted: [{ name: `Feed of ${dayAgo(0)}: 16 users`, quantity: 16 }],
    sources: [
      { basis: { workstations: 8, servers: 2, other: 32 }, unit: 'user', report: { origin: 'feed' } },
    ],
  })
  expect(again).toMatchObject({ state: 'done', counts: { unchanged: 2 }, calls: { hub: 1 } })
  expect(feed.answers).toEqual([200, 304])
})

test('a feed that breaks off, or answers with a web page, changes no bill', async () => {
  const anna = hub.workspace('anna')
  const acme = msp.customer('Acme', { workstations: 3 })
  states('anna', mailboxes('a', 'b', 'c', 'd', 'e', 'f'))
  await msp.run()
  states('anna', mailboxes('a', 'b', 'c', 'd'))
  acme.uses({ workstations: 4 })
  feed.faults.add({ match: () => true, kind: 'truncated', times: Number.POSITIVE_INFINITY })

  const run = await msp.run()

  expect(msp.lines(anna.agreementId)).toEqual([['M365', 6]])
  expect(msp.lines(acme)).toEqual([['KES', 4]])
  expect(run.problems.map(({ code }) => code)).toEqual(['source_incomplete'])
})

test('a feed that has not been made anew for days changes no bill', async () => {
  const anna = hub.workspace('anna')
  states('anna', mailboxes('a', 'b'))
  await msp.run()
  states('anna', mailboxes('a', 'b', 'c'))
  feed.state.asOf = dayAgo(3)

  const run = await msp.run()

  expect(msp.lines(anna.agreementId)).toEqual([['M365', 2]])
  expect(run.problems.map(({ code }) => code)).toEqual(['source_stale'])
})

test('a feed of somebody else is refused until a person says that it is ours', async () => {
  const anna = hub.workspace('anna')
  states('anna', mailboxes('a', 'b'))
  states('ben', mailboxes('x'))
  await msp.run()
  feed.state.companies = []
  states('xenia', mailboxes('y'))
  states('yann', mailboxes('z'))

  const run = await msp.run()
  const refused = await msp.api.post('/api/sources/hub/pull')
  const confirmed = await msp.api.post('/api/sources/hub/pull?confirm=few_known_companies')

  expect(run.problems.map(({ code }) => code)).toEqual(['source_incomplete'])
  expect(run.problems[0]?.message).toContain('only 0 are among the 2 of this report')
  expect(msp.lines(anna.agreementId)).toEqual([['M365', 2]])
  expect([refused.status, codeOf(refused)]).toEqual([422, 'report_refused'])
  expect(confirmed).toMatchObject({ status: 200, body: { report: { origin: 'feed', companies: 2 } } })
})

test('the history holds what the feed said each time that it was different, and it takes no uploads', async () => {
  hub.workspace('anna')
  states('anna', mailboxes('a', 'b'))
  await msp.run()
  await msp.run()
  states('anna', mailboxes('a', 'b', 'c'))
  feed.hasEtag = false
  await msp.run()
  await msp.run()
  feed.hasEtag = true

  const history = itemsOf(await msp.api.get('/api/sources/hub/reports'))
  expect(history.map(({ state, origin, receivedBy }) => [state, origin, receivedBy])).toEqual([
    ['current', 'feed', feed.url],
    ['replaced', 'feed', feed.url],
  ])
  expect(codeOf(await hub.put('a'))).toBe('has_a_feed')
  expect(codeOf(await msp.api.post('/api/sources/hub/report/undo'))).toBe('has_a_feed')
})
