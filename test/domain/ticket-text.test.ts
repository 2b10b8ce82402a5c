import { expect, test } from 'vitest'
import { noteText, type TicketDevice, ticketText, ticketTitle } from '../../worker/domain/ticket-text.ts'

function device(name: string, given: Partial<TicketDevice> = {}): TicketDevice {
  return {
    name,
    count: 1,
    told: 0,
    firstAt: '2026-03-04T11:00:00Z',
    lastAt: '2026-03-04T11:00:00Z',
    ...given,
  }
}

test('a title names the only device, or says how many there are', () => {
  const title = (devices: TicketDevice[]) => ticketTitle({ subject: 'Full scan is overdue', devices })

  expect(title([])).toBe('Full scan is overdue')
  expect(title([device('PC-1')])).toBe('Full scan is overdue: PC-1')
  expect(title([device('PC-1'), device('PC-2')])).toBe('Full scan is overdue: 2 devices')
})

test('a title never has more than 100 characters, and keeps its device where it can', () => {
  const long = ticketTitle({ subject: 'x'.repeat(300), devices: [device('PC-1')] })
  expect(long).toMatch(/^x+…: PC-1$/)
  expect(long.length).toBe(100)
  expect(ticketTitle({ subject: 'Scan', devices: [device('y'.repeat(300))] }).length).toBe(100)
})

test('a new ticket lists its devices, at most 100 by name', () => {
  const devices = Array.from({ length: 500 }, (_, n) => device(`PC-${n}`))

  const text = ticketText({
    subject: 'Full scan is overdue',
    example: 'Since Monday.',
    count: 500,
    told: 0,
    devices,
  })

  expect(text.split('\n').slice(0, 6)).toEqual([
    'Full scan is overdue.',
    '',
    'Since Monday.',
    '',
    '500 devices:',
    '- PC-0 (2026-03-04 11:00 UTC)',
  ])
  expect(text).toContain('- PC-99 ')
  expect(text).not.toContain('- PC-100 ')
  expect(text).toContain('- and 400 more')
})

test('a note tells what is new, with all that happened', () => {
  const text = noteText({
    subject: 'Malicious object found',
    example: '',
    count: 40,
    told: 28,
    devices: [
      device('PC-1', { count: 30, told: 20, lastAt: '2026-03-04T11:59:30Z' }),
      device('PC-2', { count: 8, told: 8 }),
      device('PC-3', { count: 2, told: 0 }),
    ],
  })

  expect(text.split('\n')).toEqual([
    'It happened 12 times more, 40 times in all.',
    '',
    '2 devices:',
    '- PC-1, 10 times (last 2026-03-04 11:59 UTC)',
    '- PC-3, 2 times (2026-03-04 11:00 UTC)',
  ])
})
