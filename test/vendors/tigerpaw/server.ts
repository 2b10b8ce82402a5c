import { createServer } from 'node:http'
import { closed, portOf } from '../listening.ts'
import { type Account, type Credentials, createAccount } from './account.ts'
import { exchange } from './exchange.ts'

export interface Tigerpaw {
  url: string
  /** Opens an MSP's own Tigerpaw, with nothing in it but its external products and the statuses of service orders. */
  account(credentials?: Partial<Credentials>): Account
  close(): Promise<void>
}

export interface TigerpawOptions {
  /** Any free one where absent. */
  port?: number
  /** The vendor's clock; this machine's where absent. */
  now?: () => Date
}

/** Starts an emulated Tigerpaw on this machine, both its APIs at one address, which all accounts share. */
export async function startTigerpaw(options: TigerpawOptions = {}): Promise<Tigerpaw> {
  const now = options.now ?? (() => new Date())
  const accounts: Account[] = []
  const site = {
    byPublicKey: (key: string) => accounts.find(({ publicKey }) => publicKey === key) ?? null,
    bySoapUser: (name: string) =>
      accounts.find(({ soapUser }) => soapUser.toLowerCase() === name.toLowerCase()) ?? null,
    now,
  }
  const server = createServer((request, response) => {
    exchange(request, response, site).catch(() => response.destroy())
  })
  const url = `http://127.0.0.1:${await portOf(server, options.port ?? 0)}`

  return {
    url,
    account(credentials) {
      const account = createAccount(url, now, credentials)
      if (site.byPublicKey(account.publicKey) || site.bySoapUser(account.soapUser)) {
        throw new Error('There is an account with this public key or SOAP user already')
      }
      accounts.push(account)
      return account
    },
    close: () => closed(server),
  }
}
