import { expect, test } from 'vitest'
import { type TicketNow, ticketStep } from '../../worker/domain/ticket-step.ts'

const now = Date.parse('2026-03-04T12:00:00Z')
const minute = 60_000

function step(given: Partial<TicketNow>) {
  return ticketStep({ state: 'open', wanted: 'open', count: 1, told: 1, notedMs: null, ...given }, now)
}

test.each([
  [{ state: 'planned' }, 'create'],
  [{ state: 'planned', wanted: 'closed' }, 'drop'],
  [{ state: 'sending' }, 'settle'],
  [{ state: 'unknown', wanted: 'closed' }, 'settle'],
  [{ state: 'open' }, null],
  [{ state: 'open', wanted: 'closed' }, 'close'],
  [{ state: 'closed', wanted: 'closed' }, null],
  [{ state: 'closed', wanted: 'open' }, 'reopen'],
  [{ state: 'dropped', wanted: 'closed' }, null],
] as [Partial<TicketNow>, ReturnType<typeof ticketStep>][])('%j: %s', (given, expected) => {
  expect(step(given)).toBe(expected)
})

test('what happens again is noted at once, and then once an hour', () => {
  expect(step({ count: 2 })).toBe('note')
  expect(step({ count: 9, told: 2, notedMs: now - 59 * minute })).toBeNull()
  expect(step({ count: 9, told: 2, notedMs: now - 60 * minute })).toBe('note')
  expect(step({ count: 9, told: 9, notedMs: now - 600 * minute })).toBeNull()
})
