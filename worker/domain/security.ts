import type { DeviceStatus, EventSeverity, FaultLevel } from './ticket-rules.ts'

/** Something that happened on a device, as Kaspersky recorded it. */
export interface SecurityEvent {
  /** Rises with the order in which the events came in. */
  id: number
  /** The vendor's own name of what happened, e.g. `GNRL_EV_VIRUS_FOUND`. */
  type: string
  /** The same for people; the type where the vendor has no words for it. */
  typeName: string
  severity: EventSeverity
  device: { id: string; name: string }
  /** When it happened, ISO 8601 UTC. */
  at: string
  /** What happened, in the vendor's words; empty where it has none. */
  text: string
}

/** A device that is Critical or Warning, with every reason of which we know the meaning. */
export interface FaultyDevice {
  id: string
  name: string
  level: FaultLevel
  reasons: DeviceStatus[]
}
