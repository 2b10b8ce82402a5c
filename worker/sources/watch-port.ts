import type { FaultyDevice, SecurityEvent } from '../domain/security.ts'
import type { EventSeverity } from '../domain/ticket-rules.ts'
import type { Tenant } from './port.ts'

export type { FaultyDevice, SecurityEvent }

export interface Look {
  events: {
    /** In the order of their ids. */
    items: SecurityEvent[]
    /** The id from which on the next look goes on. */
    cursor: number
    /** False where more events are waiting behind the cursor. */
    ended: boolean
  } | null
  /** Every device that is not well now; null where they were not asked for. */
  devices: FaultyDevice[] | null
}

export interface LookWanted {
  /** Null where no event opens a ticket. */
  events: {
    severities: EventSeverity[]
    /** Only events with a greater id; null for the first look at this tenant. */
    afterId: number | null
    /** Older events are left out, in days. */
    lastDays: number
    /** At most so many are read in one look. */
    most: number
  } | null
  devices: boolean
}

/** A Kaspersky product that tells what happens on devices. */
export interface DeviceWatch {
  /**
   * What happened at `tenant` and how its devices are.
   *
   * @throws VendorError where any page or row is missing: half a look would close tickets of devices that are still ill
   */
  look(tenant: Tenant, wanted: LookWanted): Promise<Look>
}
