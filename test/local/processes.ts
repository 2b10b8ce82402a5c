import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

export interface ProcessInfo {
  pid: number
  parent: number
  /** Tells two processes apart that had the same pid one after the other. */
  started: string
  command: string
  /** The environment it was started with; empty for processes of other users. */
  environment: string[]
}

/** Every process of this machine that is not a zombie, or only `pid`. */
export function processes(pid?: number): ProcessInfo[] {
  return existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid)
}

/** Linux tells it in files, so that not even `ps` has to be installed. */
export function fromProc(pid?: number): ProcessInfo[] {
  const pids = pid === undefined ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [pid]
  return pids.flatMap((each) => {
    const stat = textOf(`/proc/${each}/stat`)
    // The command in brackets may hold spaces and brackets itself.
    const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Of a killed process the first thread is a zombie at once; its port is free only when the others ended, too.
    const hasEnded = /^[ZX]?$/.test(state ?? '') && !(Number(rest[15]) > 1)
    if (hasEnded) return []
    return {
      pid: Number(each),
      parent: Number(parent),
      started: `${rest[17]}`,
      command: textOf(`/proc/${each}/cmdline`).replaceAll('\0', ' ').trim(),
      environment: textOf(`/proc/${each}/environ`).split('\0').filter(Boolean),
    }
  })
}

/** For systems without `/proc`. `ps` writes the environment behind the command, so `command` holds both. */
export function fromPs(pid?: number): ProcessInfo[] {
  const columns = ['-o', 'pid=,ppid=,stat=,lstart=,command=']
  const which = pid === undefined ? ['axeww', ...columns] : ['eww', '-p', String(pid), ...columns]
  return psOutput(which)
    .split('\n')
    .flatMap((line) => {
      const [, id, parent, state, started, command] =
        /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+[\d:]+\s+\d{4})\s+(.*)$/.exec(line) ?? []
      if (id === undefined || started === undefined || command === undefined) return []
      if (state?.startsWith('Z')) return []
      return { pid: Number(id), parent: Number(parent), started, command, environment: command.split(' ') }
    })
}

/** Empty where the process is gone or not ours to look at. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Empty where no such process exists: `ps` fails then. */
function psOutput(args: string[]): string {
  try {
    return execFileSync('ps', args, {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    })
  } catch {
    return ''
  }
}
