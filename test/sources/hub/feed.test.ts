import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checkFeed } from '../../../worker/sources/hub/check.ts'
import { type FeedServer, startFeed } from '../../vendors/hub/feed.ts'
import { failureOf, httpTo, read, readFrom, startAgain } from './feed-reading.ts'

let feed: FeedServer
beforeAll(async () => {
  feed = await startFeed()
})
afterAll(() => feed.close())
beforeEach(() => startAgain(feed))

test('companies come with their uses and what is named behind them', async () => {
  const { end, companies } = await read(feed)

  expect(end).toEqual({ asOf: '2026-11-24', etag: expect.stringMatching(/^W\/"/) })
  expect(companies.map(({ id, name, kind, uses }) => [id, name, kind, uses.length])).toEqual([
    ['ws-1', 'Acme Ltd', 'workspace', 2],
    ['c-2', 'Birch Inc', 'company', 0],
  ])
  expect(companies[0]?.uses[0]).toMatchObject({
    application: 'office-365',
    unit: 'mailbox',
    quantity: 2,
    counts: null,
    items: [
      { id: 'anna', name: 'anna@acme.example', category: null },
      { id: 'ben', name: 'ben@acme.example', category: null },
    ],
  })
  expect(companies[0]?.uses[1]).toMatchObject({
    quantity: 42,
    counts: { workstations: 8, servers: 2, other: 32 },
  })
})

test('what has not changed since is not read again', async () => {
  const { end } = await read(feed)
  if (end === 'unchanged') throw new Error('nothing was read')

  const again = await read(feed, { etag: end.etag })
  feed.state.asOf = '2026-11-25'
  const changed = await read(feed, { etag: end.etag })

  expect(again).toEqual({ end: 'unchanged', companies: [] })
  expect(changed.end).toMatchObject({ asOf: '2026-11-25' })
})

test('a token or a header of its own lets it in', async () => {
  feed.token = 'feed-token-0123'
  feed.header = { name: 'X-Feed-Key', value: 'k1' }

  expect(await failureOf(read(feed))).toEqual({ kind: 'unauthorized' })
  expect(await failureOf(read(feed, { token: 'feed-token-0123' }))).toMatchObject({
    kind: 'rejected',
    status: 403,
  })
  const { companies } = await read(feed, { token: 'feed-token-0123', headers: { 'X-Feed-Key': 'k1' } })
  expect(companies).toHaveLength(2)
})

test('ids may be numbers, and what is not said is the usual', async () => {
  feed.state.companies = [
    { id: 17, name: 'Cedar SA', applications: [{ application: 'kes-cloud', quantity: 3 }] },
    {
      id: 'c-2',
      name: 'Birch Inc',
      kind: 'company',
      applications: [
        { application: 'Kaspersky Endpoint Security for Business Advanced. European Edition', quantity: 4 },
      ],
    },
  ]

  const { companies } = await read(feed)

  expect(companies).toMatchObject([
    { id: '17', kind: 'workspace', uses: [{ companyId: '17', unit: 'user', quantity: 3, items: [] }] },
    { id: 'c-2', kind: 'company', uses: [{ application: 'kes-business-advanced', unit: 'device' }] },
  ])
})

test('whatever else it says, and in whatever order, means nothing', async () => {
  const { asOf, companies } = feed.state
  const [first] = companies
  feed.state = Object({
    made: { by: 'a script', companies: [{ id: 'x', name: 'Not one of them' }] },
    companies: [{ ...first, region: null, contacts: [{ id: 'y', name: 'Nor this' }] }],
    asOf,
  })

  const { end, companies: found } = await read(feed)

  expect(end).toMatchObject({ asOf: '2026-11-24' })
  expect(found.map(({ id, uses }) => [id, uses.length])).toEqual([['ws-1', 2]])
})

test('a byte order mark before it and line ends after it do not matter', async () => {
  const body = `\ufeff${JSON.stringify(feed.state)}\r\n\n`
  feed.faults.add({ match: () => true, kind: 'status', status: 200, body })

  const { companies } = await read(feed)

  expect(companies).toHaveLength(2)
})

test('it may come in pieces of any size', async () => {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...feed.state, made: 'in Zürich 🏔' }))
  const whole = await readFrom([bytes])

  for (const size of [1, 2, 3, 7, 64]) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    )
    expect(await readFrom(pieces)).toEqual(whole)
  }
  expect(whole).toHaveLength(2)
})

describe('a check', () => {
  const connection = () => ({ name: 'Feed', baseUrl: feed.url, token: 'feed-token-0123' })
  const codes = async (address = feed.url) => {
    const age = { maxAgeHours: 48, today: '2026-11-25' }
    const { ok, problems } = await checkFeed({ ...connection(), baseUrl: address }, httpTo(address), age)
    expect(ok).toBe(problems.length === 0)
    return problems.map(({ code }) => code)
  }

  test('is fine where all of it can be read', async () => {
    expect(await codes()).toEqual([])
  })

  test('says what is in the way', async () => {
    feed.token = 'another'
    expect(await codes()).toEqual(['credentials_refused'])
    feed.token = null
    feed.state.companies = []
    expect(await codes()).toEqual(['no_companies'])
    feed.faults.add({ match: () => true, kind: 'html' })
    expect(await codes()).toEqual(['unexpected_answer'])
    feed.faults.add({ match: () => true, kind: 'status', status: 301, headers: { location: '/' } })
    expect(await codes()).toEqual(['redirected'])
    feed.faults.add({ match: () => true, kind: 'brokenOff' })
    expect(await codes()).toEqual(['unreachable'])
    expect(await codes('http://127.0.0.1:9/usage')).toEqual(['unreachable'])
  })

  test('says that it is too old, or of a day to come', async () => {
    feed.state.asOf = '2026-11-22'
    expect(await codes()).toEqual(['report_stale'])
    feed.state.asOf = '2026-11-26'
    expect(await codes()).toEqual(['day_to_come'])
  })
})
