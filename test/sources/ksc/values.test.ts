import { expect, test } from 'vitest'
import { UtcDay, unwrapped, WholeNumber } from '../../../worker/sources/ksc/values.ts'

test('values lose their wrappers at every depth', () => {
  const row = {
    KLLIC_LIMIT_DATE: { type: 'datetime', value: '2026-05-01T00:00:00Z' },
    KLLIC_APP_IDS: { type: 'params', value: { id: { type: 'long', value: '9007199254740991' } } },
    KLLIC_KEY_TYPE: 1,
  }

  expect(unwrapped({ pData: { rows: [{ type: 'params', value: row }, null] } })).toEqual({
    pData: {
      rows: [
        {
          KLLIC_LIMIT_DATE: '2026-05-01T00:00:00Z',
          KLLIC_APP_IDS: { id: '9007199254740991' },
          KLLIC_KEY_TYPE: 1,
        },
        null,
      ],
    },
  })
})

test('a container that only looks like a wrapper stays', () => {
  const containers = [
    { type: 'Workstation', value: 3 },
    { type: 'long', value: 3, unit: 'days' },
    { type: 'long' },
  ]

  expect(unwrapped(containers)).toEqual(containers)
})

test.each([
  ['2026-05-01T23:59:59Z', '2026-05-01'],
  ['2026-05-01', '2026-05-01'],
  ['', null],
])('the day of "%s" is %s', (text, day) => {
  expect(UtcDay.parse(text)).toBe(day)
})

test.each(['01.05.2026', '2026-05-01T00:00:00+02:00', 'never'])('"%s" is no date we know', (text) => {
  expect(UtcDay.safeParse(text).success).toBe(false)
})

test('a long number may come as text', () => {
  expect([WholeNumber.parse(91), WholeNumber.parse('91'), WholeNumber.parse('-1')]).toEqual([91, 91, -1])
  expect(WholeNumber.safeParse('91 keys').success).toBe(false)
})
