import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Configuration } from '../../worker/domain/configuration.ts'
import { changesBetween } from '../../worker/domain/configuration-changes.ts'
import { checkConfiguration } from '../../worker/domain/configuration-check.ts'
import { firstSave, wholeDocument } from '../support/configuration.ts'

function checked(document: unknown): Configuration {
  const result = checkConfiguration(document, firstSave())
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.configuration
}

/** The whole document after `bend` has had its way with it. */
function whole(bend: (document: ReturnType<typeof wholeDocument>) => unknown = () => {}): Configuration {
  const document = wholeDocument()
  bend(document)
  return checked(document)
}

/** As it is stored: secrets lie elsewhere. */
function stored(configuration: Configuration): Configuration {
  const connections = configuration.connections.map(({ credentials: _, headers: __, ...open }) => open)
  return { ...configuration, connections }
}

const subjects = (before: Configuration | null, after: Configuration) =>
  changesBetween(before, after).map(({ subject }) => subject)

describe('a save that changes', () => {
  test.each<[string, (document: ReturnType<typeof wholeDocument>) => unknown, string[]]>([
    ['nothing', () => {}, []],
    ['the time zone', ({ settings }) => Object.assign(settings, { timeZone: 'UTC' }), ['setting timeZone']],
    [
      'two guard rails',
      ({ settings }) => Object.assign(settings.guardRails, { holdZeroFrom: 1, runFallLines: 1 }),
      ['setting guardRails'],
    ],
    [
      'an option',
      ({ connections }) => Object.assign(connections[2] ?? {}, { options: { booking: 'periodStart' } }),
      ['connection at'],
    ],
    ['who is there', ({ people }) => people.pop(), ['person cw/jdoe']],
    ['a role', ({ people }) => Object.assign(people[0] ?? {}, { role: 'viewer' }), ['person cw/jdoe']],
    [
      'an agreement',
      ({ companies }) => Object.assign(companies[0] ?? {}, { agreementId: '32' }),
      ['company ksc/KLVSRV_UID'],
    ],
    [
      'a product',
      ({ products }) => Object.assign(products[0]?.map[0] ?? {}, { server: '9' }),
      ['product cw/kes-business-advanced'],
    ],
    [
      'the switch',
      ({ products }) => Object.assign(products[0] ?? {}, { billByCategory: false }),
      ['billByCategory cw'],
    ],
    [
      'a ticket rule',
      ({ tickets }) => Object.assign(tickets.connections[0] ?? {}, { health: { on: false } }),
      ['tickets cw'],
    ],
    ['whose tickets are off', ({ tickets }) => tickets.companies.pop(), ['tickets of company cw/250']],
    [
      'the order of rows',
      ({ connections, products }) => [connections.reverse(), products[0]?.map.reverse()],
      [],
    ],
  ])('%s', (_, bend, expected) => {
    expect(subjects(whole(), whole(bend))).toEqual(expected)
  })

  test('a company row shows it before and after', () => {
    const after = whole(({ companies }) => Object.assign(companies[0] ?? {}, { billing: false }))

    expect(changesBetween(whole(), after)).toEqual([
      {
        subject: 'company ksc/KLVSRV_UID',
        before: expect.objectContaining({ billing: true, agreementId: '31' }),
        after: expect.objectContaining({ billing: false, agreementId: '31' }),
      },
    ])
  })

  test('a new row has nothing before, a removed one nothing after', () => {
    const without = whole(({ companies }) => companies.pop())

    expect(changesBetween(without, whole())).toMatchObject([{ before: null, after: { agreementId: '31' } }])
    expect(changesBetween(whole(), without)).toMatchObject([{ before: { agreementId: '31' }, after: null }])
  })

  test('people and tickets by leaving them out changes nothing', () => {
    const { people: _, tickets: __, ...after } = whole()

    expect(changesBetween(whole(), after)).toEqual([])
  })

  test('everything, the first time, names each thing once', () => {
    const names = subjects(null, whole())

    expect(names).toHaveLength(4 + 5 + 1 + 1 + 1 + 2 + 1 + 1)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('secrets', () => {
  test('that are left out change nothing', () => {
    expect(changesBetween(stored(whole()), stored(whole()))).toEqual([])
  })

  test('that are given show only that they were replaced', () => {
    const [ksc, cw, ...others] = changesBetween(stored(whole()), whole())

    expect(ksc).toMatchObject({
      subject: 'connection ksc',
      after: { credentials: 'replaced', headers: 'replaced' },
    })
    expect(cw).toMatchObject({ subject: 'connection cw', after: { credentials: 'replaced' } })
    expect(cw?.after).not.toHaveProperty('headers')
    expect(others.map(({ subject }) => subject)).toEqual(['connection at', 'connection tp'])
  })

  test('that are given once more as they were change nothing', () => {
    const after = whole(({ connections }) =>
      Object.assign(connections[1] ?? {}, {
        credentials: { clientId: 'guid', privateKey: 'hunter2-cw', publicKey: 'pub', companyId: 'msp' },
      }),
    )

    expect(changesBetween(whole(), after)).toEqual([])
  })

  test.each<[string, Configuration | null, Configuration]>([
    ['a first save', null, whole()],
    ['a save over stored ones', stored(whole()), whole()],
    [
      'a removal',
      whole(),
      checked({ ...wholeDocument(), connections: [], people: [], companies: [], products: [], tickets: {} }),
    ],
    [
      'new ones',
      whole(),
      whole(({ connections }) =>
        Object.assign(connections[0] ?? {}, {
          credentials: { user: 'tallypod', password: 'hunter2-new' },
          headers: { 'CF-Access-Client-Id': 'hunter2-new' },
        }),
      ),
    ],
  ])('never come out of %s', (_, before, after) => {
    const changes = changesBetween(before, after)

    expect(changes).not.toEqual([])
    expect(JSON.stringify(changes)).not.toContain('hunter2')
  })
})

describe('any valid document', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9 /"._-]{1,12}$/)
  const document = fc
    .record({
      guardRails: fc.record({ holdZeroFrom: fc.integer({ min: 1, max: 99 }) }, { requiredKeys: [] }),
      approval: fc.constantFrom('automatic', 'everything'),
      rows: fc.uniqueArray(
        fc.record({
          id,
          agreementId: id,
          billing: fc.boolean(),
          manualQuantity: fc.constantFrom('ask', 'keep'),
        }),
        { selector: (row) => row.id },
      ),
      applications: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,5}(-[a-z0-9]{1,5}){0,2}$/)),
      product: fc.option(id),
      billByCategory: fc.boolean(),
      withPeople: fc.boolean(),
    })
    .map(({ guardRails, approval, rows, applications, product, billByCategory, withPeople }) => {
      const { people, tickets: _, ...rest } = wholeDocument()
      return {
        ...rest,
        ...(withPeople ? { people } : {}),
        settings: { ...rest.settings, approval, guardRails },
        companies: rows.map((row, index) => ({
          tenant: { connection: 'ksc', id: row.id },
          company: { connection: 'cw', id: String(index) },
          billing: row.billing,
          agreementId: row.agreementId,
          manualQuantity: row.manualQuantity,
        })),
        products: [
          {
            connection: 'cw',
            billByCategory,
            map: applications.map((application) => ({ application, all: product })),
          },
        ],
      }
    })

  test('is accepted and does not differ from itself', () => {
    fc.assert(
      fc.property(document, (valid) => {
        expect(changesBetween(checked(valid), checked(structuredClone(valid)))).toEqual([])
      }),
    )
  })

  test('is accepted again as it came out of the check, with nothing changed', () => {
    fc.assert(
      fc.property(document, (valid) => {
        const once = checked(valid)

        expect(checked(once)).toEqual(once)
      }),
    )
  })

  test('changes from one to the other name exactly what to turn back', () => {
    fc.assert(
      fc.property(document, document, (one, other) => {
        const [a, b] = [checked({ ...one, people: [] }), checked({ ...other, people: [] })]
        const turned = changesBetween(b, a).map(({ subject, before, after }) => ({
          subject,
          before: after,
          after: before,
        }))

        expect(new Set(turned)).toEqual(new Set(changesBetween(a, b)))
      }),
    )
  })
})
