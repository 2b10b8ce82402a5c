import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { LocalProblem } from './problem.ts'
import { type ProcessInfo, processes } from './processes.ts'

const Identity = z.object({ pid: z.number(), started: z.string() })
type Identity = z.output<typeof Identity>

const Claim = z.object({ ...Identity.shape, url: z.string(), owner: Identity.nullable() })

/**
 * Takes a state directory for this process: two Workers on one database would both believe to be the only one. What a
 * killed predecessor left running is ended first.
 *
 * @throws LocalProblem where a living tallypod has it
 */
export async function claimStateDir(stateDir: string, url: string): Promise<void> {
  mkdirSync(stateDir, { recursive: true })
  const before = readClaim(stateDir)
  if (before !== null && isAlive(before)) {
    if (before.owner === null || isAlive(before.owner)) {
      throw new LocalProblem(
        `tallypod already runs on ${stateDir}: process ${before.pid}, ${before.url}. Nothing was changed. Stop that one first, or choose another directory with STATE_DIR and another PORT.`,
      )
    }
    process.kill(before.pid, 'SIGKILL')
    await gone(before)
  }
  await endLeftovers(stateDir)
  rmSync(claimFile(stateDir), { force: true })

  const claim = { ...identityOf(process.pid), url, owner: ownerOfThisProcess() }
  try {
    writeFileSync(claimFile(stateDir), JSON.stringify(claim), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    throw new LocalProblem(`Another tallypod is starting on ${stateDir} at this moment.`, {
      cause: error,
    })
  }
}

export function releaseStateDir(stateDir: string): void {
  rmSync(claimFile(stateDir), { force: true })
}

/** What a child of this process carries in its environment, so that it can be found when we are no more. */
export function markOf(stateDir: string): Record<string, string> {
  return { TALLYPOD_LOCAL: createHash('sha256').update(stateDir).digest('hex').slice(0, 24) }
}

/** The processes that carry the mark of `stateDir`: runtimes that hold its port and database files. */
export function marked(stateDir: string): ProcessInfo[] {
  const [mark] = Object.entries(markOf(stateDir)).map(([name, value]) => `${name}=${value}`)
  return processes().filter(({ environment }) => environment.some((entry) => entry === mark))
}

/** Ends every process that carries the mark of `stateDir`. Safe to repeat; an answered write is on the disk already. */
export async function endLeftovers(stateDir: string): Promise<void> {
  for (let left = killLeftovers(stateDir); left.length > 0; left = killLeftovers(stateDir)) {
    for (const each of left) await gone(each)
  }
}

/** As `endLeftovers`, without waiting: the last thing that an ending process can still do. Returns what it killed. */
export function killLeftovers(stateDir: string): ProcessInfo[] {
  const left = marked(stateDir)
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself in between.
    }
  }
  return left
}

/**
 * Whose end is our end. npm does not pass a SIGKILL on; without it we would hold the port with nobody to stop us. Null
 * where we were started by hand, e.g. with nohup from a shell that may go.
 */
function ownerOfThisProcess(): Identity | null {
  if (process.env.npm_lifecycle_event === undefined) return null
  let [owner] = processes(process.ppid)
  while (owner !== undefined && /^\S*sh -c /.test(owner.command)) [owner] = processes(owner.parent)
  return owner === undefined ? null : { pid: owner.pid, started: owner.started }
}

/** Whether the npm that started this process was killed. */
export function isOrphan(stateDir: string): boolean {
  const owner = readClaim(stateDir)?.owner ?? null
  return owner !== null && !isAlive(owner)
}

function claimFile(stateDir: string): string {
  return join(stateDir, 'tallypod.pid')
}

/** Null where there is none, or where it was being written when the machine stopped. */
function readClaim(stateDir: string): z.output<typeof Claim> | null {
  try {
    return Claim.parse(JSON.parse(readFileSync(claimFile(stateDir), 'utf8')))
  } catch {
    return null
  }
}

function identityOf(pid: number): Identity {
  return { pid, started: processes(pid)[0]?.started ?? '' }
}

function isAlive({ pid, started }: Identity): boolean {
  return processes(pid).some((other) => other.started === started)
}

/** Waits for the process itself: its environment goes before its port does. */
async function gone(dying: Identity): Promise<void> {
  for (const until = Date.now() + 10_000; isAlive(dying); await sleep(20)) {
    if (Date.now() > until) {
      throw new LocalProblem(`Process ${dying.pid} of an earlier tallypod does not end. End it by hand.`)
    }
  }
}
