import { describe, expect, test } from 'vitest'
import { filterOf } from './filter.ts'
import type { Params } from './params.ts'
import { PxgError } from './pxg-error.ts'

describe('filters', () => {
  const row: Params = { a: 3, b: 'PC-17', c: { type: 'long', value: 40_001 } }

  test.each([
    ['', true],
    ['(a=3)', true],
    ['(a <> 3)', false],
    ['(c>40000)', true],
    ['(c>=40002)', false],
    ['(b="pc-*")', true],
    ['(b="PC-1?")', true],
    ['(b="PC")', false],
    ['(&(a=3)(b="*17"))', true],
    ['(&(a=3)(b="x"))', false],
    ['(|(a=4)(b="*17"))', true],
    ['(!(a=4))', true],
    ['(&(c>40000)(|(a=1)(a=3)))', true],
  ])('%s: %s', (filter, expected) => {
    expect(filterOf(filter)(row)).toBe(expected)
  })

  test.each(['a=3', '(a=3', '(a~3)', '(&)', '(!(a=1)(a=2))', '(a=3)(b="x")', '(b>"x")'])(
    '%s is refused',
    (filter) => {
      expect(() => filterOf(filter)(row)).toThrow(PxgError)
    },
  )
})
