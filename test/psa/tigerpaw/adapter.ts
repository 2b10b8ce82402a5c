import type { Psa } from '../../../worker/psa/port.ts'
import type { TigerpawConnection } from '../../../worker/psa/tigerpaw/connection.ts'
import { tigerpaw } from '../../../worker/psa/tigerpaw/tigerpaw.ts'
import { vendorHttp } from '../../../worker/vendor/http.ts'
import type { Account } from '../../vendors/tigerpaw/account.ts'
import type { Call } from '../../vendors/traffic.ts'

export interface Differences {
  baseUrl?: string
  credentials?: Partial<TigerpawConnection['credentials']>
  externalProduct?: string
  timeoutMs?: number
  writeTimeoutMs?: number
  now?: () => Date
}

/** Our adapter, connected to `account` except for what is named. */
export function adapterOf(account: Account, differences: Differences = {}): Psa {
  const { publicKey, privateKey, soapUser, soapPassword } = account
  const connection: TigerpawConnection = {
    name: 'Tigerpaw',
    baseUrl: differences.baseUrl ?? account.baseUrl,
    credentials: { publicKey, privateKey, soapUser, soapPassword, ...differences.credentials },
    options: { externalProduct: differences.externalProduct ?? 'Kaspersky', chargeDialect: 'provisional' },
    ...(differences.writeTimeoutMs === undefined ? {} : { writeTimeoutMs: differences.writeTimeoutMs }),
  }
  const http = vendorHttp({
    vendor: connection.name,
    assertAllowed: () => {},
    extraHeaders: {},
    secrets: [],
    maxConcurrent: 8,
    timeoutMs: differences.timeoutMs ?? 5000,
  })
  return tigerpaw(connection, http, differences.now ?? (() => new Date()))
}

export const soapPath = '/api/rmm/tsiWS.asmx'

export function isWrite({ path }: Call): boolean {
  return path === soapPath
}
