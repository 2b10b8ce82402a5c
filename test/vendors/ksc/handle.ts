import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Answer, respond, type WireFailure } from '../faults.ts'
import type { KscAccount, KscCall, KscFailure, KscOwnFailure } from './account.ts'
import { callMethod, startSession, textAnswer } from './carry-out.ts'
import { credentialsOf, wantedServer } from './log-on.ts'
import { userOfToken } from './sessions.ts'

/** One call from its first byte to the end of its answer: who calls, what is planned to fail, what comes of it. */
export async function handle(
  accounts: Map<string, KscAccount>,
  request: IncomingMessage,
  response: ServerResponse,
  latencyMs: number,
): Promise<void> {
  const exchange = { request, response, latencyMs }
  const refuse = (answer: Answer) => respond({ ...exchange, failure: null, carryOut: () => answer })

  const parsed = await parse(request)
  if ('refused' in parsed) return refuse(parsed.refused)
  const { method, args } = parsed

  if (method === 'Session.StartSession') {
    const credentials = credentialsOf(request.headers.authorization)
    const account = credentials && accounts.get(credentials.user)
    if (!account) return refuse(textAnswer(401, 'Authentication failure'))
    const server = wantedServer(account, header(request, 'x-ksc-vserver'))
    const call: KscCall = { method, args, session: null, server: uidOf(account, server) }
    record(account, call)
    const { wire, own } = split(account.faults.take(call))
    return respond({
      ...exchange,
      failure: wire,
      carryOut: () => startSession(account, { credentials, server }, own),
    })
  }

  const token = header(request, 'x-ksc-session')
  if (token === undefined) return refuse(textAnswer(401, 'Authentication failure'))
  const account = accounts.get(userOfToken(token))
  if (!account) return refuse(textAnswer(403, 'Forbidden'))
  const session = account.sessions.find(token)
  const call: KscCall = { method, args, session: token, server: uidOf(account, session?.server ?? null) }
  record(account, call)
  if (session?.busy) {
    account.busyRefusals++
    return refuse(textAnswer(503, 'The session is busy with another call'))
  }
  if (session) session.busy = true
  try {
    const { wire, own } = split(account.faults.take(call))
    await respond({ ...exchange, failure: wire, carryOut: () => callMethod(account, call, own) })
  } finally {
    if (session) session.busy = false
  }
}

async function parse(
  request: IncomingMessage,
): Promise<{ method: string; args: unknown } | { refused: Answer }> {
  const body = await text(request)
  const method = /^\/api\/v1\.0\/([^/?]+)$/.exec(request.url ?? '')?.[1]
  if (method === undefined) return { refused: textAnswer(404, 'Not found') }
  if (request.method !== 'POST') return { refused: textAnswer(405, 'Method not allowed') }
  const mediaType = request.headers['content-type'] ?? 'application/json'
  if (!/^application\/json(;|$)/i.test(mediaType)) return { refused: textAnswer(415, 'JSON is wanted') }
  const args = jsonObject(body)
  return args === null ? { refused: textAnswer(400, 'A JSON object is wanted') } : { method, args }
}

function jsonObject(body: string): object | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

function record(account: KscAccount, call: KscCall): void {
  account.calls.push({ ...call, at: new Date().toISOString() })
}

function uidOf(account: KscAccount, server: { uid: string } | null): string | null {
  return server === null || server === account.main ? null : server.uid
}

/** A header that must come once; repeated, it counts as absent. */
function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

/** What happens on the wire, and what the method itself does. */
function split(failure: KscFailure | null): { wire: WireFailure | null; own: KscOwnFailure | null } {
  switch (failure?.kind) {
    case undefined:
      return { wire: null, own: null }
    case 'pxgError':
    case 'sessionLost':
    case 'iteratorLost':
    case 'missingRows':
    case 'earlyEof':
      return { wire: null, own: failure }
    case 'delay':
    case 'status':
    case 'html':
    case 'truncated':
    case 'resetBefore':
    case 'resetAfter':
    case 'hang':
      return { wire: failure, own: null }
  }
}
