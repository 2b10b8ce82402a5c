import { mkdtemp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { inject } from 'vitest'
import { createDeps, type Deps } from '../../worker/deps.ts'
import { isSplit } from '../../worker/domain/catalogue.ts'
import { changesBetween } from '../../worker/domain/configuration-changes.ts'
import { checkConfiguration } from '../../worker/domain/configuration-check.ts'
import type { Env } from '../../worker/env.ts'
import { startRuntime } from '../local/runtime.ts'
import { startAutotask } from '../vendors/autotask/server.ts'
import { startConnectWise } from '../vendors/connectwise/server.ts'
import { startKsc } from '../vendors/ksc/start.ts'
import { startTigerpaw } from '../vendors/tigerpaw/server.ts'
import { databaseBehind, databaseDoor } from './database-door.ts'
import { emptied } from './emptied.ts'
import { workerSecrets } from './secrets.ts'

export type Stack = Awaited<ReturnType<typeof boot>>

/** Of this process, by their settings. They end with it. */
const running = new Map<string, Promise<Stack>>()

/**
 * The whole Worker in workerd, with real D1, KV and queues, between two emulated vendors, and nothing stored in it. All
 * test files of one process use the same, one after the other.
 *
 * @param options.vars further settings of the Worker
 */
export async function startStack({
  leaseSeconds = 10,
  vars = {},
}: {
  leaseSeconds?: number
  vars?: Record<string, string>
} = {}): Promise<Stack> {
  const key = JSON.stringify([leaseSeconds, vars])
  const booting = running.get(key) ?? boot(leaseSeconds, vars)
  running.set(key, booting)
  const stack = await booting
  await stack.empty()
  return stack
}

async function boot(leaseSeconds: number, moreVars: Record<string, string>) {
  const ksc = await startKsc()
  const cw = await startConnectWise()
  const at = await startAutotask()
  const tp = await startTigerpaw()
  const runtime = await startRuntime({
    root: resolve(import.meta.dirname, '../..'),
    stateDir: await mkdtemp(join(inject('stateDir'), 'stack-')),
    port: 0,
    settings: {
      ...workerSecrets,
      LEASE_SECONDS: String(leaseSeconds),
      ALLOW_INSECURE_UPSTREAMS: 'true',
      ...moreVars,
    },
    mark: {},
    others: [databaseDoor],
  })
  const door = await runtime.getWorker(databaseDoor.name)
  const db = databaseBehind((request) => door.fetch('http://door', request))
  const env: Env = { ...(await runtime.getBindings<Env>()), DB: db }

  return {
    ksc,
    cw,
    at,
    tp,
    env,
    fetch: runtime.dispatchFetch,
    deps: (): Promise<Deps> => createDeps(env),
    db: () => db,
    /** Takes away all that is stored. */
    async empty(): Promise<void> {
      await emptied(db)
      for (const { name } of (await env.PICKERS.list()).keys) await env.PICKERS.delete(name)
    },
  }
}

/** Saves a configuration document as `PUT /api/config` would. */
export async function configure(deps: Deps, document: unknown): Promise<void> {
  const before = await deps.configuration.load()
  const checked = checkConfiguration(document, {
    addressProblem: () => null,
    isSplit,
    stored: { connections: before.stored, people: [], tickets: null },
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  const changes = changesBetween(before.configuration, checked.configuration)
  await deps.configuration.save(checked.configuration, before, changes, 'test', new Date().toISOString())
}
