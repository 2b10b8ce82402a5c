import { type Received, received, type Sent } from '../calling.ts'
import type { Account } from './account.ts'
import type { ConnectWise } from './server.ts'

/** The header that proves the API member, or whoever has `name` and `secret`. */
export function basic(account: Account, secret = account.privateKey, name = account.publicKey): string {
  return `Basic ${Buffer.from(`${account.companyId}+${name}:${secret}`).toString('base64')}`
}

/** Calls the API with the account's own keys, except for what `headers` says otherwise. */
export async function call(
  account: Account,
  path: string,
  { method, body, headers }: Sent = {},
): Promise<Received> {
  const response = await fetch(`${account.baseUrl}/v4_6_release/apis/3.0${path}`, {
    method: method ?? 'GET',
    headers: { authorization: basic(account), clientid: account.clientId, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return received(response)
}

/** Acme (250) with the agreement 31 and the products 41 at 3.50 and 42 at 7, both taxable. */
export function acmeAccount(cw: ConnectWise): Account {
  const account = cw.account()
  account.addCompany({ id: 250, name: 'Acme GmbH', identifier: 'ACME' })
  account.addProduct({ id: 41, identifier: 'KES-WKS', description: 'Workstation', price: 3.5, cost: 2.1 })
  account.addProduct({ id: 42, identifier: 'KES-SRV', description: 'Server', price: 7 })
  account.addAgreement({ id: 31, company: 250, name: 'Managed Security' })
  return account
}
