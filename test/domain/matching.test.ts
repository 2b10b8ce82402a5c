import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nameCore, searchKey, sortKey, suggestedCompany } from '../../worker/domain/matching.ts'

describe('names of one company', () => {
  test.each([
    ['Müller GmbH', 'MULLER gmbh'],
    ['Müller GmbH & Co. KG', 'Mueller'],
    ['Groß und Klein', 'Gross und Klein'],
    ['Acme, Inc.', 'ACME'],
    ['The Acme Corporation', 'Acme Corp.'],
    ['De Vries B.V.', 'De Vries BV'],
    ['Rossi S.r.l.', 'Rossi'],
    ['Smith & Sons Ltd', 'Smith and Sons Limited'],
    ["O'Brien LLC", 'OBrien, L.L.C.'],
    ['Łódź Sp. z o.o.', 'Łódź'],
  ])('%s is %s', (one, other) => {
    expect(nameCore(one)).toBe(nameCore(other))
    expect(nameCore(one)).not.toBe('')
  })

  test.each([
    ['Acme North', 'Acme South'],
    ['Branch 1', 'Branch 11'],
    ['Müller', 'Möller'],
    ['Agra', 'Agra AG Holding'],
  ])('%s is not %s', (one, other) => {
    expect(nameCore(one)).not.toBe(nameCore(other))
  })

  test.each(['', ' – ', 'GmbH & Co. KG', 'Ltd.'])(
    'nothing is left of "%s", so that it fits nobody',
    (name) => {
      expect(nameCore(name)).toBe('')
    },
  )
})

/** Long and without vowels: never a legal form, and no letter stands for an umlaut. */
const word = fc.stringMatching(/^[b-df-hj-np-tv-xz]{5,8}$/)
const plainName = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '))
const form = fc.constantFrom(
  '',
  ' GmbH',
  ' Ltd.',
  ', Inc.',
  ' AG',
  ' B.V.',
  ' S.r.l.',
  ' GmbH & Co. KG',
  ' LLC',
)
const company = (id: string, name: string) => ({ connection: 'cw', id, name, core: nameCore(name) })

describe('a suggestion', () => {
  test('is the same whatever the case, the accents and the legal form of either name', () => {
    fc.assert(
      fc.property(plainName, form, form, (name, one, other) => {
        const accented = name.replaceAll('n', 'ñ').replaceAll('c', 'Ç').replaceAll('s', 'š')
        const tenant = nameCore(`${accented.toUpperCase()}${one}`)
        const here = company('1', `${name}${other}`)

        expect(suggestedCompany(tenant, [tenant], [here])).toBe(here)
      }),
    )
  })

  test('is none where nothing of the name is left, whoever else has such a name', () => {
    fc.assert(
      fc.property(form, form, (one, other) => {
        expect(suggestedCompany(nameCore(one), [nameCore(one)], [company('1', other)])).toBeNull()
      }),
    )
  })

  test('is always one of the free companies', () => {
    fc.assert(
      fc.property(plainName, fc.array(fc.tuple(plainName, fc.boolean())), (name, others) => {
        const companies = [...others, [name, false] as const].map(([each, isFree], index) => ({
          ...company(`${index}`, each),
          isFree,
        }))
        const free = companies.filter(({ isFree }) => isFree)
        const core = nameCore(name)

        const suggestion = suggestedCompany(core, [core], free)

        expect(suggestion === null || free.some(({ id }) => id === suggestion.id)).toBe(true)
      }),
    )
  })

  test('is none where two companies fit, or two tenants', () => {
    const core = nameCore('Acme')
    const [one, two] = [company('1', 'Acme Ltd'), company('2', 'ACME')]

    expect(suggestedCompany(core, [core], [one])).toBe(one)
    expect(suggestedCompany(core, [core], [one, two])).toBeNull()
    expect(suggestedCompany(core, [core, core], [one])).toBeNull()
  })
})

test('names sort as people do', () => {
  const names = ['Kunde 10', 'ämter', 'kunde 9', 'Zoo', 'Kunde 2']

  const sorted = names.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))

  expect(sorted).toEqual(['ämter', 'Kunde 2', 'kunde 9', 'Kunde 10', 'Zoo'])
})

test('a search finds a name without its accents and letter case', () => {
  expect(searchKey('MÜLLER Süd')).toContain(searchKey('muller s'))
  expect(searchKey('Muller')).toContain(searchKey('üll'))
})
