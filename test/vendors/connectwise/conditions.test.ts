import { describe, expect, test } from 'vitest'
import type { Values } from '../row.ts'
import { childConditionsOn, conditionsOn, customFieldConditionsOn, likePattern } from './condition-match.ts'
import { parseConditions } from './conditions.ts'
import { agreement } from './entities/agreement.ts'
import { company } from './entities/company.ts'

const acme: Values = {
  id: 250,
  name: 'Acme "Blue" GmbH',
  identifier: 'ACME',
  deletedFlag: false,
  annualRevenue: 12.5,
  status: { id: 1, name: 'Active' },
  types: [
    { id: 1, name: 'Customer' },
    { id: 2, name: 'Vendor' },
  ],
  customFields: [
    { id: 7, caption: 'Region', value: 'North' },
    { id: 8, caption: 'Seats', value: 40 },
  ],
  _info: { lastUpdated: '2026-03-31T10:00:00Z', updatedBy: 'Admin1' },
}

function isMet(source: string): boolean {
  return conditionsOn(company.fields, source)(acme)
}

describe('what is read', () => {
  test('"and" binds tighter than "or"', () => {
    expect(parseConditions('id = 1 or id = 2 AND name like "a*"')).toEqual({
      kind: 'or',
      parts: [
        { kind: 'compare', path: 'id', comparison: '=', literal: { kind: 'number', value: 1 } },
        {
          kind: 'and',
          parts: [
            { kind: 'compare', path: 'id', comparison: '=', literal: { kind: 'number', value: 2 } },
            { kind: 'compare', path: 'name', comparison: 'like', literal: { kind: 'text', value: 'a*' } },
          ],
        },
      ],
    })
  })

  test('parentheses and "not" group', () => {
    expect(isMet('not (id = 250 and deletedFlag = true)')).toBe(true)
    expect(isMet('not id = 250 or deletedFlag = true')).toBe(false)
    expect(isMet('(id = 1 or id = 250) and (deletedFlag=False)')).toBe(true)
  })

  test('a date is its midnight in UTC, and a time without a zone is UTC', () => {
    const instants = ['[2026-03-31]', '[2026-03-31T00:00:00]', '[2026-03-31T02:00:00+02:00]'].map((value) =>
      parseConditions(`startDate > ${value}`),
    )

    expect(instants).toEqual(
      instants.map(() => ({
        kind: 'compare',
        path: 'startDate',
        comparison: '>',
        literal: { kind: 'date', value: Date.UTC(2026, 2, 31) },
      })),
    )
  })

  test.each([
    '',
    'id',
    'id =',
    'id = 1 and',
    'id = 1 name = "a"',
    'id in (1, 2',
    'id in ()',
    'id == 1',
    'id = 12abc',
    'name = "open',
    'name = Acme',
    'not',
    '(id = 1',
    'startDate > [yesterday]',
    'startDate > [2026-13-01]',
    'id not = 1',
  ])('%j is refused', (source) => {
    expect(() => parseConditions(source)).toThrow(
      expect.objectContaining({ status: 400, code: 'ApiFindCondition' }),
    )
  })
})

describe('what is met', () => {
  test.each([
    'id = 250',
    'ID=250 and Status/Name = "active"',
    'annualRevenue >= 12.5 and annualRevenue < 13',
    'id in (1, 250) and id not in (1, 2)',
    'name contains "blue"',
    'name not contains "red"',
    String.raw`name = "Acme \"Blue\" GmbH"`,
    `name = 'acme "blue" gmbh'`,
    'name like "acme*"',
    'name like "%gmbh"',
    'name not like "gmbh"',
    'dateDeleted = null and status != null',
    'defaultContact/id = null and defaultContact = null',
    'website != "x"',
    'identifier in ("acme", "other")',
    '_info/lastUpdated > [2026-03-31T09:59:59Z] and lastUpdated < [2026-04-01]',
    '_info/updatedBy = "Admin1"',
  ])('%s', (source) => {
    expect(isMet(source)).toBe(true)
  })

  test.each([
    'id = 251',
    'name like "acme"',
    'name contains "ac*me"',
    'dateDeleted > [2020-01-01]',
    'dateDeleted < [2020-01-01]',
    'numberOfEmployees <= 0',
    '_info/lastUpdated > [2026-03-31T10:00:00Z]',
  ])('not %s', (source) => {
    expect(isMet(source)).toBe(false)
  })

  test('a bracket expression in "like" stands for one of its characters', () => {
    expect(likePattern('[[]old] acme').test('[old] Acme')).toBe(true)
    expect(likePattern('[old] acme').test('[old] Acme')).toBe(false)
    expect(likePattern('[old] acme').test('o acme')).toBe(true)
    expect(likePattern('a.c-(1)/2*').test('A.C-(1)/2 and more')).toBe(true)
    expect(likePattern('a.c').test('abc')).toBe(false)
  })

  test('child conditions hold where one member of the list meets them all', () => {
    const holds = (source: string) => childConditionsOn(company.fields, source)(acme)

    expect(holds('types/name = "vendor" and types/id = 2')).toBe(true)
    expect(holds('types/name = "Vendor" and types/id = 1')).toBe(false)
  })

  test('custom field conditions hold where one custom field meets them all', () => {
    expect(customFieldConditionsOn('caption="Seats" AND value=40')(acme)).toBe(true)
    expect(customFieldConditionsOn('caption="Region" AND value=40')(acme)).toBe(false)
  })
})

describe('what is refused', () => {
  test.each([
    'colour',
    'company/name',
    'types/name',
    'status/colour',
    'status/id/id',
    'types',
    'customFields/id',
  ])('the name %s', (name) => {
    expect(() => conditionsOn(company.fields, `${name} = 1`)).toThrow(`${name} is not a recognized name.`)
  })

  test.each([
    'agreementStatus = "Canceled"',
    'agreementStatus like "Act*"',
    'agreementStatus > "Active"',
    'agreementStatus in ("Active", "Gone")',
    'agreementStatus = 1',
  ])('the enum condition %s', (source) => {
    expect(() => conditionsOn(agreement.fields, source)).toThrow('Enum value supplied was invalid')
  })

  test.each(['id = "250"', 'deletedFlag = 1', 'name = 5', 'dateDeleted > "2026-01-01"', 'status = 1'])(
    'a value of the wrong type in %s',
    (source) => {
      expect(() => conditionsOn(company.fields, source)).toThrow('wrong type')
    },
  )

  test('"in" among children and custom fields, and children outside of lists', () => {
    expect(() => childConditionsOn(company.fields, 'types/id in (1)')).toThrow('not supported')
    expect(() => customFieldConditionsOn('value in (1)')).toThrow('not supported')
    expect(() => childConditionsOn(company.fields, 'name = "Acme"')).toThrow('name is not a recognized name.')
  })
})
