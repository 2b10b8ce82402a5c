import { join } from 'node:path'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from 'miniflare'
import {
  unstable_readConfig as readConfig,
  unstable_getMiniflareWorkerOptions as workerOptionsOf,
} from 'wrangler'
import { migrate } from './migrate.ts'
import { LocalProblem } from './problem.ts'

export interface RuntimeOptions {
  /** Where `wrangler.toml` and `migrations/` are. */
  root: string
  stateDir: string
  /** 0: one that is free. */
  port: number
  /** Secrets and variables; they win over `[vars]` of `wrangler.toml`. They reach workerd through a pipe. */
  settings: Record<string, string>
  /** Environment of every process that is started here. */
  mark: Record<string, string>
  /** Further Workers that run beside it. */
  others?: V4WorkerOptions[]
}

/**
 * Runs the Worker of `wrangler.toml` in workerd; it answers, and its database is up to date, when the promise settles. A
 * workerd that dies is started again on the same port. The files lie where `wrangler … --local --persist-to` looks for
 * them.
 */
export async function startRuntime(options: RuntimeOptions): Promise<Miniflare> {
  const { root, stateDir, port, settings, mark, others = [] } = options
  const configPath = join(root, 'wrangler.toml')
  const { modulesRules: _, ...worker } = workerOptionsOf(configPath).workerOptions
  const config = readConfig({ config: configPath })
  const bundle = await bundleWorker(root, config.main ?? 'worker/index.ts', join(stateDir, 'bundle'))
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port,
      resourcePersistencePath: join(stateDir, 'v3'),
      cf: false,
      log: new Log(LogLevel.WARN),
      telemetry: { enabled: false },
      unsafeRuntimeEnv: mark,
      unsafeTriggerHandlers: true,
      workers: [
        {
          ...worker,
          bindings: { ...config.vars, ...settings },
          modules: [{ type: 'ESModule', path: bundle }],
          modulesRoot: join(stateDir, 'bundle'),
        },
        ...others,
      ],
    }),
  )
  await runtime.ready
  await migrate(await runtime.getD1Database('DB'), join(root, 'migrations'))
  return runtime
}

/** Bundles for workerd, as a deployment does but in a tenth of its time; returns the file. */
async function bundleWorker(root: string, main: string, folder: string): Promise<string> {
  const outfile = join(folder, 'index.js')
  try {
    await build({
      absWorkingDir: root,
      entryPoints: [main],
      outfile,
      bundle: true,
      format: 'esm',
      target: 'es2024',
      conditions: ['workerd', 'worker', 'browser'],
      mainFields: ['browser', 'module', 'main'],
      external: ['cloudflare:*'],
      logLevel: 'silent',
    })
  } catch (error) {
    throw new LocalProblem(`The Worker cannot be bundled.\n${error instanceof Error ? error.message : error}`)
  }
  return outfile
}
