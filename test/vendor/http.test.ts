import { createServer, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ReportRefused, refusedFile } from '../../worker/domain/report-problem.ts'
import { VendorError } from '../../worker/vendor/error.ts'
import { type VendorRequest, vendorHttp } from '../../worker/vendor/http.ts'
import { closed, portOf } from '../vendors/listening.ts'

let answer: (response: ServerResponse) => void
let asked = 0
const server = createServer((_, response) => {
  asked++
  answer(response)
})
let url: string
beforeAll(async () => {
  url = `http://127.0.0.1:${await portOf(server, 0)}/`
})
afterAll(() => closed(server))

beforeEach(() => {
  asked = 0
})

function httpOf({ timeoutMs = 5_000, assertAllowed = () => {} } = {}) {
  return vendorHttp({
    vendor: 'Feed',
    assertAllowed,
    extraHeaders: {},
    secrets: ['feed-token-0123'],
    maxConcurrent: 1,
    timeoutMs,
  })
}

const bodyTo = (consume: NonNullable<VendorRequest['consume']>): VendorRequest => ({
  method: 'GET',
  url,
  consume,
})

/** Takes a body in, chunk by chunk. */
function taker(onChunk: (text: string) => void = () => {}) {
  const chunks: string[] = []
  const decoder = new TextDecoder()
  return {
    chunks,
    consume: async (body: ReadableStream<Uint8Array>) => {
      const reader = body.getReader()
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        chunks.push(decoder.decode(read.value))
        onChunk(chunks.join(''))
      }
    },
  }
}

async function failureOf(work: Promise<unknown>) {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof VendorError) return error.failure
  throw new Error('it did not fail as a vendor does', { cause: error })
}

describe('a body that is taken as it arrives', () => {
  test('is there before its end has come', async () => {
    let rest = () => {}
    answer = (response) => {
      response.write('first ')
      rest = () => response.end('second')
    }
    const { chunks, consume } = taker((text) => {
      if (text === 'first ') rest()
    })

    const reply = await httpOf()(bodyTo(consume))

    expect(chunks).toEqual(['first ', 'second'])
    expect([reply.status, reply.text]).toEqual([200, ''])
  })

  test('may be empty', async () => {
    answer = (response) => response.writeHead(200, { 'content-length': '0' }).end()
    const { chunks, consume } = taker()
    let taken = 0

    const reply = await httpOf()(bodyTo((body) => consume(body).then(() => void taken++)))

    expect([reply.status, taken, chunks]).toEqual([200, 1, []])
  })

  test('is unavailable where it breaks off, whatever was taken of it', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.destroy())
    }
    const { chunks, consume } = taker()

    const failure = await failureOf(httpOf()(bodyTo(consume)))

    expect(chunks.join('')).toMatch(/^(half)?$/)
    expect(failure).toEqual({ kind: 'unavailable', detail: 'the connection failed before an answer came' })
  })

  test('runs into the time-out where it stands still', async () => {
    answer = (response) => response.write('half')

    const failure = await failureOf(httpOf({ timeoutMs: 1_000 })(bodyTo(taker().consume)))

    expect(failure).toEqual({ kind: 'unavailable', detail: 'no answer within 1 seconds' })
  })

  test('holds its turn until it is taken', async () => {
    answer = (response) => response.end('whole')
    const http = httpOf()
    let go = () => {}
    const wait = new Promise<void>((resolve) => {
      go = resolve
    })
    const first = http(
      bodyTo((body) =>
        taker()
          .consume(body)
          .then(() => wait),
      ),
    )
    const second = http({ method: 'GET', url })

    const early = await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 100, 'waits'))])
    const askedEarly = asked
    go()

    expect([early, askedEarly]).toEqual(['waits', 1])
    expect((await second).text).toBe('whole')
    expect(await first).toMatchObject({ status: 200 })
  })
})

describe('what the taker throws comes out as it is', () => {
  const refused = refusedFile('total_row', 'This row looks like the sum of all others.')
  const shape = new VendorError('Feed', { kind: 'unexpected_reply', issues: 'it is no JSON' })

  test.each([
    ['a refused report', refused],
    ['a shape that is not known', shape],
  ])('%s', async (_, thrown: ReportRefused | VendorError) => {
    answer = (response) => response.end('whole')
    const http = httpOf()

    const call = http(
      bodyTo(async (body) => {
        await body.cancel()
        throw thrown
      }),
    )

    await expect(call).rejects.toBe(thrown)
    expect((await http({ method: 'GET', url })).text).toBe('whole')
  })
})

describe('nothing is handed over', () => {
  const never = async () => {
    throw new Error('it was handed over')
  }

  test('of a refusal, which is read as text without its secrets', async () => {
    answer = (response) => response.writeHead(403).end('feed-token-0123 may not read')

    const { status, text } = await httpOf()(bodyTo(never))

    expect([status, text]).toEqual([403, '••• may not read'])
  })

  test('of what has not changed', async () => {
    answer = (response) => response.writeHead(304, { etag: 'W/"1"' }).end()

    const { status, headers, text } = await httpOf()(bodyTo(never))

    expect([status, headers.get('etag'), text]).toEqual([304, 'W/"1"', ''])
  })

  test('of a redirect, which is never followed', async () => {
    answer = (response) => response.writeHead(302, { location: url }).end('elsewhere')

    expect(await failureOf(httpOf()(bodyTo(never)))).toMatchObject({ kind: 'rejected', status: 302 })
    expect(asked).toBe(1)
  })

  test('of an address that is not allowed, which is not even asked', async () => {
    const notAllowed = new Error('not allowed')
    const http = httpOf({
      assertAllowed: () => {
        throw notAllowed
      },
    })

    await expect(http(bodyTo(never))).rejects.toBe(notAllowed)
    expect(asked).toBe(0)
  })
})
