import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { received, type Sent } from '../calling.ts'
import { type FeedServer, startFeed } from './feed.ts'

let feed: FeedServer
beforeAll(async () => {
  feed = await startFeed()
})
afterAll(() => feed.close())

beforeEach(() => {
  feed.faults.clear()
  feed.answers.length = 0
  feed.token = null
  feed.header = null
  feed.hasEtag = true
  feed.state = {
    asOf: '2026-11-24',
    companies: [
      {
        id: 'ws-1',
        name: 'Müller & Söhne',
        applications: [{ application: 'kes-cloud', unit: 'user', quantity: 25 }],
      },
    ],
  }
})

const always = () => true

async function ask({ method = 'GET', headers = {} }: Sent = {}) {
  return received(await fetch(feed.url, { method, headers, redirect: 'manual' }))
}

test('it answers with what it states now', async () => {
  const first = await ask()
  feed.state.asOf = '2026-11-25'
  const second = await ask()

  expect(first.json).toMatchObject({ asOf: '2026-11-24', companies: [{ name: 'Müller & Söhne' }] })
  expect(second.json).toMatchObject({ asOf: '2026-11-25' })
  expect(feed.answers).toEqual([200, 200])
})

test('what has not changed since is 304 without a body', async () => {
  const etag = (await ask()).headers.get('etag') ?? ''

  const same = await ask({ headers: { 'If-None-Match': etag } })
  feed.state.companies = []
  const changed = await ask({ headers: { 'If-None-Match': etag } })

  expect(etag).toMatch(/^W\/"[0-9a-f]{40}"$/)
  expect([same.status, same.json, same.headers.get('etag')]).toEqual([304, '', etag])
  expect(changed.status).toBe(200)
})

test('without an ETag it answers in full each time', async () => {
  feed.hasEtag = false

  const { status, headers } = await ask({ headers: { 'If-None-Match': '*' } })

  expect([status, headers.get('etag')]).toEqual([200, null])
})

test('it asks for its token, then for its header, and only answers GET', async () => {
  feed.token = 'feed-token-0123'
  feed.header = { name: 'X-Feed-Key', value: 'k1' }
  const Authorization = 'Bearer feed-token-0123'

  const statuses = await Promise.all(
    [{}, { Authorization: 'Bearer another' }, { Authorization }, { Authorization, 'X-Feed-Key': 'k1' }].map(
      async (headers: Record<string, string>) => (await ask({ headers })).status,
    ),
  )

  expect(statuses).toEqual([401, 401, 403, 200])
  expect((await ask({ method: 'POST' })).status).toBe(405)
})

describe('a fault happens as often as it is planned', () => {
  test('an error once', async () => {
    feed.faults.add({ match: always, kind: 'status', status: 500 })

    expect([(await ask()).status, (await ask()).status]).toEqual([500, 200])
  })

  test('an answer that breaks off half-way, though its length was told', async () => {
    feed.faults.add({ match: always, kind: 'brokenOff' })

    const response = await fetch(feed.url)

    expect(Number(response.headers.get('content-length'))).toBe(Buffer.byteLength(JSON.stringify(feed.state)))
    await expect(response.text()).rejects.toThrow()
  })

  test('an answer that comes slowly is whole all the same', async () => {
    feed.faults.add({ match: always, kind: 'slowBody', ms: 5 })
    const start = performance.now()

    const { json } = await ask()

    expect(json).toEqual(feed.state)
    expect(performance.now() - start).toBeGreaterThan(40)
  })

  test('304 to whoever asks', async () => {
    feed.faults.add({ match: always, kind: 'status', status: 304, times: Number.POSITIVE_INFINITY })

    expect([(await ask()).status, (await ask()).status]).toEqual([304, 304])
  })
})
