import { describe, expect, test } from 'vitest'
import { byMoney, worthOf } from '../../worker/domain/leaks.ts'
import type { ProductRules } from '../../worker/domain/wanted.ts'

test('most money comes first, what has no price last, and of the same money most licences', () => {
  const leak = (quantity: number, monthlyMinor: number | null) => ({ quantity, monthlyMinor })

  const sorted = [leak(900, null), leak(2, 0), leak(5, 3500), leak(7, 3500), leak(1, 9900), leak(950, null)]

  expect(sorted.sort(byMoney)).toEqual([
    leak(1, 9900),
    leak(7, 3500),
    leak(5, 3500),
    leak(2, 0),
    leak(950, null),
    leak(900, null),
  ])
})

describe('what use would bring in a month', () => {
  const rules = (billByCategory: boolean): ProductRules => ({
    billByCategory,
    isSplit: () => true,
    products: new Map([['kes', { all: '500', workstation: '501', server: '502', other: '503' }]]),
  })
  const prices = new Map([
    ['500', 300],
    ['501', 250],
    ['502', 900],
  ])
  const priceOf = (id: string) => prices.get(id) ?? null

  test('is the quantity times the price of its product', () => {
    expect(worthOf('kes', [{ category: 'all', quantity: 12 }], rules(false), priceOf)).toEqual({
      productId: '500',
      monthlyMinor: 3600,
    })
  })

  test('is the sum over categories where each has its own product', () => {
    const parts = [
      { category: 'workstation' as const, quantity: 10 },
      { category: 'server' as const, quantity: 2 },
    ]

    expect(worthOf('kes', parts, rules(true), priceOf)).toEqual({ productId: null, monthlyMinor: 4300 })
  })

  test('is not told where one part of it has no price', () => {
    const parts = [
      { category: 'workstation' as const, quantity: 10 },
      { category: 'other' as const, quantity: 1 },
    ]

    expect(worthOf('kes', parts, rules(true), priceOf).monthlyMinor).toBeNull()
  })

  test('is not told of an application without a product', () => {
    expect(worthOf('edr', [{ category: 'all', quantity: 12 }], rules(false), priceOf)).toEqual({
      productId: null,
      monthlyMinor: null,
    })
  })
})
