import { expect, test } from 'vitest'
import { secondsUntilDone } from '../../worker/domain/progress.ts'

const startedAt = '2026-03-02T03:00:00.000Z'
const after = (seconds: number) => new Date(Date.parse(startedAt) + seconds * 1000)
const of = (done: number, total: number) => ({ done, total })

test('1,000 of 4,000 tenants in 60 seconds leave 180', () => {
  const progress = { tenants: of(1_000, 4_000), companies: of(1_000, 4_000) }

  expect(secondsUntilDone(progress, startedAt, after(60))).toBe(180)
})

test('billing that is slower than reading sets the time: a tenth of the companies in 60 seconds leaves 540', () => {
  const progress = { tenants: of(4_000, 4_000), companies: of(100, 1_000) }

  expect(secondsUntilDone(progress, startedAt, after(60))).toBe(540)
})

test('reading that is slower than billing sets it as well', () => {
  const progress = { tenants: of(100, 1_000), companies: of(50, 60) }

  expect(secondsUntilDone(progress, startedAt, after(60))).toBe(540)
})

test.each([
  ['in the first 5 seconds', of(50, 100), of(50, 100), 4.9],
  ['before the first tenant', of(0, 100), of(0, 100), 60],
  ['before the first company', of(50, 100), of(0, 100), 60],
  ['as long as there is nothing to do', of(0, 0), of(0, 0), 60],
])('%s it cannot be told', (_, tenants, companies, seconds) => {
  expect(secondsUntilDone({ tenants, companies }, startedAt, after(seconds))).toBeNull()
})

test('nothing is left where all is done, and where nobody is billed only reading takes time', () => {
  const done = { tenants: of(100, 100), companies: of(90, 90) }
  const unbilled = { tenants: of(50, 100), companies: of(0, 0) }

  expect(secondsUntilDone(done, startedAt, after(60))).toBe(0)
  expect(secondsUntilDone(unbilled, startedAt, after(60))).toBe(60)
})
