import { type FeedCompany, readFeed } from '../../../worker/sources/hub/feed.ts'
import { VendorError, type VendorFailure } from '../../../worker/vendor/error.ts'
import { type VendorHttp, vendorHttp } from '../../../worker/vendor/http.ts'
import type { FeedServer, FeedState } from '../../vendors/hub/feed.ts'

/** A workspace that uses two applications and a company that uses none. */
export function twoCompanies(): FeedState {
  return {
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
}

/** A feed as at first, with these companies. */
export function startAgain(feed: FeedServer): void {
  feed.faults.clear()
  feed.answers.length = 0
  feed.token = null
  feed.header = null
  feed.hasEtag = true
  feed.state = twoCompanies()
}

export function httpTo(address: string, extraHeaders: Record<string, string> = {}) {
  return vendorHttp({
    vendor: 'Feed',
    assertAllowed: (url) => {
      if (url.origin !== new URL(address).origin) throw new Error('another host')
    },
    extraHeaders,
    secrets: [],
    maxConcurrent: 2,
    timeoutMs: 5_000,
  })
}

export interface ReadOptions {
  token?: string | null
  etag?: string | null
  headers?: Record<string, string>
  /** Without it, the feed's own. */
  timeoutMs?: number
}

/** Reads it to the end over real HTTP. */
export async function read(
  feed: FeedServer,
  { token = null, etag = null, headers = {}, timeoutMs }: ReadOptions = {},
) {
  const companies: FeedCompany[] = []
  const http = httpTo(feed.url, headers)
  const asked: VendorHttp = timeoutMs === undefined ? http : (request) => http({ ...request, timeoutMs })
  const end = await readFeed({ name: 'Feed', baseUrl: feed.url, token }, asked, etag, async (piece) => {
    companies.push(...piece)
  })
  return { end, companies }
}

/** Fails the test where it is read, or fails in another way than a vendor does. */
export async function failureOf(reading: Promise<unknown>): Promise<VendorFailure> {
  const error = await reading.then(
    () => new Error('it was read'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof VendorError) return error.failure
  throw error
}

/** A body that is made only as it is read. */
export async function readPieces(
  pieces: Iterable<string | Uint8Array>,
  take: (companies: FeedCompany[]) => Promise<void>,
): Promise<void> {
  const encoder = new TextEncoder()
  const iterator = pieces[Symbol.iterator]()
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = iterator.next()
      if (done) controller.close()
      else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
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
  await readFeed({ name: 'Feed', baseUrl: 'https://feed.example/usage', token: null }, http, null, take)
}

export async function readFrom(pieces: Uint8Array[]): Promise<FeedCompany[]> {
  const companies: FeedCompany[] = []
  await readPieces(pieces, async (piece) => {
    companies.push(...piece)
  })
  return companies
}
