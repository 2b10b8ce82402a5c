import type { Deps } from '../deps.ts'
import { addDays } from '../domain/day.ts'
import { chainId } from '../storage/chains.ts'
import type { Run } from '../storage/runs.ts'
import { wake } from './wake.ts'

/** How long evidence, runs and changes are kept. */
const keptDays = 400

export interface RunRequest {
  trigger: 'cron' | 'manual'
  /** The local day that is billed. */
  day: string
  dryRun: boolean
  /** Null reads all. */
  tenants: { connection: string; id: string }[] | null
}

/** Starts a run and wakes those who do it; null where another run is active, or the day had its cron run. */
export async function startRun(deps: Deps, request: RunRequest): Promise<Run | null> {
  const id = deps.newId()
  const at = deps.now().toISOString()
  if (!(await deps.runs.create({ ...request, id, at }))) return null

  if (request.trigger === 'cron') {
    const oldest = addDays(request.day, -keptDays)
    await deps.usage.prune(oldest)
    await deps.reports.prune(oldest)
    await deps.changes.prune(oldest)
    await deps.runs.prune(oldest)
    await deps.tickets.prune(oldest)
  }
  for (const connection of await deps.runWork.sourcesOf(id)) await wake(deps, chainId('collect', connection))
  for (const connection of await deps.runWork.psasOf(id)) await wake(deps, chainId('bill', connection))
  await deps.runs.finishIfDone(id, at)
  return deps.runs.get(id)
}
