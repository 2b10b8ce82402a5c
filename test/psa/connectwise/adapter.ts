import type { ConnectWiseConnection } from '../../../worker/psa/connectwise/connection.ts'
import { connectWise } from '../../../worker/psa/connectwise/connectwise.ts'
import type { Psa } from '../../../worker/psa/port.ts'
import { vendorHttp } from '../../../worker/vendor/http.ts'
import type { RootMemory } from '../../../worker/vendor/root-memory.ts'
import type { Account } from '../../vendors/connectwise/account.ts'
import { memoryOf } from '../root-memory.ts'

export interface Differences {
  baseUrl?: string
  credentials?: Partial<ConnectWiseConnection['credentials']>
  memory?: RootMemory
  timeoutMs?: number
  writeTimeoutMs?: number
  /** Where the address of each call is put down as it is sent. */
  addresses?: string[]
}

/** Our adapter, connected to `account` except for what is named. */
export function adapterOf(account: Account, differences: Differences = {}): Psa {
  const { companyId, publicKey, privateKey, clientId } = account
  const connection: ConnectWiseConnection = {
    name: 'ConnectWise',
    baseUrl: differences.baseUrl ?? account.baseUrl,
    credentials: { companyId, publicKey, privateKey, clientId, ...differences.credentials },
    ...(differences.writeTimeoutMs === undefined ? {} : { writeTimeoutMs: differences.writeTimeoutMs }),
  }
  const http = vendorHttp({
    vendor: connection.name,
    assertAllowed: () => {},
    extraHeaders: {},
    secrets: [connection.credentials.publicKey, connection.credentials.privateKey],
    maxConcurrent: 3,
    timeoutMs: differences.timeoutMs ?? 5000,
    fetch: (input, init) => {
      differences.addresses?.push(`${input}`)
      return fetch(input, init)
    },
  })
  return connectWise(connection, http, differences.memory ?? memoryOf(null))
}

/** The API root of `account`, as discovery finds it. */
export function apiRootOf(account: Account): string {
  return `${account.baseUrl}/${account.codebase}apis/3.0`
}
