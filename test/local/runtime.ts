import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
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
  port: number
  /** Secrets and variables; they win over `[vars]` of `wrangler.toml`. They reach workerd through a pipe. */
  settings: Record<string, string>
  /** Environment of every process that is started here. */
  mark: Record<string, string>
}

/**
 * Runs the Worker of `wrangler.toml` in workerd; it answers when the promise settles. A workerd that dies is started
 * again on the same port. The files lie where `wrangler … --local --persist-to` looks for them.
 */
export async function startRuntime(options: RuntimeOptions): Promise<Miniflare> {
  const { root, stateDir, port, settings, mark } = options
  const configPath = join(root, 'wrangler.toml')
  const { modulesRules: _, ...worker } = workerOptionsOf(configPath).workerOptions
  const shared = {
    host: '127.0.0.1',
    resourcePersistencePath: join(stateDir, 'v3'),
    cf: false,
    log: new Log(LogLevel.WARN),
    telemetry: { enabled: false },
    unsafeRuntimeEnv: mark,
  }

  const [bundle] = await Promise.all([
    bundleWorker(configPath, join(stateDir, 'bundle'), mark),
    migrated({ ...shared, d1Databases: worker.d1Databases }, join(root, 'migrations')),
  ])

  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      ...shared,
      ...worker,
      port,
      bindings: { ...readConfig({ config: configPath }).vars, ...settings },
      modules: [{ type: 'ESModule', path: bundle }],
      modulesRoot: join(stateDir, 'bundle'),
      unsafeTriggerHandlers: true,
    }),
  )
  await runtime.ready
  return runtime
}

/** Brings the database up to date in a runtime of its own, so that no request meets an old schema. */
async function migrated(
  databases: Omit<Parameters<typeof convertV4MiniflareOptions>[0], 'workers'>,
  folder: string,
): Promise<void> {
  const script = 'export default {}'
  const runtime = new Miniflare(convertV4MiniflareOptions({ ...databases, modules: true, script }))
  try {
    await migrate(await runtime.getD1Database('DB'), folder)
  } finally {
    await runtime.dispose()
  }
}

/** Bundles as a deployment does; returns the file. */
async function bundleWorker(
  configPath: string,
  folder: string,
  mark: Record<string, string>,
): Promise<string> {
  const require = createRequire(import.meta.url)
  const wrangler = join(require.resolve('wrangler/package.json'), '../bin/wrangler.js')
  const child = spawn(
    process.execPath,
    [wrangler, 'deploy', '--dry-run', '--config', configPath, '--outdir', folder],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...mark,
        WRANGLER_HIDE_BANNER: 'true',
        WRANGLER_SEND_METRICS: 'false',
        WRANGLER_LOG: 'error',
      },
    },
  )
  const [output, [code]] = await Promise.all([
    Promise.all([text(child.stdout), text(child.stderr)]),
    once(child, 'exit'),
  ])
  if (code === 0) return join(folder, 'index.js')
  throw new LocalProblem(`The Worker cannot be bundled.\n${output.join('').trim()}`)
}
