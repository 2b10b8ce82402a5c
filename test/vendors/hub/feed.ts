import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { type Answer, createFaults, type Faults, jsonAnswer, respond, type WireFailure } from '../faults.ts'
import { closed, portOf } from '../listening.ts'

export interface FeedApplication {
  application: string
  unit?: string
  quantity?: number
  workstations?: number
  servers?: number
  other?: number
  items?: { id: string; name: string; category?: string }[]
}

export interface FeedState {
  asOf: string
  companies: { id: string | number; name: string; kind?: string; applications: FeedApplication[] }[]
}

export interface FeedRequest {
  headers: Record<string, string | undefined>
}

export type FeedFailure =
  | WireFailure
  /** The length of the whole answer is told; the connection breaks after half of it. */
  | { kind: 'brokenOff' }
  /** The whole answer comes, in ten pieces with `ms` before each. */
  | { kind: 'slowBody'; ms: number }

export interface FeedServer {
  /** Its address, as it is entered. */
  readonly url: string
  /** What it answers with; change it at will. */
  state: FeedState
  /** Asked for in `Authorization`; null for none. */
  token: string | null
  /** A header that has to come with a value; null for none. */
  header: { name: string; value: string } | null
  /** Whether it tells by an ETag that nothing changed. */
  hasEtag: boolean
  readonly faults: Faults<FeedRequest, FeedFailure>
  /** Status of each answer, in the order of the requests; null where none came to be. */
  readonly answers: (number | null)[]
  close(): Promise<void>
}

/** A page of an MSP's own that tells who uses what. */
export async function startFeed(): Promise<FeedServer> {
  const server = createServer((request, response) => {
    const asked = { headers: { ...request.headers } as Record<string, string | undefined> }
    const failure = feed.faults.take(asked)
    const at = feed.answers.push(null) - 1
    const carryOut = () => {
      const answer = answerTo(request)
      feed.answers[at] = answer.status
      return answer
    }
    answered(request, response, failure, carryOut).catch((error: unknown) => {
      console.error('the emulated feed failed', error)
      response.destroy()
    })
  })

  function answerTo({ method, headers }: IncomingMessage): Answer {
    if (method !== 'GET') return jsonAnswer({ error: 'Only GET.' }, 405)
    if (feed.token !== null && headers.authorization !== `Bearer ${feed.token}`) {
      return jsonAnswer({ error: 'Wrong token.' }, 401)
    }
    if (feed.header !== null && headers[feed.header.name.toLowerCase()] !== feed.header.value) {
      return jsonAnswer({ error: 'Forbidden.' }, 403)
    }
    const etag = `W/"${createHash('sha1').update(JSON.stringify(feed.state)).digest('hex')}"`
    if (!feed.hasEtag) return jsonAnswer(feed.state)
    if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } }
    return jsonAnswer(feed.state, 200, { etag })
  }

  const feed: FeedServer = {
    url: `http://127.0.0.1:${await portOf(server, 0)}/usage`,
    state: { asOf: '2026-11-24', companies: [] },
    token: null,
    header: null,
    hasEtag: true,
    faults: createFaults<FeedRequest, FeedFailure>(),
    answers: [],
    close: () => closed(server),
  }
  return feed
}

async function answered(
  request: IncomingMessage,
  response: ServerResponse,
  failure: FeedFailure | null,
  carryOut: () => Answer,
): Promise<void> {
  if (failure?.kind !== 'brokenOff' && failure?.kind !== 'slowBody') {
    return respond({ request, response, failure, latencyMs: 0, carryOut })
  }
  const { status, headers, body = '' } = carryOut()
  const bytes = Buffer.from(body)
  response.writeHead(status, { ...headers, 'content-length': bytes.length })
  if (failure.kind === 'brokenOff') {
    response.write(bytes.subarray(0, bytes.length >> 1), () => request.socket.destroy())
    return
  }
  const size = Math.ceil(bytes.length / 10)
  for (let start = 0; start < bytes.length && !response.destroyed; start += size) {
    await setTimeout(failure.ms)
    response.write(bytes.subarray(start, start + size))
  }
  response.end()
}
