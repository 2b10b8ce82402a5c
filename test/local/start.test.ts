import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { processes } from './processes.ts'
import { endLeftovers, marked } from './state-dir.ts'
import { freePort, startWorker } from './worker.ts'

const env = {
  ADMIN_TOKEN: randomBytes(32).toString('hex'),
  CREDENTIALS_KEY: randomBytes(32).toString('base64'),
  SESSION_KEY: randomBytes(32).toString('base64'),
}

const stateDirs: string[] = []
afterEach(async () => {
  await Promise.all(stateDirs.splice(0).map(endLeftovers))
})

test('the Worker answers, and nothing of it is left when it was stopped', async () => {
  const stateDir = await newStateDir()
  const worker = await startWorker({ stateDir, env })

  expect(await health(worker.url)).toBe(200)
  expect(worker.output()).toBe(`tallypod answers on ${worker.url}\n`)

  await worker.stop()

  expect(await worker.exited).toEqual({ code: 0, signal: null })
  expect(marked(stateDir)).toEqual([])
  expect(await health(worker.url)).toBeNull()
})

test('no secret stands on a command line', async () => {
  const worker = await startWorker({ stateDir: await newStateDir(), env })

  const commands = processes().map(({ command }) => command)

  expect(commands.some((command) => command.includes('workerd serve'))).toBe(true)
  for (const secret of Object.values(env)) {
    expect(commands.filter((command) => command.includes(secret))).toEqual([])
  }
  await worker.stop()
})

test('the cron can be fired by hand, before and after the Worker was killed with everything it had', async () => {
  const stateDir = await newStateDir()
  const worker = await startWorker({ stateDir, env })
  await configure(worker.url, 'Asia/Tokyo')

  await worker.crash()
  expect(await health(worker.url)).toBeNull()
  const next = await startWorker({ stateDir, env, port: worker.port })

  expect(await timeZone(next.url)).toBe('Asia/Tokyo')
  const tick = await fetch(`${next.url}/cdn-cgi/local/scheduled?cron=*/15+*+*+*+*&time=1772334000000`)
  expect(tick.status).toBe(200)
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
})

test('a workerd that is killed comes back by itself with what it knew', async () => {
  const stateDir = await newStateDir()
  const worker = await startWorker({ stateDir, env })
  await configure(worker.url, 'Asia/Tokyo')

  for (const { pid } of marked(stateDir)) process.kill(pid, 'SIGKILL')

  await expect.poll(() => health(worker.url), { timeout: 10_000 }).toBe(200)
  expect(await timeZone(worker.url)).toBe('Asia/Tokyo')
  await worker.stop()
})

test('a second one on the same directory or port says so, ends with 1 and leaves the first alone', async () => {
  const stateDir = await newStateDir()
  const worker = await startWorker({ stateDir, env })

  const sameDirectory = await npmStart({ STATE_DIR: stateDir, PORT: `${await freePort()}` }).ended
  const samePort = await npmStart({ STATE_DIR: await newStateDir(), PORT: `${worker.port}` }).ended

  expect(sameDirectory.code).toBe(1)
  expect(sameDirectory.output).toContain(`already runs on ${stateDir}: process ${worker.pid}`)
  expect(samePort.code).toBe(1)
  expect(samePort.output).toContain(`Port ${worker.port} is in use by another program.`)
  expect(await health(worker.url)).toBe(200)
  await worker.stop()
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
  await first.answers
  await configure(url, 'Asia/Tokyo')

  first.npm.kill('SIGKILL')
  await once(first.npm, 'exit')
  const second = npmStart(settings)
  await second.answers

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

/** Runs `npm start`; `answers` settles when it says so, `ended` when it has ended. */
function npmStart(settings: Record<string, string>) {
  const npm = spawn('npm', ['--silent', 'start'], {
    cwd: resolve(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, ...settings },
  })
  const ended = Promise.all([once(npm, 'exit'), text(npm.stdout), text(npm.stderr)]).then(
    ([[code], out, err]) => ({ code: Number(code), output: `${out}${err}` }),
  )
  const answers = new Promise<void>((resolveAnswers) => {
    npm.stdout.on('data', (part: Buffer) => {
      if (part.includes('tallypod answers on')) resolveAnswers()
    })
  })
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

const administrator = { authorization: `Bearer ${env.ADMIN_TOKEN}`, 'content-type': 'application/json' }

async function configure(url: string, zone: string): Promise<void> {
  const reply = await fetch(`${url}/api/config`, {
    method: 'PUT',
    headers: administrator,
    body: JSON.stringify({
      version: 1,
      settings: { timeZone: zone, dailyRunAt: '03:00', approval: 'automatic' },
      connections: [],
      companies: [],
      products: [],
    }),
  })
  expect(reply.status, await reply.text()).toBe(200)
}

async function timeZone(url: string): Promise<unknown> {
  const reply = await fetch(`${url}/api/config`, { headers: administrator })
  const document: { settings: { timeZone: string } } = await reply.json()
  return document.settings.timeZone
}
