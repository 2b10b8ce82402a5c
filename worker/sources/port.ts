import type { TenantUsage } from '../domain/usage.ts'
import type { ConnectionCheck } from '../vendor/check.ts'

export type TenantKind = 'virtual_server' | 'workspace' | 'company'

/** One customer on the Kaspersky side. */
export interface Tenant {
  id: string
  name: string
  kind: TenantKind
  /** False where the vendor says that it is switched off; its use is not read. */
  enabled: boolean
}

export interface UsageWanted {
  /** Whether devices are to be told apart by category; costs host records. */
  split: boolean
  /** The day to judge expiry by, `YYYY-MM-DD` in UTC. */
  onUtcDay: string
}

/** A Kaspersky product that knows who uses which licences. */
export interface UsageSource {
  /** Tries each thing a run needs; never throws for what the vendor answers. */
  check(): Promise<ConnectionCheck>

  /**
   * Every tenant, disabled ones included.
   *
   * @throws VendorError where the list could not be read to its end
   */
  tenants(): Promise<Tenant[]>

  /**
   * What `tenant` uses now, counted.
   *
   * @throws VendorError where any page or row is missing: half a read looks the same as a customer who left,
   *   and must not reach a bill
   */
  usage(tenant: Tenant, wanted: UsageWanted): Promise<TenantUsage>
}
