import type { Values } from '../../row.ts'
import { type Field, type Fields, readOnly } from '../fields.ts'

export type UnitsName = 'ContractServiceUnits' | 'ContractServiceBundleUnits'
export type AdjustmentsName = 'ContractServiceAdjustments' | 'ContractServiceBundleAdjustments'
export type LinesName = 'ContractServices' | 'ContractServiceBundles'

/** The kinds of records that are stored as they are shown. */
export type StoredName =
  | LinesName
  | 'Companies'
  | 'Contracts'
  | 'Services'
  | 'ServiceBundles'
  | 'Tickets'
  | 'TicketNotes'
  | 'ContractNotes'
  | 'Resources'
  | 'ResourceServiceDeskRoles'
  | 'BillingItems'
  | 'BillingCodes'

export type EntityName = StoredName | UnitsName | AdjustmentsName

export type WriteVerb = 'POST' | 'PATCH' | 'PUT'

/** One kind of record: where the API offers it and what it holds. */
export interface Entity<Name extends EntityName = EntityName> {
  name: Name
  /** As the vendor's messages name one of them. */
  singular: string
  fields: Fields
  /** True where it can be queried, counted and read by id. */
  isQueryable: boolean
  /** Of `/{Entity}`. */
  verbs: readonly WriteVerb[]
  /** Where it is offered below its parent. */
  child?: {
    of: 'Contracts' | 'Tickets' | 'Resources'
    under: string
    by: string
    verbs: readonly ('GET' | WriteVerb)[]
  }
  hasUserDefinedFields?: true
  /** For fields that a new record leaves out. */
  defaults: Values
}

export const id: Field = readOnly({ kind: 'long' })

/** Billing periods by their number. */
export const periodTypes = { 2: 'Monthly', 3: 'Quarterly', 4: 'Semi-Annual', 5: 'Yearly' }
