import type { ClientResponse } from 'hono/client'
import { clientOf } from './client.ts'
import { Failure } from './failure.ts'
import { currentToken, withToken } from './session.ts'

/** Longer than the Worker waits for a vendor. */
const patienceMs = 45_000

/** The Worker's API, typed. Nothing but `answerOf` reads what it answers. */
export const { api } = clientOf(signedFetch)

/**
 * The body of an answer.
 *
 * @throws Failure where the Worker refused, or where no answer came
 */
export async function answerOf<Response extends ClientResponse<unknown, number, string>>(
  asked: Promise<Response>,
): Promise<BodyOf<Response>> {
  const response = await asked
  if (response.ok) return response.json() as Promise<BodyOf<Response>>
  throw await refusalOf(response)
}

/** Of what a route answers as JSON; whatever else it may be asked for is left out. */
type BodyOf<Response> = Response extends ClientResponse<infer Body, number, 'json'> ? Body : never

/** A list or a document as a file to keep, e.g. `text/csv`. */
export async function fileOf(path: string, type: string): Promise<Blob> {
  const response = await signedFetch(path, { headers: { accept: type } })
  if (!response.ok) throw await refusalOf(response)
  return response.blob()
}

/** Puts a whole configuration document in the place of the stored one; settles with how many things changed. */
export async function replaceDocument(json: string): Promise<number> {
  const response = await signedFetch('/api/config', { method: 'PUT', body: json })
  if (!response.ok) throw await refusalOf(response)
  const body: { changes: number } = await response.json()
  return body.changes
}

function signedFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  // A sign-in that is refused is not mended by signing in.
  if (`${input}`.startsWith('/api/session')) return sent(input, init, currentToken())
  return withToken((token) => sent(input, init, token))
}

async function sent(input: RequestInfo | URL, init: RequestInit, token: string | null): Promise<Response> {
  const headers = new Headers(init.headers)
  if (token !== null) headers.set('authorization', `Bearer ${token}`)
  const patience = AbortSignal.timeout(patienceMs)
  const signal = init.signal ? AbortSignal.any([init.signal, patience]) : patience
  try {
    return await fetch(input, { ...init, headers, signal })
  } catch (error) {
    if (init.signal?.aborted) throw error
    const mayBeDone = init.method !== undefined && init.method !== 'GET'
    throw new Failure(0, mayBeDone ? 'unanswered' : 'unreachable', 'No answer came.')
  }
}

async function refusalOf(response: { status: number; json(): Promise<unknown> }): Promise<Failure> {
  const body: unknown = await response.json().catch(() => null)
  if (isErrorBody(body)) {
    return new Failure(response.status, body.error.code, body.error.message, body.error.details)
  }
  return new Failure(response.status, 'unreachable', `The answer had status ${response.status}.`)
}

function isErrorBody(body: unknown): body is { error: { code: string; message: string; details?: unknown } } {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false
  const { error } = body
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error
}
