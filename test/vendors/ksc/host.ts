import { randomUUID } from 'node:crypto'
import type { Params } from './params.ts'

/** A device; whatever is assigned shows in the next listing that is opened. */
export interface Host {
  readonly id: string
  /** Display name. */
  name: string
  /** The vendor's fixed name of the system; absent where it has none. */
  os?: string | undefined
  /** Computer-type bits, `KLHST_WKS_CTYPE`. */
  ctype?: number | undefined
  /** Platform, `KLHST_WKS_PTYPE`. */
  ptype?: number | undefined
  /** False where searches do not find it, though it may hold keys. */
  record: boolean
  /** 0 OK, 1 Critical, 2 Warning. */
  statusId: number
  /** Why, as bits. */
  statusMask: number
}

export type NewHost = Pick<Host, 'name'> & Partial<Host>

export const managedGroup = { id: 1, name: 'Managed devices' }

export function createHost(given: NewHost): Host {
  return { record: true, statusId: 0, statusMask: 0, ...given, id: given.id ?? randomUUID() }
}

export function hostAttributes(host: Host): Params {
  return {
    KLHST_WKS_HOSTNAME: host.id,
    KLHST_WKS_DN: host.name,
    KLHST_WKS_OS_NAME: host.os,
    KLHST_WKS_CTYPE: host.ctype,
    KLHST_WKS_PTYPE: host.ptype,
    KLHST_WKS_GROUPID: managedGroup.id,
    name: managedGroup.name,
    KLHST_WKS_STATUS: 1 | 2 | 4 | 8 | 16,
    KLHST_WKS_STATUS_ID: host.statusId,
    KLHST_WKS_STATUS_MASK: host.statusMask,
  }
}
