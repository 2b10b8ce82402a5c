import { createServer } from 'node:http'
import { closed, portOf } from '../listening.ts'
import { type Account, type AccountOptions, createAccount } from './account.ts'
import { exchange } from './exchange.ts'

export interface Autotask {
  /** Where zones are looked up, and the first zone. */
  url: string
  /** Opens an MSP's own database, with nothing in it but the MSP's own company. */
  account(options?: AccountOptions): Account
  close(): Promise<void>
}

export interface AutotaskOptions {
  /** Any free one where absent. */
  port?: number
  /** The vendor's clock; this machine's where absent. */
  now?: () => Date
}

/** Where the second zone's addresses begin. */
const secondZone = '/second-zone'

/** Starts an emulated Autotask of two zones on this machine. All accounts share it. */
export async function startAutotask(options: AutotaskOptions = {}): Promise<Autotask> {
  const now = options.now ?? (() => new Date())
  const accounts = new Map<string, Account>()
  const find = (userName: string) => accounts.get(userName.toLowerCase()) ?? null

  const server = createServer()
  const url = `http://127.0.0.1:${await portOf(server, options.port ?? 0)}`
  const first = { number: 0, url, find }
  const second = { number: 1, url: url + secondZone, find }
  server.on('request', (request, response) => {
    const path = request.url ?? '/'
    const isSecond = path.startsWith(`${secondZone}/`)
    request.url = isSecond ? path.slice(secondZone.length) : path
    void exchange(isSecond ? second : first, request, response).catch(() => response.destroy())
  })

  return {
    url,
    account(accountOptions) {
      const account = createAccount([first.url, second.url], now, accountOptions)
      if (find(account.userName)) throw new Error(`There is a user ${account.userName} already`)
      accounts.set(account.userName.toLowerCase(), account)
      return account
    },
    close: () => closed(server),
  }
}
