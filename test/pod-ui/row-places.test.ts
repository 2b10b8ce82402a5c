import { expect, test } from 'vitest'
import { rowAt, startsOf } from '../../pod-ui/components/row-places.ts'

const rows = ['a', 'b', 'c', 'd']

test('rows begin where those before them end, by their estimate as long as they were not measured', () => {
  expect(startsOf(rows, new Map([['b', 100]]), 40)).toEqual([0, 40, 140, 180, 220])
  expect(startsOf([], new Map(), 40)).toEqual([0])
})

test.each([
  [-500, 0],
  [0, 0],
  [39, 0],
  [40, 1],
  [139.5, 1],
  [140, 2],
  [219, 3],
  [9_000, 3],
])('%d pixels below the top lies row %i', (place, row) => {
  expect(rowAt(startsOf(rows, new Map([['b', 100]]), 40), place)).toBe(row)
})

test('an empty list has its only place at its top', () => {
  expect(rowAt([0], 70)).toBe(0)
})
