import type { Deps } from '../deps.ts'
import { isSource } from '../domain/configuration.ts'
import { localDay, runIsDue } from '../domain/day.ts'
import { chainId } from '../storage/chains.ts'
import { keepOwnHealth } from './own-health.ts'
import { startRun } from './start-run.ts'
import { seenEveryMs } from './unseen-tickets.ts'
import { wake } from './wake.ts'
import { watchScope } from './watch.ts'

/** A run that takes longer than this is given up. */
const longestRunMs = 20 * 3_600_000

/**
 * One tick: starts the day's run when it is due and was not started, looks at devices for tickets, and wakes chains whose
 * worker died. Any number of ticks start one run.
 *
 * @param at the time the tick stands for
 */
export async function tick(deps: Deps, at: Date): Promise<void> {
  const now = deps.now()
  await deps.runs.failOlderThan(new Date(now.getTime() - longestRunMs).toISOString(), now.toISOString())

  const { timeZone, dailyRunAt } = await deps.configuration.settings()
  const hasSource = (await deps.configuration.connections()).some(({ kind }) => isSource(kind))
  if (hasSource && runIsDue({ now: at, timeZone, dailyRunAt })) {
    await startRun(deps, { trigger: 'cron', day: localDay(at, timeZone), dryRun: false, tenants: null })
  }
  // Bills go on first: no fault of what tickets need may keep them.
  await resume(deps)
  await tickTickets(deps, now)
}

/** Looks at all devices once more, and lets PSAs go on with tickets that are due. */
async function tickTickets(deps: Deps, now: Date): Promise<void> {
  const rules = await deps.configuration.ticketRules()
  if (rules.connections.length === 0) return
  await keepOwnHealth(deps, rules)
  if (watchScope(rules).psas.length > 0) {
    for (const { id, kind } of await deps.configuration.connections()) {
      if (kind !== 'ksc') continue
      await deps.watch.beginRound(id, now.getTime())
      await wake(deps, chainId('watch', id))
    }
  }
  for (const connection of await deps.ticketWork.connectionsDue(now.getTime(), now.getTime() - seenEveryMs)) {
    await wake(deps, chainId('bill', connection))
  }
}

/** Sends a message for each chain that has work and nobody at it. Safe to repeat at any time. */
export async function resume(deps: Deps): Promise<void> {
  for (const { id, step } of await deps.chains.abandoned(deps.now().getTime())) {
    await deps.send({ chain: id, step })
  }
}
