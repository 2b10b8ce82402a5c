import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import { callMethod, isSessionRefused } from './call.ts'
import type { Access, KscConnection } from './connection.ts'

/** Calls on one server, to be made one after another. */
export interface KscSession {
  /** For error messages. */
  vendor: string
  /** A session that has ended in the meantime is opened again, once a call. */
  call<Schema extends z.ZodType>(
    method: string,
    args: Record<string, unknown>,
    schema: Schema,
  ): Promise<z.output<Schema>>
  /** Frees something on the server. Tried once: what is not freed ends by its own lifetime. */
  release(method: string, args: Record<string, unknown>): Promise<void>
}

/** Which virtual server a session is on. */
export interface ServerName {
  id: string
  /** Logging on goes by the display name, in its exact letters. */
  name: string
}

/**
 * Does `work` in a session on `server`, or on the main server for null, and ends the session whatever happens.
 *
 * @throws VendorError `unexpected_reply` where the session turns out to be on another server than the wanted one
 * @see docs/vendors/kaspersky.md, "Sessions"
 */
export async function inSession<T>(
  access: Access,
  server: ServerName | null,
  work: (session: KscSession) => Promise<T>,
): Promise<T> {
  let token = await logOn(access, server)
  const session: KscSession = {
    vendor: access.connection.name,
    async call(method, args, schema) {
      try {
        return await callMethod(access, { method, args, headers: sessionHeaders(token) }, schema)
      } catch (error) {
        if (!isSessionRefused(error)) throw error
        await freeing(() => logOff(access, token))
        token = await logOn(access, server)
        return await callMethod(access, { method, args, headers: sessionHeaders(token) }, schema)
      }
    },
    release: (method, args) =>
      freeing(() => callMethod(access, { method, args, headers: sessionHeaders(token) }, Anything)),
  }
  return afterwards(
    () => work(session),
    () => freeing(() => logOff(access, token)),
  )
}

/** Does `work`, then `cleanUp` in any case; of two failures the first is thrown. */
export async function afterwards<T>(work: () => Promise<T>, cleanUp: () => Promise<void>): Promise<T> {
  let result: T
  try {
    result = await work()
  } catch (error) {
    await cleanUp().catch(() => {})
    throw error
  }
  await cleanUp()
  return result
}

/** Does something that is over by itself after a while: what the vendor answers does not matter. */
async function freeing(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
  }
}

const StartedSession = z.object({ PxgRetVal: z.string().min(1) })
const ServerInfo = z.object({ PxgRetVal: z.object({ KLADMSRV_VSUID: z.string() }) })
const Anything = z.unknown()

async function logOn(access: Access, server: ServerName | null): Promise<string> {
  const { PxgRetVal: token } = await callMethod(
    access,
    {
      method: 'Session.StartSession',
      args: {},
      headers: {
        Authorization: authorization(access.connection.credentials),
        ...(server === null ? {} : { 'X-KSC-VServer': base64(server.name) }),
      },
    },
    StartedSession,
  )
  if (server !== null) {
    try {
      await proveServer(access, token, server)
    } catch (error) {
      await freeing(() => logOff(access, token)).catch(() => {})
      throw error
    }
  }
  return token
}

async function logOff(access: Access, token: string): Promise<void> {
  await callMethod(
    access,
    { method: 'Session.EndSession', args: {}, headers: sessionHeaders(token) },
    Anything,
  )
}

/** A server that was renamed, or whose name differs in letter case only, must not be billed for another. */
async function proveServer(access: Access, token: string, server: ServerName): Promise<void> {
  const { PxgRetVal: info } = await callMethod(
    access,
    {
      method: 'HostGroup.GetStaticInfo',
      args: { pValues: ['KLADMSRV_VSUID'] },
      headers: sessionHeaders(token),
    },
    ServerInfo,
  )
  if (info.KLADMSRV_VSUID !== server.id) {
    throw new VendorError(access.connection.name, {
      kind: 'unexpected_reply',
      issues: 'the session is on another virtual server than the one asked for; was it renamed?',
    })
  }
}

function authorization({ user, password, internal }: KscConnection['credentials']): string {
  const [, domain, windowsUser] = internal ? [] : (/^([^\\]+)\\(.+)$/.exec(user) ?? [])
  const parts = [
    `user="${base64(windowsUser ?? user)}"`,
    `pass="${base64(password)}"`,
    ...(domain === undefined ? [] : [`domain="${domain}"`]),
    `internal="${internal ? 1 : 0}"`,
  ]
  return `KSCBasic ${parts.join(', ')}`
}

function sessionHeaders(token: string): Record<string, string> {
  return { 'X-KSC-Session': token }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
