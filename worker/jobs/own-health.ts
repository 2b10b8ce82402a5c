import type { Deps } from '../deps.ts'
import { isSource } from '../domain/configuration.ts'
import { localDay } from '../domain/day.ts'
import { tooOld } from '../domain/freshness.ts'
import { type HealthFacts, healthProblems } from '../domain/own-health.ts'
import type { TicketRules } from '../domain/ticket-rules.ts'

const cause = 'health'
const dayMs = 86_400_000

/**
 * Wants a ticket at each PSA that asks for it while tallypod itself needs somebody, and wants it closed when all is well.
 * Safe to repeat: the same problems are told once.
 */
export async function keepOwnHealth(deps: Deps, rules: TicketRules): Promise<void> {
  const asking = rules.connections.filter(({ health }) => health.on)
  if (asking.length === 0) return
  const problems = healthProblems(await healthFacts(deps))
  const now = deps.now()
  for (const { connection, health, reopenDays } of asking) {
    if (problems.length === 0) {
      await deps.together([deps.ticketIntake.wantClosed(connection, cause)])
      continue
    }
    const example = problems.join('\n')
    const closedSince = new Date(now.getTime() - reopenDays * dayMs).toISOString()
    const latest = await deps.ticketIntake.latestOf(connection, cause, closedSince)
    if (latest?.wanted === 'open' && latest.example === example) continue
    const company = { connection, id: latest?.companyId ?? health.company ?? '' }
    const plan = {
      cause,
      rule: 'health' as const,
      subject: 'tallypod needs attention',
      example,
      count: 1,
      happenings: [],
      reopens: latest?.state === 'closed' ? latest.id : null,
    }
    await deps.together(deps.ticketIntake.happened(company, plan, now.toISOString(), deps.newId()))
  }
}

async function healthFacts(deps: Deps): Promise<HealthFacts> {
  const now = deps.now()
  const run = await deps.runs.lastFinished()
  return {
    run:
      run === null || run.state === 'queued' || run.state === 'running'
        ? null
        : {
            day: run.day,
            state: run.state,
            problems: run.problems.length,
            held: run.counts.held,
            failed: run.counts.failed,
          },
    silent: await silentSources(deps, now),
    waiting: await deps.changes.heldSince(new Date(now.getTime() - 2 * dayMs).toISOString()),
  }
}

/** A source of which nothing was ever read is being set up, and is not silent. */
async function silentSources(deps: Deps, now: Date): Promise<HealthFacts['silent']> {
  const { timeZone } = await deps.configuration.settings()
  const today = localDay(now, timeZone)
  const lastReads = await deps.usage.lastReadOfEach()
  const sources = (await deps.configuration.connections()).filter(({ kind }) => isSource(kind))
  const silent: HealthFacts['silent'] = []
  for (const connection of sources) {
    if (connection.kind !== 'ksc' && connection.kind !== 'hub') continue
    const report = connection.kind === 'hub' ? await deps.reports.current(connection.id) : null
    const last =
      report === null
        ? { at: lastReads.get(connection.id) ?? null, asOf: null }
        : { at: report.receivedAt, asOf: report.asOf }
    if (last.at === null) continue
    if (tooOld({ at: last.at, asOf: last.asOf }, connection.options.maxAgeHours, { at: now, today }) === null)
      continue
    silent.push({ name: connection.name, since: last.asOf ?? last.at.slice(0, 10) })
  }
  return silent
}
