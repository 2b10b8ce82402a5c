import type { Host } from './host.ts'
import { datetime, long, type Params } from './params.ts'

/** Something that happened on a device. */
export interface Event {
  /** Rises in the order in which the account's events come in. */
  readonly id: number
  /** E.g. `GNRL_EV_VIRUS_FOUND`. */
  type: string
  /** For people. */
  typeName: string
  /** 1 information, 2 warning, 3 functional failure, 4 critical. */
  severity: number
  host: Host
  /** An instant in UTC. */
  at: string
  text: string
}

export type NewEvent = Pick<Event, 'type' | 'severity' | 'host'> & Partial<Omit<Event, 'id'>>

export function createEvent(given: NewEvent, id: number): Event {
  return {
    typeName: given.type,
    at: `${new Date().toISOString().slice(0, 19)}Z`,
    text: '',
    ...given,
    id,
  }
}

export function eventAttributes({ id, type, typeName, severity, host, at, text }: Event): Params {
  return {
    event_db_id: long(id),
    event_type: type,
    event_type_display_name: typeName,
    GNRL_EA_SEVERITY: severity,
    GNRL_EA_DESCRIPTION: text,
    rise_time: datetime(at),
    hostname: host.id,
    hostdn: host.name,
    product_name: 'KES',
  }
}
