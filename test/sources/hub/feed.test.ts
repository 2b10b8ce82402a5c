import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checkFeed, type FeedCompany, readFeed } from '../../../worker/sources/hub/feed.ts'
import { VendorError } from '../../../worker/vendor/error.ts'
import { vendorHttp } from '../../../worker/vendor/http.ts'
import { type FeedServer, startFeed } from '../../vendors/hub/feed.ts'

let feed: FeedServer
beforeAll(async () => {
  feed = await startFeed()
})
afterAll(() => feed.close())

beforeEach(() => {
  feed.faults.clear()
  feed.token = null
  feed.header = null
  feed.hasEtag = true
  feed.state = {
    asOf: '2026-11-24',
    companies: [
      {
        id: 'ws-1',
        name: 'Acme Ltd',
        kind: 'workspace',
        applications: [
          {
            application: 'office-365',
            unit: 'mailbox',
            quantity: 2,
            items: [
              { id: 'anna', name: 'anna@acme.example' },
              { id: 'ben', name: 'ben@acme.example' },
            ],
          },
          {
            application: 'kes-cloud-plus',
            unit: 'device',
            quantity: 42,
            workstations: 8,
            servers: 2,
            other: 32,
          },
        ],
      },
      { id: 'c-2', name: 'Birch Inc', kind: 'company', applications: [] },
    ],
  }
})

function httpTo(address: string, extraHeaders: Record<string, string> = {}, timeoutMs = 5_000) {
  return vendorHttp({
    vendor: 'Feed',
    assertAllowed: (url) => {
      if (url.origin !== new URL(address).origin) throw new Error('another host')
    },
    extraHeaders,
    secrets: [],
    maxConcurrent: 2,
    timeoutMs,
  })
}

async function read({
  token = null,
  etag = null,
  headers = {},
}: {
  token?: string | null
  etag?: string | null
  headers?: Record<string, string>
} = {}) {
  const companies: FeedCompany[] = []
  const connection = { name: 'Feed', baseUrl: feed.url, token }
  const end = await readFeed(connection, httpTo(feed.url, headers), etag, async (piece) => {
    companies.push(...piece)
  })
  return { end, companies }
}

async function failure(options: Parameters<typeof read>[0] = {}) {
  try {
    await read(options)
  } catch (error) {
    if (error instanceof VendorError) return error.failure
    throw error
  }
  throw new Error('it was read')
}

test('companies come with their uses and what is named behind them', async () => {
  const { end, companies } = await read()

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
  const { end } = await read()
  if (end === 'unchanged') throw new Error('nothing was read')

  const again = await read({ etag: end.etag })
  feed.state.asOf = '2026-11-25'
  const changed = await read({ etag: end.etag })

  expect(again).toEqual({ end: 'unchanged', companies: [] })
  expect(changed.end).toMatchObject({ asOf: '2026-11-25' })
})

test('a token or a header of its own lets it in', async () => {
  feed.token = 'feed-token-0123'
  feed.header = { name: 'X-Feed-Key', value: 'k1' }

  expect(await failure()).toEqual({ kind: 'unauthorized' })
  expect(await failure({ token: 'feed-token-0123' })).toMatchObject({ kind: 'rejected', status: 403 })
  const { companies } = await read({ token: 'feed-token-0123', headers: { 'X-Feed-Key': 'k1' } })
  expect(companies).toHaveLength(2)
})

describe('half a feed is never taken for a whole one', () => {
  test('where it breaks off', async () => {
    feed.faults.add({ match: () => true, kind: 'truncated' })
    expect(await failure()).toMatchObject({ kind: 'unavailable' })

    feed.faults.add({ match: () => true, kind: 'resetAfter' })
    expect(await failure()).toMatchObject({ kind: 'unavailable' })
  })

  test('where a web page or a redirect comes instead', async () => {
    feed.faults.add({ match: () => true, kind: 'html' })
    expect(await failure()).toMatchObject({ kind: 'unexpected_reply' })

    const headers = { location: 'https://elsewhere.example/' }
    feed.faults.add({ match: () => true, kind: 'status', status: 302, headers })
    expect(await failure()).toMatchObject({ kind: 'rejected', status: 302 })
  })

  test('where it asks to wait, or is down', async () => {
    feed.faults.add({ match: () => true, kind: 'status', status: 429, headers: { 'retry-after': '7' } })
    expect(await failure()).toEqual({ kind: 'throttled', retryAfterSeconds: 7 })

    feed.faults.add({ match: () => true, kind: 'status', status: 503 })
    expect(await failure()).toMatchObject({ kind: 'unavailable', status: 503 })
  })
})

const wrong: [string, (state: Record<string, unknown>) => unknown, RegExp][] = [
  ['no day', ({ companies }) => ({ companies }), /asOf/],
  ['a day that does not exist', (state) => ({ ...state, asOf: '2026-02-30' }), /asOf/],
  ['no companies', ({ asOf }) => ({ asOf }), /companies/],
  ['companies that are no list', ({ asOf }) => ({ asOf, companies: {} }), /companies/],
  ['a list alone', () => [], /companies/],
]

test.each(wrong)('a feed with %s is not understood, and the failure says why', async (_, bend, names) => {
  feed.hasEtag = false
  feed.state = Object(bend({ ...feed.state }))

  expect(await failure()).toEqual({ kind: 'unexpected_reply', issues: expect.stringMatching(names) })
})

test.each([
  [{ quantity: -1 }, 'quantity'],
  [{ quantity: 1.5 }, 'quantity'],
  [{ unit: 'seat' }, 'unit'],
  [{ workstations: 1 }, 'all three'],
  [{ quantity: undefined }, 'quantity is missing'],
  [{ items: [{ name: 'without an id' }] }, 'items'],
])('an application with %o names the company and the field', async (bent, field) => {
  feed.state.companies[0]?.applications.splice(0, 2, {
    application: 'kes-cloud',
    quantity: 3,
    ...Object(bent),
  })

  const found = await failure()

  expect(found).toMatchObject({ kind: 'unexpected_reply' })
  expect(JSON.stringify(found)).toContain('Acme Ltd')
  expect(JSON.stringify(found)).toContain(field)
})

describe('a check', () => {
  const connection = () => ({ name: 'Feed', baseUrl: feed.url, token: 'feed-token-0123' })
  const codes = async (address = feed.url) => {
    const { ok, problems } = await checkFeed({ ...connection(), baseUrl: address }, httpTo(address))
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
    expect(await codes('http://127.0.0.1:9/usage')).toEqual(['unreachable'])
  })
})

test('a feed of 20 MB is never in memory as a whole', async () => {
  const items = Array.from({ length: 200 }, (_, at) => ({ id: `m${at}`, name: `${'x'.repeat(80)}${at}` }))
  const company = (at: number) =>
    JSON.stringify({
      id: `c${at}`,
      name: `Company ${at}`,
      applications: [{ application: 'office-365', quantity: 200, items }],
    })
  const companies = 900
  let sent = 0
  let mostAhead = 0
  let taken = 0
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const start = sent === 0 ? '{"asOf":"2026-11-24","companies":[' : ','
      controller.enqueue(encoder.encode(start + company(sent++)))
      mostAhead = Math.max(mostAhead, sent - taken)
      if (sent < companies) return
      controller.enqueue(encoder.encode(']}'))
      controller.close()
    },
  })
  const http = vendorHttp({
    vendor: 'Feed',
    assertAllowed: () => undefined,
    extraHeaders: {},
    secrets: [],
    maxConcurrent: 1,
    timeoutMs: 60_000,
    fetch: async () => new Response(body),
  })

  await readFeed({ name: 'Feed', baseUrl: feed.url, token: null }, http, null, async (piece) => {
    taken += piece.length
  })

  expect(taken).toBe(companies)
  expect(mostAhead).toBeLessThan(10)
})
