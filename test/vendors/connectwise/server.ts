import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { closed, portOf } from '../listening.ts'
import { type Account, type AccountOptions, createAccount } from './account.ts'
import { certificate } from './certificate.ts'
import { exchange } from './exchange.ts'
import { servePage } from './page/page.ts'

export interface ConnectWise {
  url: string
  /** The same server under a name of another site, where its page and its screens are. */
  screenUrl: string
  /** With `tls` only. */
  httpsUrl?: string
  /** PEM of the authority that vouches for `httpsUrl`. */
  ca?: string
  /** Opens an MSP's own login company, with nothing in it. */
  account(options?: AccountOptions): Account
  close(): Promise<void>
}

export interface ConnectWiseOptions {
  /** Any free one where absent. */
  port?: number
  tls?: boolean
  /** The vendor's clock; this machine's where absent. */
  now?: () => Date
}

/** Starts an emulated ConnectWise PSA on this machine. All accounts share its addresses. */
export async function startConnectWise(options: ConnectWiseOptions = {}): Promise<ConnectWise> {
  const now = options.now ?? (() => new Date())
  const accounts = new Map<string, Account>()
  const find = (companyId: string) => accounts.get(companyId.toLowerCase()) ?? null
  const listenerFor =
    (scheme: 'http' | 'https'): RequestListener =>
    (request, response) =>
      void servePage(request, response, find)
        .then(async (isServed) => {
          if (!isServed) await exchange(scheme, request, response, { find, now })
        })
        .catch(() => response.destroy())

  const plain = createServer(listenerFor('http'))
  const url = `http://127.0.0.1:${await portOf(plain, options.port ?? 0)}`
  const servers: Server[] = [plain]
  let secured: { httpsUrl: string; ca: string } | undefined
  if (options.tls) {
    const { key, cert } = await certificate()
    const secure = createSecureServer({ key, cert }, listenerFor('https'))
    servers.push(secure)
    secured = { httpsUrl: `https://localhost:${await portOf(secure, 0)}`, ca: cert }
  }

  return {
    url,
    screenUrl: url.replace('127.0.0.1', 'localhost'),
    ...secured,
    account(accountOptions) {
      const account = createAccount(url, now, accountOptions)
      if (find(account.companyId)) throw new Error(`There is a company ${account.companyId} already`)
      accounts.set(account.companyId.toLowerCase(), account)
      return account
    },
    async close() {
      await Promise.all(servers.map(closed))
    },
  }
}
