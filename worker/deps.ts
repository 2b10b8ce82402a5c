import { adapters } from './adapters.ts'
import { type ChainMessage, type Env, workerSettings } from './env.ts'
import { auditStore } from './storage/audit.ts'
import { billStore } from './storage/bills.ts'
import { chainParts, chainStore } from './storage/chains.ts'
import { changeStore } from './storage/changes.ts'
import { configurationStore } from './storage/configuration.ts'
import { decisionStore } from './storage/decisions.ts'
import { directoryStore } from './storage/directory.ts'
import { evidenceStore } from './storage/evidence.ts'
import { historyStore } from './storage/history.ts'
import { leftBehindStore } from './storage/left-behind.ts'
import { mappingListStore } from './storage/mapping-list.ts'
import { mappingStore } from './storage/mappings.ts'
import { nameStore } from './storage/names.ts'
import { overviewStore } from './storage/overview.ts'
import { ownLineStore } from './storage/own-lines.ts'
import { pickerStore } from './storage/pickers.ts'
import { psaFactsStore } from './storage/psa-facts.ts'
import { reportStore } from './storage/reports.ts'
import { runProgressStore } from './storage/run-progress.ts'
import { runWorkStore } from './storage/run-work.ts'
import { runStore } from './storage/runs.ts'
import { sealer } from './storage/seal.ts'
import { signInLinkStore } from './storage/sign-in-links.ts'
import { signInStore } from './storage/sign-ins.ts'
import { tenantStore } from './storage/tenants.ts'
import { ticketIntakeStore } from './storage/ticket-intake.ts'
import { ticketWorkStore } from './storage/ticket-work.ts'
import { ticketStore } from './storage/tickets.ts'
import { unbilledStore } from './storage/unbilled.ts'
import { usageStore } from './storage/usage.ts'
import { watchStore } from './storage/watch.ts'

export type Deps = Awaited<ReturnType<typeof createDeps>>

/** Everything a request or a job may touch. */
export async function createDeps(env: Env) {
  const settings = workerSettings(env)
  const configuration = configurationStore(env.DB, await sealer(settings.credentialsKey))
  const reports = reportStore(env.DB)
  const common = {
    now: () => new Date(),
    newId: () => crypto.randomUUID(),
    /** Carries statements of several stores out in one transaction. */
    together: async (statements: D1PreparedStatement[]): Promise<void> => {
      if (statements.length > 0) await env.DB.batch(statements)
    },
  }

  return {
    settings,
    ...common,
    configuration,
    mappings: mappingStore(env.DB),
    mappingList: mappingListStore(env.DB),
    directory: directoryStore(env.DB),
    names: nameStore(env.DB),
    tenants: tenantStore(env.DB),
    usage: usageStore(env.DB),
    watch: watchStore(env.DB),
    tickets: ticketStore(env.DB),
    ticketIntake: ticketIntakeStore(env.DB),
    ticketWork: ticketWorkStore(env.DB),
    runs: runStore(env.DB),
    runWork: runWorkStore(env.DB),
    runProgress: runProgressStore(env.DB),
    chains: chainStore(env.DB),
    facts: psaFactsStore(env.DB),
    ownLines: ownLineStore(env.DB),
    changes: changeStore(env.DB),
    decisions: decisionStore(env.DB),
    leftBehind: leftBehindStore(env.DB),
    unbilled: unbilledStore(env.DB),
    reports,
    evidence: evidenceStore(env.DB),
    overview: overviewStore(env.DB),
    bills: billStore(env.DB),
    history: historyStore(env.DB),
    audit: auditStore(env.DB),
    signIns: signInStore(env.DB),
    signInLinks: signInLinkStore(env.DB),
    pickers: pickerStore(env.DB, env.PICKERS),

    /** Wakes a chain for one step, at least once. */
    send: async (message: ChainMessage, delaySeconds = 0): Promise<void> => {
      const queue = chainParts(message.chain)?.kind === 'bill' ? env.BILL : env.COLLECT
      await queue.send(message, { delaySeconds: Math.min(Math.ceil(delaySeconds), 43_200) })
    },

    ...adapters({ ...common, settings, configuration, reports }),
  }
}
