/** Holds that only mending the PSA or the mapping ends. */
export const structuralReasons = [
  'agreement_ended',
  'agreement_inactive',
  'agreement_not_found',
  'agreement_of_other_company',
  'product_not_found',
  'product_inactive',
  'external_product_not_linked',
  'write_not_confirmed',
] as const

/** Holds that a person may approve. */
export const approvableReasons = [
  'duplicate_lines',
  'line_ended_by_hand',
  'line_not_on_contract',
  'changed_by_hand',
  'replaces_line',
  'adopted_differs',
  'price_level_changed',
  'tenant_gone',
  'fell_to_zero',
  'fell_sharply',
  'rose_sharply',
  'run_fell',
  'needs_approval',
] as const

export type HoldReason = (typeof structuralReasons)[number] | (typeof approvableReasons)[number]

/** Why a planned change is not sent before another day. */
export const waitReasons = ['already_adjusted_today', 'waits_for_period_start'] as const

export type WaitReason = (typeof waitReasons)[number]

export function isStructural(reason: HoldReason): boolean {
  return structuralReasons.some((structural) => structural === reason)
}

export const changeStates = [
  'planned',
  'held',
  'sending',
  'applied',
  'verified',
  'failed',
  'unknown',
  'dismissed',
  'superseded',
] as const

export type ChangeState = (typeof changeStates)[number]

/** `end` sets a line that is no longer wanted to 0. */
export type ChangeKind = 'create' | 'set' | 'end'

const moves: Record<ChangeState, readonly ChangeState[]> = {
  planned: ['sending', 'held', 'verified', 'superseded'],
  held: ['planned', 'dismissed', 'superseded'],
  sending: ['applied', 'verified', 'failed', 'unknown', 'planned', 'held', 'superseded'],
  unknown: ['verified', 'planned', 'held', 'superseded'],
  applied: ['verified', 'held'],
  verified: [],
  failed: [],
  dismissed: [],
  superseded: [],
}

/** The states that a change may leave for `to`; a write to the ledger names them, so that no other move can happen. */
export function statesBefore(to: ChangeState): ChangeState[] {
  return changeStates.filter((from) => moves[from].includes(to))
}

/** Whether the change still stands between its line and any other change of that line. */
export function isOpenChange(state: ChangeState): boolean {
  return state === 'planned' || state === 'held' || state === 'sending' || state === 'unknown'
}

/** Whether a write may have reached the PSA without our knowing: the PSA is read before anything else is written. */
export function isUncertain(state: ChangeState): boolean {
  return state === 'sending' || state === 'unknown'
}

/** Whether the change sets the price level of its line; every other one leaves the price of a line alone. */
export function setsPriceLevel(change: { kind: ChangeKind; reason: HoldReason | null }): boolean {
  return change.kind === 'create' || change.reason === 'price_level_changed'
}
