import { applicationOf } from '../../domain/catalogue.ts'
import { countUsage, type KeyUse } from '../../domain/counting.ts'
import type { VendorHttp } from '../../vendor/http.ts'
import type { UsageSource } from '../port.ts'
import { checkConnection } from './check.ts'
import type { Access, KscConnection } from './connection.ts'
import { deviceRecords } from './devices.ts'
import { licenceKeys, usesOf } from './licence-keys.ts'
import { virtualServers } from './servers.ts'
import { inSession } from './session.ts'

export type { KscConnection } from './connection.ts'

/** Kaspersky Security Center, whose tenants are its virtual servers. */
export function securityCenter(connection: KscConnection, http: VendorHttp): UsageSource {
  const access: Access = { connection, http }
  return {
    check: () => checkConnection(access),
    tenants: () => inSession(access, null, virtualServers),
    async usage(tenant, { split, onUtcDay }) {
      const found = await inSession(access, tenant, async (session) => {
        const keys = await licenceKeys(session)
        const uses: KeyUse[] = []
        let splits = false
        for (const key of keys) {
          const usesOfKey = await usesOf(session, key.id)
          for (const use of usesOfKey) uses.push(use)
          splits ||= usesOfKey.length > 0 && applicationOf(key.licenceName).split
        }
        const devices = split && splits ? await deviceRecords(session) : []
        return { keys, uses, devices: split ? devices : null }
      })
      return countUsage({ ...found, onUtcDay, countSoftCancelled: connection.options.countSoftCancelled })
    },
  }
}
