/** How a licence counts what it protects. */
export type Unit = 'device' | 'user' | 'mailbox' | 'core'

/** What kind of device is counted; `all` where an application is not split. */
export type Category = 'all' | 'workstation' | 'server' | 'other'

/** Why something that uses a licence is not counted. */
export const leftOutReasons = [
  'expired',
  'trial',
  'beta',
  'test',
  'oem',
  'subscription_paused',
  'subscription_cancelled',
  'reserve_key',
  'pending_activation',
  'duplicate',
] as const
export type LeftOutReason = (typeof leftOutReasons)[number]

/** One device, user or mailbox that uses an application, and whether it counts. */
export interface UsageItem {
  /** The vendor's own id, unique within its tenant. */
  id: string
  name: string
  /** Catalogue key, e.g. `kes-business-advanced`. */
  application: string
  category: Category
  /** Null where it counts. */
  leftOut: LeftOutReason | null
  /** Something a person should know about how it was counted. */
  warning: 'no_host_record' | 'contradicting_system' | null
}

/** What one tenant uses of one application (and category). */
export interface UsageQuantity {
  application: string
  category: Category
  /** Whole licences; zero where everything of a known application is left out. */
  quantity: number
  /** Absent where it is the application's own. */
  unit?: Unit
  /** Absent where the quantity was counted or stated itself, not computed from these. */
  basis?: DeviceCounts
}

/** Devices by kind. What is no Windows computer is `other`; in Endpoint Security Cloud these are mobile devices. */
export interface DeviceCounts {
  workstations: number
  servers: number
  other: number
}

/** An application as it was found, for those that no catalogue lists. */
export interface FoundApplication {
  key: string
  name: string
  unit: Unit
}

/**
 * One tenant's use at one moment, read completely. A read that stopped short never becomes one of these.
 * An application that is not mentioned is not used.
 */
export interface TenantUsage {
  quantities: UsageQuantity[]
  items: UsageItem[]
  applications: FoundApplication[]
  /** The report that all of it is taken from; absent where the vendor itself was asked. */
  reportId?: string
}

/**
 * Whether use of this unit can be billed from such a source. Security Center knows devices only: whatever else a licence
 * found there counts is not told by its devices.
 */
export function isCountable(sourceKind: string, unit: Unit): boolean {
  return sourceKind !== 'ksc' || unit === 'device'
}
