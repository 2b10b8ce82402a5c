import { type Received, received, type Sent } from '../calling.ts'
import type { Account } from './account.ts'
import type { Autotask } from './server.ts'

/** What proves the account's API user. */
export function credentials({ userName, secret, integrationCode }: Account): Record<string, string> {
  return { UserName: userName, Secret: secret, ApiIntegrationCode: integrationCode }
}

/**
 * Calls the API in the account's zone with its own credentials, except for what `headers` says otherwise.
 *
 * @param path behind `/V1.0`, or a whole address
 */
export async function call(
  account: Account,
  path: string,
  { method, body, headers }: Sent = {},
): Promise<Received> {
  const address = path.startsWith('http') ? path : `${account.zoneUrl}/ATServicesRest/V1.0${path}`
  const response = await fetch(address, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...credentials(account), 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return received(response)
}

/** Every `id` in an answer, in the order they come. */
export function idsIn(json: unknown): number[] {
  return (
    JSON.stringify(json)
      .match(/(?<="id":)\d+/g)
      ?.map(Number) ?? []
  )
}

/** Acme (174) with the contract 7001 of 2026: 25 of service 501 at 3.50 (line 8001), none of 502 at 7 (line 8002). */
export function acmeAccount(at: Autotask): Account {
  const account = at.account()
  account.addCompany({ id: 174, name: 'Acme GmbH' })
  account.addService({ id: 501, name: 'Workstation', unitPrice: 3.5 })
  account.addService({ id: 502, name: 'Server', unitPrice: 7 })
  account.addContract({
    id: 7001,
    company: 174,
    name: 'Managed Security',
    startDate: '2026-01-01',
    endDate: '2026-12-31',
  })
  account.addContractService({ id: 8001, contract: 7001, service: 501, units: 25 })
  account.addContractService({ id: 8002, contract: 7001, service: 502 })
  return account
}
