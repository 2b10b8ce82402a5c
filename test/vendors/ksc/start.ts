import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { closed, portOf } from '../listening.ts'
import { createAccount, type KscAccount, type NewAccount } from './account.ts'
import { handle } from './handle.ts'

export interface Ksc {
  readonly url: string
  /** Milliseconds waited before each answer; assign it to change it. */
  latencyMs: number
  /** A new Security Center, with a user made up where none is given. */
  account(options?: NewAccount): KscAccount
  close(): Promise<void>
}

export interface KscOptions {
  /** Any free one without it. */
  port?: number
  latencyMs?: number
}

/** Starts one server on which many emulated Security Centers live, each with its own state and faults. */
export async function startKsc({ port = 0, latencyMs = 0 }: KscOptions = {}): Promise<Ksc> {
  const accounts = new Map<string, KscAccount>()
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(accounts, request, response, ksc.latencyMs).catch((error: unknown) => {
      console.error('the emulated Security Center failed', error)
      response.destroy()
    })
  })
  const ksc: Ksc = {
    url: `http://127.0.0.1:${await portOf(server, port)}`,
    latencyMs,
    account(options = {}) {
      const account = createAccount(ksc.url, { ...options, user: options.user ?? `user-${randomUUID()}` })
      if (accounts.has(account.user)) throw new Error(`there is already an account of ${account.user}`)
      accounts.set(account.user, account)
      return account
    },
    close: () => closed(server),
  }
  return ksc
}
