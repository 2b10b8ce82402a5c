import type { Line } from './agreement.ts'
import type { WaitReason } from './change.ts'
import { addDays } from './day.ts'

/** Why a change is not sent today although nothing else speaks against it. */
export interface Wait {
  /** The first local day on which it may be sent, `YYYY-MM-DD`. */
  until: string
  why: WaitReason
}

/**
 * What has to be waited for before lines may be changed together; the longest wait, or null where all may go today.
 *
 * @param changedToday lines that have taken the one change that the PSA books for a line and day, by their id
 */
export function waitFor(lines: Line[], day: string, changedToday: Set<string>): Wait | null {
  const waits = lines.flatMap(({ id, bookableOn }): Wait[] => [
    ...(bookableOn !== null && bookableOn > day
      ? [{ until: bookableOn, why: 'waits_for_period_start' as const }]
      : []),
    ...(changedToday.has(id) ? [{ until: addDays(day, 1), why: 'already_adjusted_today' as const }] : []),
  ])
  return waits.toSorted((a, b) => b.until.localeCompare(a.until))[0] ?? null
}
