import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OwnLine } from '../../worker/domain/replacement.ts'
import { restingLines } from '../../worker/domain/resting-lines.ts'
import { lineKey, type Part, type WantedLine } from '../../worker/domain/wanted.ts'

type Use = [tenant: string, application: string, category?: Part['category']]

function parts(uses: Use[]): Part[] {
  return uses.map(([tenant, application, category = 'all']) => ({
    tenant,
    application,
    category,
    quantity: 5,
  }))
}

function wanted(productId: string, uses: Use[], agreementId = '31'): WantedLine {
  return {
    agreementId,
    productId,
    quantity: uses.length * 5,
    goneQuantity: 0,
    manualQuantity: 'ask',
    priceLevelId: null,
    parts: parts(uses),
  }
}

function own(productId: string, uses: Use[], agreementId = '31'): OwnLine {
  return {
    agreementId,
    productId,
    lineId: `l-${productId}`,
    written: uses.length * 5,
    priceLevelId: null,
    parts: parts(uses),
  }
}

function resting(lines: WantedLine[], ours: OwnLine[], unsure = ['hub/acme']) {
  return [...restingLines(new Set(unsure), lines, ours)]
    .map((key): unknown => JSON.parse(key))
    .map((key) => (Array.isArray(key) ? key[1] : null))
    .sort()
}

describe('while the report of a workspace is too old', () => {
  test('the line that only its virtual server feeds can be planned', () => {
    const lines = [wanted('501', [['ksc/acme', 'kes']]), wanted('510', [['hub/acme', 'kes-cloud']])]

    expect(resting(lines, [])).toEqual(['510'])
  })

  test('a line that both feed stays as it is', () => {
    const lines = [
      wanted('501', [
        ['ksc/acme', 'kes'],
        ['hub/acme', 'kes'],
      ]),
    ]

    expect(resting(lines, [])).toEqual(['501'])
  })

  test('a line that it was billed with stays, though it is mapped to another now', () => {
    const lines = [wanted('510', [['hub/acme', 'kes-cloud']])]

    expect(resting(lines, [own('509', [['hub/acme', 'kes-cloud']])])).toEqual(['509', '510'])
  })

  test('use of the virtual server does not leave a line that stays, or it would be billed twice', () => {
    const shared = own('501', [
      ['ksc/acme', 'kes'],
      ['hub/acme', 'kes-cloud'],
    ])
    const lines = [
      wanted('505', [['ksc/acme', 'kes']]),
      wanted('506', [['ksc/acme', 'edr']]),
      wanted('510', [['hub/acme', 'kes-cloud']]),
    ]

    expect(resting(lines, [shared])).toEqual(['501', '505', '510'])
  })

  test('nor does it leave its own line for one that stays, or it would be billed nowhere', () => {
    const lines = [
      wanted('510', [
        ['hub/acme', 'kes-cloud'],
        ['ksc/acme', 'kes'],
      ]),
      wanted('501', [['ksc/acme', 'edr']]),
    ]

    expect(resting(lines, [own('501', [['ksc/acme', 'kes']])])).toEqual(['501', '510'])
  })

  test('other categories of the same devices on the same agreement are planned', () => {
    const lines = [
      wanted('501', [
        ['ksc/acme', 'kes', 'workstation'],
        ['hub/acme', 'kes', 'workstation'],
      ]),
      wanted('502', [['ksc/acme', 'kes', 'server']]),
    ]
    const ours = [
      own('501', [['ksc/acme', 'kes', 'workstation']]),
      own('502', [['ksc/acme', 'kes', 'server']]),
    ]

    expect(resting(lines, ours)).toEqual(['501'])
  })
})

test('where all is known nothing rests', () => {
  expect(resting([wanted('501', [['ksc/acme', 'kes']])], [own('501', [['hub/acme', 'kes']])], [])).toEqual([])
})

test('no use ever stands on a line that rests and on one that does not', () => {
  const use = fc.tuple(fc.constantFrom('ksc/acme', 'hub/acme'), fc.constantFrom('kes', 'edr', 'kes-cloud'))
  const uses = fc.uniqueArray(use, { selector: (one) => one.join(' '), maxLength: 4 })
  const product = fc.constantFrom('501', '502', '503', '504')
  const lines = fc.uniqueArray(fc.tuple(product, uses), { selector: ([id]) => id })
  fc.assert(
    fc.property(lines, lines, (wantedOf, ownOf) => {
      const all = wantedOf.map(([id, of]) => wanted(id, of))
      const ours = ownOf.map(([id, of]) => own(id, of))

      const rest = restingLines(new Set(['hub/acme']), all, ours)

      for (const line of all) {
        for (const old of ours) {
          const shares = line.parts.some((part) =>
            old.parts.some((was) => was.tenant === part.tenant && was.application === part.application),
          )
          if (shares) expect(rest.has(lineKey(line))).toBe(rest.has(lineKey(old)))
        }
        if (line.parts.some(({ tenant }) => tenant === 'hub/acme')) expect(rest.has(lineKey(line))).toBe(true)
      }
    }),
  )
})
