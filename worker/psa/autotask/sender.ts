import { VendorError } from '../../vendor/error.ts'
import type { VendorHttp, VendorReply } from '../../vendor/http.ts'
import type { RootMemory } from '../../vendor/root-memory.ts'
import type { AutotaskConnection } from './connection.ts'
import { autotaskZone } from './zone.ts'

export interface SignedRequest {
  method: 'GET' | 'POST' | 'PATCH'
  url: string
  body?: string
  timeoutMs?: number
}

/** Sends the request that is made for where the API lies, and once more where that has moved. */
export type Sender = (requestAt: (apiRoot: string) => SignedRequest) => Promise<VendorReply>

/**
 * Sends requests with the credentials; no reply has status 401.
 *
 * Autotask locks a user after a few refusals. So calls go out one by one until the first was answered, a refused one is
 * sent once more only where the zone has moved, and after that nothing is sent at all.
 *
 * @see docs/vendors/autotask.md, "Calling"
 */
export function signedSender(connection: AutotaskConnection, http: VendorHttp, memory: RootMemory): Sender {
  const zone = autotaskZone(connection, http, memory)
  const { userName, secret, integrationCode } = connection.credentials
  let isSignedIn = false
  let trying: Promise<void> | undefined
  /** Thrown for every call that comes after it. */
  let refusal: unknown

  function call(request: SignedRequest): Promise<VendorReply> {
    return http({
      ...request,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        UserName: userName,
        Secret: secret,
        ApiIntegrationCode: integrationCode,
      },
      secrets: [userName, secret, integrationCode],
    })
  }

  async function attempt(requestAt: (apiRoot: string) => SignedRequest): Promise<VendorReply> {
    if (refusal !== undefined) throw refusal
    const root = await zone.apiRoot()
    const first = await call(requestAt(root))
    if (first.status !== 401) return first
    const moved = await zone.movedFrom(root).catch(refuse)
    const second = moved === null ? first : await call(requestAt(moved))
    if (second.status !== 401) return second
    return refuse(new VendorError(connection.name, { kind: 'unauthorized' }))
  }

  function refuse(error: unknown): never {
    refusal = error
    throw error
  }

  async function firstAttempt(requestAt: (apiRoot: string) => SignedRequest): Promise<VendorReply> {
    const answer = attempt(requestAt)
    const settled = (): void => {
      trying = undefined
    }
    trying = answer.then(settled, settled)
    const reply = await answer
    isSignedIn = true
    return reply
  }

  return async (requestAt) => {
    while (!isSignedIn && trying !== undefined) await trying
    return isSignedIn ? attempt(requestAt) : firstAttempt(requestAt)
  }
}
