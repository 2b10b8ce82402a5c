import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import type { VendorHttp } from '../../vendor/http.ts'
import type { RootMemory } from '../../vendor/root-memory.ts'
import type { AutotaskConnection } from './connection.ts'
import { assertAnswered, jsonOrNull, refusalIn, rejected, says } from './failure.ts'

/** What the zone lookup says about the API user. */
export type ZoneAnswer =
  | { kind: 'found'; apiRoot: string }
  | { kind: 'user_unknown' }
  /** `why` is a whole sentence for people. */
  | { kind: 'not_autotask'; why: string }

export interface Zone {
  /** Without a slash at its end. */
  apiRoot(): Promise<string>
  /** Where the API is now that `used` refused us; null where it has not moved. Costs one call at most. */
  movedFrom(used: string): Promise<string | null>
}

const ZoneInformation = z.object({ url: z.url({ protocol: /^https?$/ }) })

/**
 * Where the API of `connection` lies. What was remembered is used without a call.
 *
 * @see docs/vendors/autotask.md, "Finding the zone"
 */
export function autotaskZone(connection: AutotaskConnection, http: VendorHttp, memory: RootMemory): Zone {
  let root: Promise<string> | undefined
  let asked: Promise<ZoneAnswer> | undefined

  function ask(): Promise<ZoneAnswer> {
    asked ??= askAndRemember().catch((error: unknown) => {
      asked = undefined
      throw error
    })
    return asked
  }

  async function askAndRemember(): Promise<ZoneAnswer> {
    const answer = await askZone(connection, http)
    if (answer.kind === 'found') await memory.set(answer.apiRoot)
    return answer
  }

  async function find(): Promise<string> {
    const remembered = await memory.get()
    if (remembered !== null) return remembered
    const answer = await ask()
    switch (answer.kind) {
      case 'found':
        return answer.apiRoot
      case 'user_unknown':
        throw new VendorError(connection.name, { kind: 'unauthorized' })
      case 'not_autotask':
        throw rejected(connection.name, 0, answer.why)
    }
  }

  return {
    apiRoot() {
      root ??= find().catch((error: unknown) => {
        root = undefined
        throw error
      })
      return root
    },

    async movedFrom(used) {
      const answer = await ask()
      if (answer.kind !== 'found' || answer.apiRoot === used) return null
      root = Promise.resolve(answer.apiRoot)
      return answer.apiRoot
    },
  }
}

/** @throws VendorError where no definite answer came */
export async function askZone(connection: AutotaskConnection, http: VendorHttp): Promise<ZoneAnswer> {
  const origin = lookupOrigin(connection.baseUrl)
  const user = encodeURIComponent(connection.credentials.userName)
  const reply = await http({
    method: 'GET',
    url: `${origin}/ATServicesRest/V1.0/ZoneInformation?user=${user}`,
    headers: { accept: 'application/json' },
    secrets: [connection.credentials.userName],
  })
  const refusal = refusalIn(reply)
  if (refusal !== null && says(refusal, 'unknownUser')) return { kind: 'user_unknown' }
  if (reply.status === 429 || reply.status >= 500) assertAnswered(connection.name, reply)

  const zone = ZoneInformation.safeParse(jsonOrNull(reply.text))
  if (reply.status >= 300 || !zone.success) {
    return { kind: 'not_autotask', why: `What answers at ${origin} is not the Autotask API.` }
  }
  const url = new URL(zone.data.url)
  if (!isTrusted(url, new URL(origin))) {
    return { kind: 'not_autotask', why: `${origin} sends us on to ${url.host}, which is not Autotask's.` }
  }
  return { kind: 'found', apiRoot: `${url.origin}${url.pathname.replace(/\/$/, '')}/V1.0` }
}

/** Scheme, host and port of what was given as the address; `https:` where it names no scheme. */
export function lookupOrigin(baseUrl: string): string {
  const text = baseUrl.trim()
  return new URL(/^https?:\/\//i.test(text) ? text : `https://${text}`).origin
}

/** Credentials go to Autotask's own hosts only, and to the host that was entered. */
function isTrusted(zone: URL, lookup: URL): boolean {
  const isSecure = zone.protocol === 'https:' || zone.protocol === lookup.protocol
  return isSecure && (zone.hostname.endsWith('.autotask.net') || zone.host === lookup.host)
}
