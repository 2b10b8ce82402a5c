import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LocalProblem } from './problem.ts'
import { localSettings } from './settings.ts'
import { claimStateDir, isOrphan, killLeftovers, markOf, releaseStateDir } from './state-dir.ts'

/**
 * The command behind `npm start`: the Worker alone, with everything it keeps in one directory. See
 * docs/decisions/local-runner.md.
 */
const root = resolve(import.meta.dirname, '../..')
const stateDir = resolve(process.env.STATE_DIR || join(root, '.wrangler/state'))

try {
  await run()
} catch (error) {
  console.error(error instanceof LocalProblem ? error.message : error)
  process.exit(1)
}

async function run(): Promise<void> {
  const port = portNumber(process.env.PORT || '8787')
  const url = `http://127.0.0.1:${port}`
  const settings = localSettings(process.env, join(root, '.dev.vars'))
  await claimStateDir(stateDir, url)

  process.once('exit', () => {
    killLeftovers(stateDir)
    releaseStateDir(stateDir)
  })
  // SIGHUP: the terminal was closed. `disconnect`: the program that started us as its child is gone.
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])
    process.once(event, () => process.exit(0))

  await assertFree(port)
  if (!existsSync(join(root, 'dist/pod/index.html'))) {
    throw new LocalProblem('The pod is not built yet. Run "npm run build", or start with "npm start".')
  }
  // Takes most of a second to load, and most refusals do not need it.
  const { startRuntime } = await import('./runtime.ts')
  await startRuntime({ root, stateDir, port, settings, mark: markOf(stateDir) })
  console.log(`tallypod answers on ${url}`)
  process.send?.({ url })
  await keepGoing(url)
}

/**
 * Wakes, every five seconds, the chains whose lease ran out: messages on their way are lost with the process that held
 * them.
 *
 * @throws LocalProblem where the Worker stays silent for half a minute, and where nobody is left to stop us
 */
async function keepGoing(url: string): Promise<never> {
  let silent = 0
  let complained = false
  for (;;) {
    const status = await resume(url)
    if (status === null && ++silent >= 6) {
      throw new LocalProblem(`The Worker no longer answers on ${url}. Nothing is lost: start it again.`)
    }
    if (status !== null) silent = 0
    const failed = status !== null && status >= 400
    if (failed && !complained)
      console.error(`The Worker could not look for unfinished work (status ${status}).`)
    complained = failed

    await sleep(5000)
    if (isOrphan(stateDir)) {
      throw new LocalProblem('The npm that started tallypod is gone, so tallypod stopped as well.')
    }
  }
}

/** The status of the answer; null where there is none. */
async function resume(url: string): Promise<number | null> {
  try {
    const reply = await fetch(`${url}/cdn-cgi/local/scheduled?cron=resume`, {
      signal: AbortSignal.timeout(10_000),
    })
    await reply.body?.cancel()
    return reply.status
  } catch {
    return null
  }
}

function portNumber(written: string): number {
  const port = Number(written)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new LocalProblem(`PORT must be a number from 1 to 65535; it is "${written}".`)
}

/** Waits a moment for a port that is just being given up. */
async function assertFree(port: number): Promise<void> {
  for (const until = Date.now() + 1000; !(await isFree(port)); await sleep(50)) {
    if (Date.now() < until) continue
    throw new LocalProblem(
      `Port ${port} is in use by another program. Stop it, or choose another port, e.g. PORT=${port + 1} npm start.`,
    )
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((answer) => {
    server.once('error', () => answer(false))
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)))
  })
}
