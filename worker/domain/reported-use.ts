import type { Category, DeviceCounts, LeftOutReason, Unit } from './usage.ts'

export type { DeviceCounts } from './usage.ts'

/** What a report or feed states of one company and one application. */
export interface ReportedUse {
  companyId: string
  company: string
  kind: 'workspace' | 'company'
  /** Catalogue key, e.g. `kes-cloud-plus`. */
  application: string
  applicationName: string
  /** As the report spells it. */
  licenceName: string
  unit: Unit
  /** Whole licences, as stated; where only `counts` are stated, their sum. */
  quantity: number
  /** Null where devices are not told apart. */
  counts: DeviceCounts | null
  /** Why it is not counted; null where it is. */
  leftOut: LeftOutReason | null
}

/** A device, user or mailbox that a feed names. */
export interface ReportedItem {
  id: string
  name: string
  /** Null where the feed does not say. */
  category: Exclude<Category, 'all'> | null
}
