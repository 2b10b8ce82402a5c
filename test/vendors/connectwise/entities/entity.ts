import type { Row, Values } from '../../row.ts'
import type { FieldProblem } from '../errors.ts'
import type { Fields } from '../fields.ts'
import type { Store } from '../store.ts'

export interface Policy {
  /** What becomes of a new addition on an agreement that is cancelled or expired. */
  closedAgreements: 'refuse' | 'accept'
  /** True where PATCH checks the whole record, fields it does not touch included. */
  revalidatesOnPatch: boolean
}

/** What a record's rules may look at. */
export interface Surroundings {
  store: Store
  policy: Policy
  /** `YYYY-MM-DD`, UTC. */
  today: string
  /** The agreement that an addition stands on. */
  agreement?: Row
}

export type Problem = Omit<FieldProblem, 'resource'>

/** One kind of record: what the API lets in, fills in and works out. */
export interface Entity {
  /** As the vendor's messages name it. */
  name: string
  fields: Fields
  /** For fields that a new or replaced record leaves out. */
  defaults(values: Values, around: Surroundings): Values
  /** Worked out anew at each read. */
  computed(row: Row, around: Surroundings): Values
  /** Beyond what `fields` say of each field alone. */
  problems(values: Values, around: Surroundings, id: number | null): Problem[]
  isInUse(id: number, store: Store): boolean
}

/** The record as the API shows it; what has no value is left out. */
export function shown(entity: Entity, row: Row, around: Surroundings): Row {
  const { _info, ...values } = row
  return { ...values, ...entity.computed(row, around), id: row.id, ...(_info === undefined ? {} : { _info }) }
}

export function midnight(day: string): string {
  return `${day}T00:00:00Z`
}

export function identifierProblems(values: Values, others: Row[], id: number | null): Problem[] {
  const identifier = String(values.identifier ?? '').toLowerCase()
  const taken = others.some((row) => row.id !== id && String(row.identifier).toLowerCase() === identifier)
  return taken
    ? [{ code: 'ObjectExists', message: 'The identifier is in use already.', field: 'identifier' }]
    : []
}
