import { type KscConnection, securityCenter } from '../../../worker/sources/ksc/security-center.ts'
import type { Tenant, UsageWanted } from '../../../worker/sources/port.ts'
import { vendorHttp } from '../../../worker/vendor/http.ts'
import type { KscAccount } from '../../vendors/ksc/account.ts'
import type { VirtualServer } from '../../vendors/ksc/virtual-server.ts'

export const advanced =
  'Kaspersky Endpoint Security for Business Advanced. European Edition. 25-49 Node 1 year Base License'

export function connectionTo(account: KscAccount): KscConnection {
  return {
    name: 'Security Center',
    baseUrl: account.baseUrl,
    credentials: { user: account.user, password: account.password, internal: account.internal },
    options: { countSoftCancelled: false },
  }
}

/** The adapter on an emulated account, talking over real HTTP. */
export function sourceOf(account: KscAccount, changed: Partial<KscConnection> = {}, timeoutMs = 5000) {
  const connection = { ...connectionTo(account), ...changed }
  const http = vendorHttp({
    vendor: connection.name,
    assertAllowed: () => {},
    extraHeaders: {},
    secrets: [connection.credentials.password],
    maxConcurrent: 1,
    timeoutMs,
  })
  return securityCenter(connection, http)
}

export function tenantOf(server: VirtualServer): Tenant {
  return { id: server.uid, name: server.name, kind: 'virtual_server', enabled: server.enabled }
}

export const today = '2026-03-01'
export const whole: UsageWanted = { split: false, onUtcDay: today }
export const split: UsageWanted = { split: true, onUtcDay: today }

export function methodsCalled(account: KscAccount): string[] {
  return account.calls.map((call) => call.method)
}

export function openAt(account: KscAccount) {
  const { openSessions, openIterators, openAccessors, busyRefusals } = account
  return { openSessions, openIterators, openAccessors, busyRefusals }
}

export const nothingOpen = { openSessions: 0, openIterators: 0, openAccessors: 0, busyRefusals: 0 }
