import fc from 'fast-check'
import { expect, test } from 'vitest'
import { minorUnits } from '../../worker/domain/money.ts'

test.each([
  ['3', 300],
  ['3.5', 350],
  ['0.07', 7],
  ['19.99', 1999],
  ['1.005', 101],
  ['1.0049', 100],
  ['0.999', 100],
  ['-2.5', -250],
  [' 4.20 ', 420],
])('%s is %i hundredths', (decimal, minor) => {
  expect(minorUnits(decimal)).toBe(minor)
})

test.each(['', '1e-7', '1,5', '.5', '1.', 'free', '1234567890123'])('"%s" is no price', (decimal) => {
  expect(minorUnits(decimal)).toBeNull()
})

test('every price with two places comes out digit by digit', () => {
  const minor = fc.integer({ min: 0, max: 99_999_999_999_999 })

  fc.assert(
    fc.property(minor, (units) => {
      const digits = `${units}`.padStart(3, '0')
      expect(minorUnits(`${digits.slice(0, -2)}.${digits.slice(-2)}`)).toBe(units)
    }),
  )
})
