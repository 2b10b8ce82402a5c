import type { Deps } from '../deps.ts'
import type { ChainMessage } from '../env.ts'

/**
 * A message that failed again and again is a fault of ours: it becomes a problem of the run for a person to see, and
 * never ends the run. The next tick wakes the chain again.
 */
export async function buryDead(deps: Deps, message: ChainMessage): Promise<void> {
  const run = await deps.runs.active()
  if (run === null) return
  await deps.runs.addProblem(run.id, {
    code: 'internal_fault',
    message: `The work of ${message.chain} broke off several times because of a fault in tallypod. It is taken up again by itself; if this stays, report it with the Worker's log.`,
  })
}
