import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ColumnMapping } from '../../worker/domain/report-columns.ts'
import type { ReportField } from '../../worker/domain/report-fields.ts'
import { rowReader } from '../../worker/domain/report-row.ts'

type Row = Partial<Record<ReportField, string>>

/** Row 7 of a file that has a column for each field. */
function read(row: Row, more: ColumnMapping = {}) {
  const fields = Object.keys(row)
  const mapping: ColumnMapping = {
    ...Object.fromEntries(fields.map((field) => [field, { column: `the ${field}` }])),
    ...more,
  }
  const reader = rowReader(
    mapping,
    fields.map((field) => `the ${field}`),
    '2026-11-24',
  )
  return reader({
    number: 7,
    cells: Object.values(row).map((text) => ({ text, isFormula: text.startsWith('=') })),
  })
}

const acme: Row = { company_id: '17', company: 'Acme Ltd', application: 'kes-cloud', quantity: '12' }

function problemOf(row: Row) {
  const { uses, problems } = read(row)
  expect(uses).toEqual([])
  return problems.map(({ code, row: at, column }) => [code, at, column])
}

const quantityOf = (row: Row) => read(row).uses.map(({ quantity }) => quantity)

test('a row says who uses how much of what', () => {
  expect(read({ ...acme, kind: 'company', unit: 'user' })).toEqual({
    problems: [],
    uses: [
      {
        companyId: '17',
        company: 'Acme Ltd',
        kind: 'company',
        application: 'kes-cloud',
        applicationName: 'Kaspersky Endpoint Security Cloud',
        licenceName: 'kes-cloud',
        unit: 'user',
        quantity: 12,
        counts: null,
        leftOut: null,
      },
    ],
  })
})

describe('the company', () => {
  test('is known by its name where there is no id, however that is spelled', () => {
    const ids = ['Acme Ltd', 'ACME  LTD', ' acme ltd '].map(
      (company) => read({ company, application: 'kes-cloud', quantity: '1' }).uses[0]?.companyId,
    )

    expect(ids).toEqual(['acme ltd', 'acme ltd', 'acme ltd'])
  })

  test('is called by its id where there is no name', () => {
    const [use] = read({ company_id: '17', application: 'kes-cloud', quantity: '1' }).uses

    expect([use?.companyId, use?.company]).toEqual(['17', '17'])
  })

  test('has to be there', () => {
    expect(problemOf({ ...acme, company_id: '', company: '' })).toEqual([['cell_empty', 7, 'the company_id']])
  })

  test('is no company where it names the sum of all', () => {
    for (const company of ['Total', 'Summe', 'Итого', '合計']) {
      expect(problemOf({ company, application: '', quantity: '900' })[0]).toEqual(['total_row', 7, null])
    }
  })
})

describe('words in any of our languages', () => {
  test.each([
    ['Benutzer', 'user'],
    ['Gerät', 'device'],
    ['Boîtes aux lettres', 'mailbox'],
    ['узлы', 'device'],
    ['Kerne', 'core'],
  ])('the unit %s is %s', (unit, expected) => {
    expect(read({ ...acme, unit }).uses[0]?.unit).toBe(expected)
  })

  test.each([
    ['Arbeitsbereich', 'workspace'],
    ['Firma', 'company'],
    ['', 'workspace'],
  ])('the kind %s is %s', (kind, expected) => {
    expect(read({ ...acme, kind }).uses[0]?.kind).toBe(expected)
  })

  test.each([
    ['Commercial', '', null],
    ['Kommerziell', 'Aktiv', null],
    ['', '', null],
    ['Trial', 'Active', 'trial'],
    ['Testlizenz', 'Aktiv', 'trial'],
    ['Commercial', 'Abgelaufen', 'expired'],
    ['Subscription', 'Paused', 'subscription_paused'],
    ['Subscription', 'Gekündigt', 'subscription_cancelled'],
    ['OEM', '', 'oem'],
    ['Commercial', 'Reserve', 'reserve_key'],
  ])('a licence of type %j and status %j is left out as %s', (licence_type, licence_status, expected) => {
    expect(read({ ...acme, licence_type, licence_status }).uses[0]?.leftOut).toBe(expected)
  })

  test('that are not known are refused, since they may decide whether a licence is billed', () => {
    expect(problemOf({ ...acme, licence_status: 'Flugmodus' })).toEqual([
      ['unknown_licence_status', 7, 'the licence_status'],
    ])
    expect(problemOf({ ...acme, unit: 'seats of wood' })).toEqual([['unknown_unit', 7, 'the unit']])
    expect(problemOf({ ...acme, kind: 'planet' })).toEqual([['unknown_kind', 7, 'the kind']])
  })
})

describe('a number', () => {
  test.each([
    ['12', 12],
    ['0', 0],
    ['12.0', 12],
    ['12,00', 12],
    ['+7', 7],
    ['007', 7],
  ])('%s is %i', (quantity, expected) => {
    expect(quantityOf({ ...acme, quantity })).toEqual([expected])
  })

  test.each([
    ['-3', 'negative_number'],
    ['−3', 'negative_number'],
    ['(3)', 'negative_number'],
    ['12,5', 'fractional_number'],
    ['0.5', 'fractional_number'],
    ['1.000', 'ambiguous_number'],
    ['1,000', 'ambiguous_number'],
    ['1 000', 'ambiguous_number'],
    ["1'000", 'ambiguous_number'],
    ['1.234.567', 'ambiguous_number'],
    ['12 users', 'not_a_number'],
    ['1e3', 'not_a_number'],
    ['0x10', 'not_a_number'],
    ['99999999', 'number_too_large'],
    ['', 'cell_empty'],
    ['=1+1', 'formula_cell'],
  ])('%j is refused as %s', (quantity, code) => {
    expect(problemOf({ ...acme, quantity })[0]).toEqual([code, 7, 'the quantity'])
  })

  test('is never read as another one than its digits say', () => {
    const written = fc
      .tuple(fc.nat(9_999), fc.constantFrom('', '.0', ',0', '.00', ',00'))
      .map(([number, end]) => ({ number, text: `${number}${end}` }))
    fc.assert(
      fc.property(written, ({ number, text }) => {
        expect(quantityOf({ ...acme, quantity: text })).toEqual([number])
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9.,' -]{1,9}$/), (text) => {
        const [found] = quantityOf({ ...acme, quantity: text })
        if (found !== undefined) expect(Number(text.trim().replace(',', '.'))).toBe(found)
      }),
    )
  })
})

describe('devices by kind', () => {
  const devices: Row = { ...acme, application: 'kes-business-select', unit: 'device', quantity: '' }

  test('add up to the quantity where it is left out', () => {
    expect(read({ ...devices, workstations: '9', servers: '2', other: '1' }).uses).toMatchObject([
      { quantity: 12, counts: { workstations: 9, servers: 2, other: 1 } },
    ])
  })

  test('have to be all three, and to add up', () => {
    expect(problemOf({ ...devices, workstations: '9', servers: '2', other: '' })[0]).toEqual([
      'counts_incomplete',
      7,
      'the other',
    ])
    expect(problemOf({ ...devices, quantity: '13', workstations: '9', servers: '2', other: '1' })).toEqual([
      ['counts_differ', 7, 'the quantity'],
    ])
  })

  test('decide alone for Endpoint Security Cloud, whose users are computed', () => {
    const cloud = { ...devices, application: 'kes-cloud', workstations: '8', servers: '2', other: '32' }

    expect(read({ ...cloud, quantity: '10' }).uses).toMatchObject([
      { unit: 'device', counts: { workstations: 8, servers: 2, other: 32 } },
    ])
  })

  test('are refused where the licence counts something else', () => {
    const mail = { ...acme, application: 'office-365', workstations: '1', servers: '0', other: '0' }

    expect(problemOf(mail)).toEqual([['counts_not_for_unit', 7, 'the workstations']])
    expect(read({ ...mail, workstations: '0' }).problems).toEqual([])
  })
})

describe('mailboxes', () => {
  test('are a use of their own beside what the row says', () => {
    const uses = read({ ...acme, mailboxes: '40' }).uses

    expect(uses.map(({ application, unit, quantity }) => [application, unit, quantity])).toEqual([
      ['kes-cloud', 'user', 12],
      ['office-365', 'mailbox', 40],
    ])
  })

  test('may be all that it says', () => {
    const uses = read({ company: 'Acme', application: '', quantity: '', mailboxes: '40' }).uses

    expect(uses).toMatchObject([{ application: 'office-365', quantity: 40 }])
  })

  test('are the quantity of a licence that counts them', () => {
    const uses = read({ company: 'Acme', application: 'office-365', quantity: '', mailboxes: '40' }).uses

    expect(uses).toMatchObject([{ application: 'office-365', quantity: 40 }])
  })
})

describe('the last day of a licence', () => {
  test.each([
    ['2026-11-24', null],
    ['2026-11-23', 'expired'],
    ['23.11.2026', 'expired'],
    ['11/23/2026', 'expired'],
    ['23/11/2026', 'expired'],
    ['2026-11-23T10:00:00Z', 'expired'],
    ['2027-01-31', null],
    ['unlimited', null],
    ['', null],
  ])('%j makes it %s', (expires, expected) => {
    expect(read({ ...acme, expires }).uses[0]?.leftOut).toBe(expected)
  })

  test.each([
    ['03/04/2026', 'ambiguous_date'],
    ['2026-02-30', 'not_a_date'],
    ['soon', 'not_a_date'],
  ])('%j is refused as %s', (expires, code) => {
    expect(problemOf({ ...acme, expires })).toEqual([[code, 7, 'the expires']])
  })
})

test('one application may hold for all rows', () => {
  const { uses } = read({ company: 'Acme', quantity: '5' }, { application: { value: 'kes-cloud-pro' } })

  expect(uses).toMatchObject([{ application: 'kes-cloud-pro', unit: 'user', quantity: 5 }])
})

test('every fault of a row is told at once', () => {
  expect(problemOf({ ...acme, quantity: '-1', unit: 'x', kind: 'y' }).map(([code]) => code)).toEqual([
    'unknown_kind',
    'unknown_unit',
    'negative_number',
  ])
})

test('a text that goes on and on is in the wrong column', () => {
  expect(problemOf({ ...acme, company: 'x'.repeat(301) })).toEqual([['text_too_long', 7, 'the company']])
})
