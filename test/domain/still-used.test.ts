import { expect, test } from 'vitest'
import { stillUsed } from '../../worker/domain/still-used.ts'
import type { Part, WantedLine } from '../../worker/domain/wanted.ts'

function part(quantity: number, more: Partial<Part> = {}): Part {
  return { tenant: 'ksc/acme', application: 'kes-business-advanced', category: 'all', quantity, ...more }
}

function wanted(...parts: Part[]): WantedLine {
  return {
    agreementId: '31',
    productId: '501',
    quantity: parts.reduce((sum, { quantity }) => sum + quantity, 0),
    goneQuantity: 0,
    manualQuantity: 'ask',
    priceLevelId: null,
    parts,
  }
}

test('a line that billed 40 and that nothing wants shows the 42 that are used now', () => {
  const use = [part(42), part(7, { application: 'edr-optimum' }), part(9, { tenant: 'ksc/bakery' })]

  expect(stillUsed([part(40)], use, [])).toBe(42)
})

test('use that another line is wanted for is left to that line', () => {
  const use = [part(30, { category: 'workstation' }), part(12, { category: 'server' })]

  expect(stillUsed([part(40)], use, [wanted(part(30, { category: 'workstation' }))])).toBe(12)
})

test('a line that was set to 0 uses nothing of what it billed before', () => {
  expect(stillUsed([part(0)], [part(42)], [])).toBe(0)
  expect(stillUsed([], [part(42)], [])).toBe(0)
})

test('use that two parts of a line speak of counts once', () => {
  const parts = [part(30, { category: 'workstation' }), part(12, { category: 'server' })]

  expect(stillUsed(parts, [part(42)], [])).toBe(42)
})
