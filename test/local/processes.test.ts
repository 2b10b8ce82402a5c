import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { fromProc, fromPs } from './processes.ts'

const ways = [
  { way: '/proc', list: fromProc, works: existsSync('/proc/self/stat') },
  { way: 'ps', list: fromPs, works: spawnSync('ps', ['-p', String(process.pid)]).status === 0 },
]

let child: ChildProcess | undefined
afterEach(() => child?.kill('SIGKILL'))

describe.each(ways.filter(({ works }) => works))('$way', ({ list }) => {
  test('tells parent, command and environment of a process, alone and in the whole list', async () => {
    child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)', 'wait (for) me'], {
      env: { MARK_OF_TEST: 'a1b2' },
    })
    await once(child, 'spawn')

    const [alone] = list(child.pid)
    const inList = list().find(({ pid }) => pid === child?.pid)

    expect(alone).toMatchObject({ pid: child.pid, parent: process.pid })
    expect(alone?.command).toContain('wait (for) me')
    expect(alone?.environment).toContain('MARK_OF_TEST=a1b2')
    expect(inList).toEqual(alone)
  })

  test('tells a process from a later one by when it was started', async () => {
    child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
    await once(child, 'spawn')

    expect(list(child.pid)[0]?.started).toMatch(/\d/)
    expect(list(child.pid)).toEqual(list(child.pid))
    expect(list(process.pid)[0]?.pid).toBe(process.pid)
  })

  test('knows nothing of a process that has ended', async () => {
    child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')

    expect(list(child.pid)).toEqual([])
  })
})
