import { existsSync } from 'node:fs'
import { inject } from 'vitest'
import { createTestHarness } from 'wrangler'
import { isSplit } from '../../worker/domain/catalogue.ts'
import { checkConfiguration } from '../../worker/domain/configuration-check.ts'
import { changesBetween } from '../../worker/domain/configuration-changes.ts'
import { createDeps, type Deps } from '../../worker/deps.ts'
import type { Env } from '../../worker/env.ts'
import { workerSecrets } from './secrets.ts'
import { startConnectWise } from '../vendors/connectwise/server.ts'
import type { Account } from '../vendors/connectwise/account.ts'
import type { KscAccount } from '../vendors/ksc/account.ts'
import { startKsc } from '../vendors/ksc/start.ts'

export type Stack = Awaited<ReturnType<typeof startStack>>

/**
 * The whole Worker in workerd, with real D1, KV and queues, between two emulated vendors. One for each test file. Its
 * database lies in memory where the machine has a place for that: a run waits for the disk at every step otherwise.
 */
export async function startStack({ leaseSeconds = 2 } = {}) {
  if (existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm'
  const ksc = await startKsc()
  const cw = await startConnectWise()
  const server = createTestHarness({
    workers: [
      {
        configPath: './wrangler.toml',
        prebuiltWorkerDir: inject('workerDir'),
        vars: { ...workerSecrets, LEASE_SECONDS: String(leaseSeconds), ALLOW_INSECURE_UPSTREAMS: 'true' },
      },
    ],
  })
  await server.listen()
  const worker = server.getWorker<Env>()
  await worker.applyD1Migrations('DB')
  let env = await worker.getEnv()

  return {
    ksc,
    cw,
    worker,
    deps: (): Promise<Deps> => createDeps(env),
    db: () => env.DB,
    /** A Worker with nothing stored, and vendor accounts of its own. */
    async fresh(): Promise<{ center: KscAccount; psa: Account }> {
      await server.reset()
      await worker.applyD1Migrations('DB')
      env = await worker.getEnv()
      return { center: ksc.account(), psa: cw.account() }
    },
    async close() {
      await server.close()
      await ksc.close()
      await cw.close()
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
