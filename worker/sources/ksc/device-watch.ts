import type { VendorHttp } from '../../vendor/http.ts'
import type { DeviceWatch } from '../watch-port.ts'
import type { KscConnection } from './connection.ts'
import { eventsAfter } from './events.ts'
import { faultyDevices } from './faulty-devices.ts'
import { inSession } from './session.ts'

/** What happens on the devices of a Security Center's virtual servers. */
export function deviceWatch(connection: KscConnection, http: VendorHttp): DeviceWatch {
  return {
    async look(tenant, { events, devices }) {
      if (events === null && !devices) return { events: null, devices: null }
      return inSession({ connection, http }, tenant, async (session) => ({
        events: events === null ? null : await eventsAfter(session, events),
        devices: devices ? await faultyDevices(session) : null,
      }))
    },
  }
}
