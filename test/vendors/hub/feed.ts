import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { type Answer, createFaults, type Faults, jsonAnswer, respond } from '../faults.ts'
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
  companies: { id: string; name: string; kind: string; applications: FeedApplication[] }[]
}

export interface FeedRequest {
  headers: Record<string, string | undefined>
}

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
  readonly faults: Faults<FeedRequest, Parameters<typeof respond>[0]['failure'] & object>
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
    respond({
      request,
      response,
      failure,
      latencyMs: 0,
      carryOut: () => {
        const answer = answerTo(request)
        feed.answers[at] = answer.status
        return answer
      },
    }).catch((error: unknown) => {
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
    faults: createFaults(),
    answers: [],
    close: () => closed(server),
  }
  return feed
}
