import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import type { VendorHttp } from '../../vendor/http.ts'
import type { RootMemory } from '../../vendor/root-memory.ts'
import { type ApiRoot, lookedUpRoot } from '../api-root.ts'
import { originOf } from '../origin.ts'
import { rejected } from '../rejected.ts'
import { jsonOrNull } from '../reply-text.ts'
import type { AutotaskConnection } from './connection.ts'
import { assertAnswered, refusalIn, says } from './failure.ts'

/** What the zone lookup says about the API user. */
export type ZoneAnswer =
  | {
      kind: 'found'
      apiRoot: string
      /** Where people see its screens, without a slash at its end; null where that is not told in a way to be trusted. */
      screens: string | null
    }
  | { kind: 'user_unknown' }
  /** `why` is a whole sentence for people. */
  | { kind: 'not_autotask'; why: string }

const WebAddress = z.url({ protocol: /^https?$/ })
const ZoneInformation = z.object({ url: WebAddress, webUrl: WebAddress.nullable().catch(null) })

/**
 * Where the API of `connection` lies. What was remembered is used without a call.
 *
 * @see docs/vendors/autotask.md, "Finding the zone"
 */
export function autotaskZone(connection: AutotaskConnection, http: VendorHttp, memory: RootMemory): ApiRoot {
  return lookedUpRoot<ZoneAnswer>(
    memory,
    () => askZone(connection, http),
    (answer) => {
      if (answer.kind === 'not_autotask') throw rejected(connection.name, 0, answer.why)
      throw new VendorError(connection.name, { kind: 'unauthorized' })
    },
  )
}

/** @throws VendorError where no definite answer came */
export async function askZone(connection: AutotaskConnection, http: VendorHttp): Promise<ZoneAnswer> {
  const origin = originOf(connection.baseUrl)
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
  const web = zone.data.webUrl === null ? null : new URL(zone.data.webUrl)
  const lookup = new URL(origin)
  if (!isTrusted(url, lookup)) {
    return { kind: 'not_autotask', why: `${origin} sends us on to ${url.host}, which is not Autotask's.` }
  }
  return {
    kind: 'found',
    apiRoot: `${addressOf(url)}/V1.0`,
    screens: web !== null && isTrusted(web, lookup) ? addressOf(web) : null,
  }
}

function addressOf({ origin, pathname }: URL): string {
  return `${origin}${pathname.replace(/\/$/, '')}`
}

/** Credentials go to Autotask's own hosts only, and to the host that was entered. */
function isTrusted(zone: URL, lookup: URL): boolean {
  const isSecure = zone.protocol === 'https:' || zone.protocol === lookup.protocol
  return isSecure && (zone.hostname.endsWith('.autotask.net') || zone.host === lookup.host)
}
