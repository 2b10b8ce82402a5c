import { runFell } from '../domain/guard-rails.ts'
import { carryOut } from './carry-out.ts'
import { companiesAtOnce, freshMs, messageMs, perMessage } from './pace.ts'
import type { RunBilling } from './plan-company.ts'
import { sideBySide } from './side-by-side.ts'

/**
 * Writes what waited for the end of the planning: decreases, and what a crash left behind. Where too many lines would
 * fall at once, all decreases are held instead.
 *
 * @returns whether there was anything to do
 */
export async function writeWaiting(billing: RunBilling): Promise<boolean> {
  const { deps, connection, run, rules, day } = billing
  if (run.dryRun) return false
  const lowered = await deps.changes.lowered(run.id, connection, day)
  if (runFell(lowered, await deps.ownLines.count(connection), rules.settings.guardRails)) {
    await deps.changes.holdDecreases(run.id, connection, day)
  }
  const waiting = await deps.changes.waiting(run.id, connection, day, perMessage)
  const start = deps.now().getTime()
  await sideBySide(
    waiting,
    companiesAtOnce,
    () => deps.now().getTime() - start < messageMs,
    async (change) => {
      const isFresh =
        change.configurationVersion === rules.version &&
        start - Date.parse(change.createdAt) < freshMs &&
        change.effectiveOn === day
      if (isFresh) await carryOut(billing, change)
      else await deps.together([deps.runWork.planAgain(run.id, connection, change.companyId)])
    },
  )
  return waiting.length > 0
}
