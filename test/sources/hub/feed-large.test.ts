import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { readPieces } from './feed-reading.ts'

describe('a feed of 50 MB, 25 companies with 20,000 mailboxes each', () => {
  const items = JSON.stringify(
    Array.from({ length: 20_000 }, (_, at) => ({ id: `m${at}`, name: `${'x'.repeat(75)}${at}` })),
  )
  const perCompany = [...textPieces(items, 64 * 1024)]

  function* pieces(): Generator<string> {
    yield '{"asOf":"2026-11-24","companies":['
    for (let at = 0; at < 25; at++) {
      yield `${at === 0 ? '' : ','}{"id":${at},"name":"C${at}","applications":[{"application":"office-365","quantity":20000,"items":`
      yield* perCompany
      yield '}]}'
    }
    yield ']}'
  }

  test('is never in memory as a whole', { timeout: 60_000 }, async () => {
    const before = usedMemory()
    const most = { bytes: 0 }
    let taken = 0

    await readPieces(pieces(), async (companies) => {
      taken += companies.length
      if (taken % 5 === 0) most.bytes = Math.max(most.bytes, usedMemory() - before)
    })

    expect(taken).toBe(25)
    expect(most.bytes).toBeLessThan(25_000_000)
  })

  test('comes no faster than it is taken', { timeout: 60_000 }, async () => {
    let sent = 0
    let mostAhead = 0
    let taken = 0
    function* counted(): Generator<string> {
      for (const piece of pieces()) {
        if (piece === '}]}') mostAhead = Math.max(mostAhead, ++sent - taken)
        yield piece
        if (taken === 10) return
      }
    }

    const reading = readPieces(counted(), async (companies) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      taken += companies.length
    })

    await expect(reading).rejects.toMatchObject({ failure: { kind: 'unavailable' } })
    expect(taken).toBe(10)
    expect(mostAhead).toBeLessThan(3)
  })
})

function* textPieces(text: string, size: number): Generator<string> {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size)
}

/** Bytes in use once what nobody holds any more is gone. */
function usedMemory(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed
}
