import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { apiClient } from '../support/client.ts'
import { workerSecrets } from '../support/secrets.ts'
import { processes } from './processes.ts'
import { endLeftovers, marked } from './state-dir.ts'
import { freePort, type LocalWorker, startWorker } from './worker.ts'

const env = workerSecrets

const stateDirs: string[] = []
afterAll(async () => {
  await Promise.all(stateDirs.splice(0).map(endLeftovers))
})

describe('a Worker that is left alone', () => {
  let worker: LocalWorker
  let stateDir: string
  beforeAll(async () => {
    stateDir = await newStateDir()
    worker = await startWorker({ stateDir, env })
  })
  afterAll(() => worker.stop())

  test('says in one line where it answers, and answers there', async () => {
    expect(worker.output()).toBe(`tallypod answers on ${worker.url}\n`)
    expect(await health(worker.url)).toBe(200)
  })

  test('lets the cron be fired by hand', async () => {
    const at = Date.parse('2026-03-01T03:00:00Z')

    const tick = await fetch(`${worker.url}/cdn-cgi/local/scheduled?cron=*/15+*+*+*+*&time=${at}`)

    expect(tick.status).toBe(200)
  })

  test('has no secret on a command line', () => {
    const commands = processes().map(({ command }) => command)

    expect(commands.some((command) => command.includes('workerd serve'))).toBe(true)
    for (const secret of Object.values(env)) {
      expect(commands.filter((command) => command.includes(secret))).toEqual([])
    }
  })

  test('is not disturbed by a second one on its directory, which says so and ends with 1', async () => {
    const { code, output } = await npmStart({ STATE_DIR: stateDir, PORT: `${await freePort()}` }).ended

    expect(code).toBe(1)
    expect(output).toContain(`already runs on ${stateDir}: process ${worker.pid}`)
    expect(await health(worker.url)).toBe(200)
  })

  test('is not disturbed by a second one on its port, which says so and ends with 1', async () => {
    const { code, output } = await npmStart({ STATE_DIR: await newStateDir(), PORT: `${worker.port}` }).ended

    expect(code).toBe(1)
    expect(output).toContain(`Port ${worker.port} is in use by another program.`)
    expect(await health(worker.url)).toBe(200)
  })

  test('comes back by itself with what it knew when its workerd is killed', async () => {
    await configure(worker.url, 'Asia/Tokyo')

    for (const { pid } of marked(stateDir)) process.kill(pid, 'SIGKILL')

    await expect.poll(() => health(worker.url), { timeout: 10_000 }).toBe(200)
    expect(await timeZone(worker.url)).toBe('Asia/Tokyo')
  })
})

test('after a SIGKILL of everything at once, the next one knows every answered write', async () => {
  const stateDir = await newStateDir()
  const worker = await startWorker({ stateDir, env })
  await configure(worker.url, 'Asia/Tokyo')

  await worker.crash()
  expect(await health(worker.url)).toBeNull()
  const next = await startWorker({ stateDir, env, port: worker.port })

  expect(await timeZone(next.url)).toBe('Asia/Tokyo')
  await next.stop()
})

test('after a SIGKILL of Node alone, the workerd it left is ended before the next one starts', async () => {
  const stateDir = await newStateDir()
  const worker = await startWorker({ stateDir, env })
  await configure(worker.url, 'Asia/Tokyo')

  await worker.kill('SIGKILL')
  const left = marked(stateDir)
  expect(left).toHaveLength(1)
  expect(await health(worker.url)).toBe(200)
  const next = await startWorker({ stateDir, env, port: worker.port })

  expect(processes(left[0]?.pid)).toEqual([])
  expect(await timeZone(next.url)).toBe('Asia/Tokyo')
  await next.stop()
  expect(await next.exited).toEqual({ code: 0, signal: null })
  expect(marked(stateDir)).toEqual([])
  expect(await health(next.url)).toBeNull()
})

test('without its settings it names them, ends with 1 and has started nothing', async () => {
  const stateDir = join(await newStateDir(), 'not-made')

  const { code, output } = await npmStart({ STATE_DIR: stateDir, ADMIN_TOKEN: '', SESSION_KEY: '' }).ended

  expect(code).toBe(1)
  expect(output).toContain('ADMIN_TOKEN is missing.\nSESSION_KEY is missing.\n')
  expect(existsSync(stateDir)).toBe(false)
})

test('when npm is killed, the next npm start on the same directory and port takes over', async () => {
  const settings = { STATE_DIR: await newStateDir(), PORT: `${await freePort()}` }
  const url = `http://127.0.0.1:${settings.PORT}`
  const first = npmStart(settings)
  await first.answers()
  await configure(url, 'Asia/Tokyo')

  first.npm.kill('SIGKILL')
  await once(first.npm, 'exit')
  const second = npmStart(settings)
  await second.answers()

  expect(await timeZone(url)).toBe('Asia/Tokyo')
  second.npm.kill('SIGTERM')
  await second.ended
  expect(marked(settings.STATE_DIR)).toEqual([])
})

async function newStateDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tallypod-'))
  stateDirs.push(directory)
  return directory
}

/** Runs `npm start`; `answers` waits until it says so, `ended` settles when it and all that wrote to its output ended. */
function npmStart(settings: Record<string, string>) {
  const npm = spawn('npm', ['--silent', 'start'], {
    cwd: resolve(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, ...settings },
  })
  const printed: string[] = []
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => printed.push(part))
  }
  const output = () => printed.join('')
  const ended = once(npm, 'close').then(([code]) => ({ code: Number(code), output: output() }))
  const answers = () => expect.poll(output, { timeout: 20_000 }).toContain('tallypod answers on')
  return { npm, answers, ended }
}

/** The status of the health check, or null where nobody answers. */
async function health(url: string): Promise<number | null> {
  try {
    return (await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5000) })).status
  } catch {
    await sleep(20)
    return null
  }
}

async function configure(url: string, zone: string): Promise<void> {
  await apiClient(url, env.ADMIN_TOKEN).configure({
    version: 1,
    settings: { timeZone: zone, dailyRunAt: '03:00', approval: 'automatic' },
    connections: [],
    companies: [],
    products: [],
  })
}

async function timeZone(url: string): Promise<string> {
  const answer = await apiClient(url, env.ADMIN_TOKEN).call('GET', '/api/config')
  return z.object({ settings: z.object({ timeZone: z.string() }) }).parse(answer).settings.timeZone
}
