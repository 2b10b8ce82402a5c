/** How a licence counts what it protects. */
export type Unit = 'device' | 'user' | 'mailbox' | 'core'

/** What kind of device is counted; `all` where an application is not split. */
export type Category = 'all' | 'workstation' | 'server' | 'other'

/** Why something that uses a licence is not counted. */
export type LeftOutReason =
  | 'expired'
  | 'trial'
  | 'beta'
  | 'test'
  | 'oem'
  | 'subscription_paused'
  | 'subscription_cancelled'
  | 'reserve_key'
  | 'pending_activation'
  | 'duplicate'

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
}
