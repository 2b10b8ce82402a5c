import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isReadTooCoarsely,
  lineKey,
  productFor,
  productsInUse,
  sameUse,
  wantedLines,
} from '../../worker/domain/wanted.ts'
import { part, productRules, quantitiesOf, tenantUse } from '../support/planning.ts'

describe('what a line should bill', () => {
  test('is summed over tenants and applications that share a product', () => {
    const rules = productRules({ kes: { all: '501' }, edr: { all: '501' }, 'mail-server': { all: '502' } })

    const lines = wantedLines(
      [
        tenantUse('ksc/anna', [
          ['kes', 40],
          ['edr', 5],
          ['mail-server', 7],
        ]),
        tenantUse('hub/anna', [['kes', 8]]),
      ],
      rules,
      [],
    )

    expect(lines).toMatchObject([
      {
        productId: '501',
        quantity: 53,
        parts: [
          { tenant: 'ksc/anna', application: 'kes', quantity: 40 },
          { tenant: 'ksc/anna', application: 'edr', quantity: 5 },
          { tenant: 'hub/anna', application: 'kes', quantity: 8 },
        ],
      },
      { productId: '502', quantity: 7 },
    ])
  })

  test('is told apart by agreement', () => {
    const tenants = [
      tenantUse('ksc/anna', [['kes', 40]]),
      tenantUse('hub/anna', [['kes', 8]], { agreementId: '32' }),
    ]

    expect(quantitiesOf(tenants, productRules({ kes: { all: '501' } }))).toEqual({
      '31/501': 40,
      '32/501': 8,
    })
  })

  test('leaves out applications that are not mapped', () => {
    const tenant = tenantUse('ksc/anna', [
      ['edr', 5],
      ['kes', 3],
    ])

    const rules = productRules({ 'office-365': { all: '503' }, kes: { all: null } })

    expect(quantitiesOf([tenant], rules)).toEqual({})
  })

  test('has the use of tenants that are gone in its sum, and says how much that is', () => {
    const tenants = [
      tenantUse('ksc/anna', [['kes', 40]]),
      tenantUse('hub/anna', [['kes', 8]], { gone: true }),
    ]

    const [line] = wantedLines(tenants, productRules({ kes: { all: '501' } }), [])

    expect(line).toMatchObject({ quantity: 48, goneQuantity: 8 })
  })
})

describe('a line of ours whose use vanished', () => {
  const rules = productRules({ kes: { all: '501' } })
  const nothingUsed = [tenantUse('ksc/anna', [], { manualQuantity: 'overwrite' })]

  test('should bill nothing', () => {
    expect(wantedLines(nothingUsed, rules, [{ agreementId: '31', productId: '501' }])).toEqual([
      {
        agreementId: '31',
        productId: '501',
        quantity: 0,
        goneQuantity: 0,
        manualQuantity: 'overwrite',
        priceLevelId: null,
        parts: [],
      },
    ])
  })

  test('is left behind once its product bills no application any more', () => {
    expect(quantitiesOf(nothingUsed, rules, [{ agreementId: '31', productId: '502' }])).toEqual({})
  })

  test('is left behind once no tenant is billed with its agreement any more', () => {
    expect(quantitiesOf(nothingUsed, rules, [{ agreementId: '32', productId: '501' }])).toEqual({})
    expect(quantitiesOf([], rules, [{ agreementId: '31', productId: '501' }])).toEqual({})
  })
})

describe('billing by category', () => {
  const products = {
    kes: { all: '500', workstation: '501', server: '502', other: '503' },
    'mail-server': { all: '510' },
  }

  test('has a line for each category, and one where an application is not split', () => {
    const tenants = [
      tenantUse('ksc/anna', [
        ['kes', 30, 'workstation'],
        ['kes', 6, 'server'],
        ['kes', 4, 'other'],
        ['mail-server', 9],
      ]),
    ]

    expect(quantitiesOf(tenants, productRules(products, true))).toEqual({
      '31/501': 30,
      '31/502': 6,
      '31/503': 4,
      '31/510': 9,
    })
    expect(quantitiesOf(tenants, productRules(products, false))).toEqual({ '31/500': 40, '31/510': 9 })
  })

  test('leaves out a category that has no product', () => {
    const tenants = [
      tenantUse('ksc/anna', [
        ['kes', 30, 'workstation'],
        ['kes', 6, 'server'],
      ]),
    ]

    expect(quantitiesOf(tenants, productRules({ kes: { workstation: '501' } }, true))).toEqual({
      '31/501': 30,
    })
  })

  test('needs devices to be told apart, of mapped applications that are split', () => {
    const split = productRules(products, true)

    expect(productFor('kes', 'all', split)).toBeNull()
    expect(isReadTooCoarsely({ application: 'kes', category: 'all' }, split)).toBe(true)
    expect(isReadTooCoarsely({ application: 'kes', category: 'server' }, split)).toBe(false)
    expect(isReadTooCoarsely({ application: 'mail-server', category: 'all' }, split)).toBe(false)
    expect(isReadTooCoarsely({ application: 'edr', category: 'all' }, split)).toBe(false)
    expect(isReadTooCoarsely({ application: 'kes', category: 'all' }, productRules(products, false))).toBe(
      false,
    )
  })

  test('uses the products of the mode that is on', () => {
    expect([...productsInUse(productRules(products, true))]).toEqual(['501', '502', '503', '510'])
    expect([...productsInUse(productRules(products, false))]).toEqual(['500', '510'])
  })

  test('bills as much as the total, however devices spread over categories and products', () => {
    const devices = fc.nat({ max: 500 })
    const product = fc.constantFrom('501', '502', '503')
    fc.assert(
      fc.property(devices, devices, devices, product, product, product, (ws, server, other, p, q, r) => {
        const kes = { all: '500', workstation: p, server: q, other: r }
        const tenants = [
          tenantUse('ksc/anna', [
            ['kes', ws, 'workstation'],
            ['kes', server, 'server'],
            ['kes', other, 'other'],
          ]),
        ]

        const sumOf = (split: boolean) =>
          Object.values(quantitiesOf(tenants, productRules({ kes }, split))).reduce(
            (sum, one) => sum + one,
            0,
          )

        expect(sumOf(true)).toBe(ws + server + other)
        expect(sumOf(false)).toBe(ws + server + other)
      }),
    )
  })
})

test('a line is named by agreement and product, which never run into each other', () => {
  expect(lineKey({ agreementId: '3', productId: '1501' })).not.toBe(
    lineKey({ agreementId: '31', productId: '501' }),
  )
})

test('use is the same for one tenant, application and category; the whole covers each category', () => {
  const workstations = part(30, { category: 'workstation' })

  expect(sameUse(workstations, part(7, { category: 'workstation' }))).toBe(true)
  expect(sameUse(workstations, part(36, { category: 'all' }))).toBe(true)
  expect(sameUse(part(36, { category: 'all' }), workstations)).toBe(true)
  expect(sameUse(workstations, part(30, { category: 'server' }))).toBe(false)
  expect(sameUse(workstations, part(30, { category: 'workstation', tenant: 'hub/anna' }))).toBe(false)
  expect(sameUse(workstations, part(30, { category: 'workstation', application: 'edr' }))).toBe(false)
})
