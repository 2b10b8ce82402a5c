import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { settingNames } from './settings.ts'
import { endLeftovers } from './state-dir.ts'

export interface LocalWorker {
  /** `http://127.0.0.1:…`, without a slash at its end. */
  url: string
  port: number
  /** Of the Node process that looks after workerd; a SIGKILL to it leaves workerd running, as in real life. */
  pid: number
  /** Sends a signal to that Node process alone and settles when it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** SIGKILL to Node and workerd at once, as when the machine loses power. */
  crash(): Promise<void>
  /** Ends both in good order. Does nothing where they have ended already. */
  stop(): Promise<void>
  /** Settles when the Node process has ended, however it ended. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** What it printed so far, the Worker's own log lines included. */
  output(): string
}

/**
 * Starts the Worker in processes of its own, as `npm start` does, and settles when it answers.
 *
 * To go on after a `kill` or `crash`, start again with the same `stateDir` and `port`: what was left running is ended
 * first. It also ends when the calling process does, even by SIGKILL.
 *
 * ```ts
 * const worker = await startWorker({ stateDir: await mkdtemp(join(tmpdir(), 'tallypod-')), env: { ADMIN_TOKEN, … } })
 * await fetch(`${worker.url}/api/health`)
 * await fetch(`${worker.url}/cdn-cgi/local/scheduled?cron=*\/15+*+*+*+*&time=${Date.parse('2026-03-01T03:00:00Z')}`)
 * await worker.stop()
 * ```
 *
 * @param options.port default: one that is free at the moment
 * @param options.env the Worker's settings, e.g. `ADMIN_TOKEN`; nothing is taken from `.dev.vars` for the known names
 * @throws Error with what it printed, where it ended instead of answering
 */
export async function startWorker(options: {
  port?: number
  stateDir: string
  env: Record<string, string>
}): Promise<LocalWorker> {
  const { stateDir, env } = options
  const port = options.port ?? (await freePort())
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.ts')], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      ...Object.fromEntries(settingNames.map((name) => [name, ''])),
      ...env,
      PORT: String(port),
      STATE_DIR: stateDir,
    },
  })
  const output = collectOutput(child)
  const exited = once(child, 'exit').then(([code, signal]: (number | NodeJS.Signals | null)[]) => ({
    code: typeof code === 'number' ? code : null,
    signal: typeof signal === 'string' ? signal : null,
  }))

  const ready = await Promise.race([once(child, 'message'), exited])
  if (!Array.isArray(ready) || child.pid === undefined) {
    throw new Error(`The Worker did not start.\n${output()}`)
  }
  const [{ url }] = z
    .tuple([z.object({ url: z.string() })])
    .rest(z.unknown())
    .parse(ready)

  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
  }
  return {
    url,
    port,
    pid: child.pid,
    exited,
    output,
    kill,
    crash: async () => {
      await Promise.all([kill('SIGKILL'), endLeftovers(stateDir)])
      await endLeftovers(stateDir)
    },
    stop: async () => {
      await Promise.race([kill('SIGTERM'), sleep(10_000, undefined, { ref: false })])
      await kill('SIGKILL')
      await endLeftovers(stateDir)
    },
  }
}

/** A port that nobody listens on; another program may take it before it is used, which is rare. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('The system gave no port.')
  return address.port
}

function collectOutput(child: ChildProcess): () => string {
  const parts: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => parts.push(part))
  }
  return () => parts.join('')
}
