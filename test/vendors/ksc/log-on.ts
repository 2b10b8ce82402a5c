import type { KscAccount } from './account.ts'
import type { Session } from './sessions.ts'
import type { VirtualServer } from './virtual-server.ts'

export interface Credentials {
  user: string
  password: string
  /** Undefined where the caller does not say. */
  internal: boolean | undefined
}

/** What a `KSCBasic` header says, or null where it is anything else. */
export function credentialsOf(authorization: string | undefined): Credentials | null {
  const list = /^KSCBasic (.+)$/.exec(authorization ?? '')?.[1]
  if (list === undefined) return null
  const parts = new Map(Array.from(list.matchAll(/(\w+)="([^"]*)"/g), ([, name, value]) => [name, value]))
  const user = fromBase64(parts.get('user'))
  const password = fromBase64(parts.get('pass'))
  const internal = parts.get('internal')
  if (user === null || password === null) return null
  return { user, password, internal: internal === undefined ? undefined : internal === '1' }
}

/**
 * The server that the log-on asks for; null where none has exactly that display name.
 *
 * @param header Base64 of the name; absent or empty means the main server
 */
export function wantedServer(account: KscAccount, header: string | undefined): VirtualServer | null {
  if (header === undefined || header === '') return account.main
  const name = fromBase64(header)
  return account.servers.find((server) => server.name === name) ?? null
}

export type LogOn = { session: Session } | { refused: 401 | 403; text: string }

export function logOn(account: KscAccount, given: Credentials, server: VirtualServer | null): LogOn {
  const known =
    given.password === account.password && (given.internal ?? account.internal) === account.internal
  if (!known) return { refused: 401, text: 'Authentication failure' }
  if (!server) return { refused: 403, text: 'Virtual server was not found' }
  if (!server.enabled) return { refused: 403, text: 'Virtual server is disabled' }
  return { session: account.sessions.open(server) }
}

/** Text in UTF-8; null where it is no Base64. */
function fromBase64(encoded: string | undefined): string | null {
  if (encoded === undefined) return null
  const bytes = Buffer.from(encoded, 'base64')
  return bytes.toString('base64') === encoded ? bytes.toString('utf8') : null
}
