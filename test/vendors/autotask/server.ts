import { createServer, type RequestListener, type Server } from 'node:http'
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
  /** Any free one where absent; further zones have any. */
  port?: number
  /** The vendor's clock; this machine's where absent. */
  now?: () => Date
}

/** Starts an emulated Autotask of two zones on this machine. All accounts share it. */
export async function startAutotask(options: AutotaskOptions = {}): Promise<Autotask> {
  const now = options.now ?? (() => new Date())
  const accounts = new Map<string, Account>()
  const find = (userName: string) => accounts.get(userName.toLowerCase()) ?? null

  const first = await zoneAt(options.port ?? 0, (url) => ({ number: 0, url, find }))
  const second = await zoneAt(0, (url) => ({ number: 1, url, find }))

  return {
    url: first.url,
    account(accountOptions) {
      const account = createAccount([first.url, second.url], now, accountOptions)
      if (find(account.userName)) throw new Error(`There is a user ${account.userName} already`)
      accounts.set(account.userName.toLowerCase(), account)
      return account
    },
    async close() {
      await Promise.all([first, second].map(({ server }) => closed(server)))
    },
  }
}

async function zoneAt(
  port: number,
  zoneOf: (url: string) => Parameters<typeof exchange>[0],
): Promise<{ server: Server; url: string }> {
  const server = createServer()
  const url = `http://127.0.0.1:${await portOf(server, port)}`
  const zone = zoneOf(url)
  const listener: RequestListener = (request, response) =>
    void exchange(zone, request, response).catch(() => response.destroy())
  server.on('request', listener)
  return { server, url }
}

async function portOf(server: Server, wanted: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(wanted, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return address.port
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    server.closeAllConnections()
  })
}
