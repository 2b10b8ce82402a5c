import { autotask } from '../../../worker/psa/autotask/autotask.ts'
import type { AutotaskConnection } from '../../../worker/psa/autotask/connection.ts'
import type { NewLine, Psa, QuantityChange } from '../../../worker/psa/port.ts'
import { allowedHosts } from '../../../worker/vendor/hosts.ts'
import { type VendorHttp, vendorHttp } from '../../../worker/vendor/http.ts'
import type { RootMemory } from '../../../worker/vendor/root-memory.ts'
import type { Account } from '../../vendors/autotask/account.ts'
import type { Call } from '../../vendors/traffic.ts'
import { contractDay } from '../contract.ts'
import { memoryOf } from '../root-memory.ts'

/** Noon of `contractDay`, for the emulator. */
export const contractNoon = () => new Date(`${contractDay}T12:00:00Z`)

export interface Differences {
  baseUrl?: string
  credentials?: Partial<AutotaskConnection['credentials']>
  options?: Partial<AutotaskConnection['options']>
  memory?: RootMemory
  timeoutMs?: number
  writeTimeoutMs?: number
}

/** Our adapter, connected to `account` except for what is named; its zone is known already. */
export function adapterOf(account: Account, differences: Differences = {}): Psa {
  const connection = connectionOf(account, differences)
  const http = httpOf(connection, differences.timeoutMs)
  return autotask(connection, http, differences.memory ?? memoryOf(apiRootOf(account)), contractNoon)
}

export function connectionOf(account: Account, differences: Differences = {}): AutotaskConnection {
  const { userName, secret, integrationCode } = account
  return {
    name: 'Autotask',
    baseUrl: differences.baseUrl ?? account.baseUrl,
    credentials: { userName, secret, integrationCode, ...differences.credentials },
    options: { booking: 'daily', createMissingService: true, ...differences.options },
    ...(differences.writeTimeoutMs === undefined ? {} : { writeTimeoutMs: differences.writeTimeoutMs }),
  }
}

export function httpOf(connection: AutotaskConnection, timeoutMs = 5000): VendorHttp {
  return vendorHttp({
    vendor: connection.name,
    assertAllowed: allowedHosts(connection.baseUrl, { allowInsecure: true, vendor: connection.name }),
    extraHeaders: {},
    secrets: [],
    maxConcurrent: 2,
    timeoutMs,
  })
}

/** The root of the API of `account`, as discovery finds it. */
export function apiRootOf(account: Account): string {
  return `${account.zoneUrl}/ATServicesRest/V1.0`
}

export function isWrite({ method, path }: Call): boolean {
  return method !== 'GET' && !path.includes('/query')
}

/** A refusal as Autotask words it, with status 500, or a fault of another status. */
export function refusal(text: string, status = 500) {
  return { kind: 'status' as const, status, body: JSON.stringify({ errors: [text] }) }
}

/** A contract of 2026 with one service of 40 units, and what our adapter needs to change it. */
export function withLine(account: Account, differences: Differences = {}) {
  const company = account.addCompany({ name: 'Acme GmbH' })
  const service = account.addService({ name: 'Endpoint protection', unitPrice: 3.5 })
  const contract = contractOf2026(account, company)
  const line = account.addContractService({ contract, service, units: 40 })
  const agreementId = `${contract.id}`
  const productId = `${service.id}`
  const lineId = `${line.id}`
  const change: QuantityChange = {
    agreementId,
    lineId,
    productId,
    from: 40,
    to: 42,
    on: contractDay,
    priceLevelId: null,
  }
  const made: NewLine = { agreementId, productId, quantity: 93, startsOn: contractDay, priceLevelId: null }
  const psa = adapterOf(account, differences)
  return { account, psa, company, service, contract, line, agreementId, productId, lineId, change, made }
}

export function contractOf2026(account: Account, company: { id: number }) {
  return account.addContract({
    company,
    name: 'Managed Security',
    startDate: '2026-01-01',
    endDate: '2026-12-31',
  })
}
