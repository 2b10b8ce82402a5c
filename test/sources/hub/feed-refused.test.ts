import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FeedFailure, type FeedServer, startFeed } from '../../vendors/hub/feed.ts'
import { failureOf, read, readFrom, startAgain } from './feed-reading.ts'

let feed: FeedServer
beforeAll(async () => {
  feed = await startFeed()
})
afterAll(() => feed.close())
beforeEach(() => startAgain(feed))

/** Answers once with this text instead. */
function answers(body: string) {
  return { match: () => true, kind: 'status', status: 200, body } as const
}

describe('half a feed is never taken for a whole one', () => {
  test.each<FeedFailure>([
    { kind: 'truncated' },
    { kind: 'brokenOff' },
    { kind: 'resetAfter' },
    { kind: 'resetBefore' },
  ])('where it is $kind', async (fault) => {
    feed.faults.add({ match: () => true, ...fault })

    expect(await failureOf(read(feed))).toMatchObject({ kind: 'unavailable' })
  })

  test('wherever it is cut', async () => {
    const text = JSON.stringify(feed.state)

    for (let length = 0; length < text.length; length += 5) {
      feed.faults.add(answers(text.slice(0, length)))
      expect(await failureOf(read(feed))).toEqual({
        kind: 'unavailable',
        detail: 'the feed was cut off before its end',
      })
    }
  })

  test('where it comes too slowly', async () => {
    feed.faults.add({ match: () => true, kind: 'slowBody', ms: 100 })

    expect(await failureOf(read(feed, { timeoutMs: 300 }))).toMatchObject({ kind: 'unavailable' })
  })

  test('where something else than a feed comes', async () => {
    feed.faults.add({ match: () => true, kind: 'html' })
    expect(await failureOf(read(feed))).toMatchObject({ kind: 'unexpected_reply' })

    const headers = { location: 'https://elsewhere.example/' }
    feed.faults.add({ match: () => true, kind: 'status', status: 302, headers })
    expect(await failureOf(read(feed))).toMatchObject({ kind: 'rejected', status: 302 })

    feed.faults.add({ match: () => true, kind: 'status', status: 204 })
    expect(await failureOf(read(feed))).toMatchObject({ kind: 'unexpected_reply' })
  })

  test('where it says that nothing changed though nobody asked', async () => {
    feed.faults.add({ match: () => true, kind: 'status', status: 304 })

    expect(await failureOf(read(feed))).toMatchObject({ kind: 'unexpected_reply' })
  })

  test('where it asks to wait, is gone, or is down', async () => {
    feed.faults.add({ match: () => true, kind: 'status', status: 429, headers: { 'retry-after': '7' } })
    expect(await failureOf(read(feed))).toEqual({ kind: 'throttled', retryAfterSeconds: 7 })

    feed.faults.add({ match: () => true, kind: 'status', status: 404 })
    expect(await failureOf(read(feed))).toMatchObject({ kind: 'rejected', status: 404 })

    feed.faults.add({ match: () => true, kind: 'status', status: 503 })
    expect(await failureOf(read(feed))).toMatchObject({ kind: 'unavailable', status: 503 })
  })
})

test.each([
  ['a comma too many', '{"asOf":"2026-11-24","companies":[],}'],
  ['a word of a template', '{"asOf":"2026-11-24","companies":[{{companies}}]}'],
  ['a second document behind it', '{"asOf":"2026-11-24","companies":[]}\n{"asOf":"2026-11-25"}'],
  ['a warning behind it', '{"asOf":"2026-11-24","companies":[]}<b>Warning</b>'],
])('a feed with %s is no JSON', async (_, body) => {
  feed.faults.add(answers(body))

  expect(await failureOf(read(feed))).toEqual({ kind: 'unexpected_reply', issues: 'it is no JSON' })
})

test('letters in another encoding than UTF-8 are refused', async () => {
  const bytes = Buffer.from('{"asOf":"2026-11-24","companies":[{"id":"1","name":"Müller"', 'latin1')

  await expect(readFrom([bytes])).rejects.toMatchObject({ failure: { issues: 'it is no JSON' } })
})

const wrong: [string, (state: Record<string, unknown>) => unknown, RegExp][] = [
  ['no day', ({ companies }) => ({ companies }), /asOf/],
  ['a day that does not exist', (state) => ({ ...state, asOf: '2026-02-30' }), /asOf/],
  ['no companies', ({ asOf }) => ({ asOf }), /companies/],
  ['companies that are no list', ({ asOf }) => ({ asOf, companies: {} }), /companies/],
  [
    'companies by their ids',
    ({ asOf, companies }) => ({ asOf, companies: { 'ws-1': companies } }),
    /companies/,
  ],
  ['a number for its companies', ({ asOf }) => ({ asOf, companies: 2 }), /companies/],
  ['a list alone', () => [], /companies/],
]

test.each(wrong)('a feed with %s is not understood, and the failure says why', async (_, bend, names) => {
  feed.hasEtag = false
  feed.state = Object(bend({ ...feed.state }))

  expect(await failureOf(read(feed))).toEqual({
    kind: 'unexpected_reply',
    issues: expect.stringMatching(names),
  })
})

test.each([
  [{ quantity: -1 }, 'quantity'],
  [{ quantity: 1.5 }, 'quantity'],
  [{ quantity: '3' }, 'quantity'],
  [{ quantity: 99_999_999 }, 'quantity'],
  [{ quantity: undefined }, 'quantity is missing'],
  [{ unit: 'seat' }, 'unit'],
  [{ workstations: 1 }, 'all three'],
  [{ application: 'office-365', workstations: 1, servers: 1, other: 1 }, 'licence by mailbox'],
  [
    { application: 'kes-business-select', workstations: 1, servers: 1, other: 0 },
    'the quantity 3 is not the sum',
  ],
  [{ unit: 'user', quantity: undefined, workstations: 8, servers: 2, other: 32 }, 'quantity is missing'],
  [{ items: [{ name: 'without an id' }] }, 'items'],
])('an application with %o names the company and the field', async (bent, field) => {
  feed.state.companies[0]?.applications.splice(0, 2, {
    application: 'kes-cloud',
    quantity: 3,
    ...Object(bent),
  })

  const found = await failureOf(read(feed))

  expect(found).toEqual({ kind: 'unexpected_reply', issues: expect.stringContaining('Acme Ltd, ') })
  expect(found).toEqual({ kind: 'unexpected_reply', issues: expect.stringContaining(field) })
})

test.each([
  ['without an id', { id: undefined }, 'Birch Inc, id: text or a whole number is needed'],
  ['with an empty id', { id: '' }, 'Birch Inc, id: '],
  ['without a name', { name: undefined }, 'company 2, name: '],
  ['without applications', { applications: undefined }, 'Birch Inc, applications: '],
  ['of an unknown kind', { kind: 'planet' }, 'Birch Inc, kind: '],
])('a company %s is told by its name or its place', async (_, bent, words) => {
  const [first, second] = feed.state.companies
  feed.state.companies = Object([first, { ...second, ...bent }])

  expect(await failureOf(read(feed))).toEqual({
    kind: 'unexpected_reply',
    issues: expect.stringContaining(words),
  })
})
