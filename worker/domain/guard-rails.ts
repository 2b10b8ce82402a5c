import type { HoldReason } from './change.ts'

/** Limits beyond which a change waits for a person; whole numbers. */
export interface GuardRails {
  holdFallPercent: number
  holdFallUnits: number
  holdRisePercent: number
  holdRiseUnits: number
  holdZeroFrom: number
  runFallPercent: number
  runFallLines: number
}

export const defaultGuardRails: GuardRails = {
  holdFallPercent: 30,
  holdFallUnits: 5,
  holdRisePercent: 50,
  holdRiseUnits: 20,
  holdZeroFrom: 5,
  runFallPercent: 10,
  runFallLines: 10,
}

/** Why going from one quantity to another waits for a person, or null where it may go ahead. Not for new lines. */
export function quantityHold(from: number, to: number, rails: GuardRails): HoldReason | null {
  if (to === 0 && from >= rails.holdZeroFrom) return 'fell_to_zero'
  const fall = from - to
  if (fall * 100 > from * rails.holdFallPercent && fall > rails.holdFallUnits) return 'fell_sharply'
  const rise = -fall
  if (rise * 100 > from * rails.holdRisePercent && rise > rails.holdRiseUnits) return 'rose_sharply'
  return null
}

/**
 * Whether one run would lower so much of the bill that a fault is likelier than so many customers leaving.
 *
 * @param lowered lines of one PSA connection that the run would lower
 * @param lines all lines that are billed there
 */
export function runFell(lowered: number, lines: number, rails: GuardRails): boolean {
  return lowered >= rails.runFallLines && lowered * 100 > lines * rails.runFallPercent
}
