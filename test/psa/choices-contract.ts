import { describe, expect, test } from 'vitest'
import type { Choice, ChoicePage, ChoiceQuery } from '../../worker/psa/port.ts'
import { failureOf, type PsaAccount } from './contract.ts'

const everything = { search: '', cursor: null, limit: 100 }

/** What is offered to choose from, and how it is searched, at every PSA. */
export function choicesContract(vendor: string, open: () => Promise<PsaAccount>): void {
  describe(`choices of ${vendor}`, () => {
    test('companies are found by a part of their name in any case, page by page', async () => {
      const { psa, company } = await open()
      const wanted = ['Acme North', 'Acme South', 'The acme house'].map(company)
      company('Globex')

      const first = await psa.companyChoices({ search: 'ACME', cursor: null, limit: 2 })
      const second = await psa.companyChoices({ search: 'ACME', cursor: first.nextCursor, limit: 2 })

      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(wanted)
      expect(first.items).toHaveLength(2)
      expect(second.nextCursor).toBeNull()
    })

    test.each([
      ['"', ['Say "Hi" Ltd']],
      ['say "hi"', ['Say "Hi" Ltd']],
      ['" or name contains "', []],
      ["O'Brien & ", ["O'Brien & Sons"]],
      ['%', ['100% Organic']],
      ['0%O', []],
      ['*', ['Star * Systems']],
      ['a_b', ['A_B Labs']],
      ['[', ['[test] Company']],
      ['[test]', ['[test] Company']],
      ['[a-z]', []],
      ['back\\s', ['Back\\slash Inc']],
      ['müller + s', ['Müller + Söhne (Köln)']],
      ['(köln)', ['Müller + Söhne (Köln)']],
      [', #5?', ['250 Main Street, #5?']],
      ['  plain ', ['Plain Ltd']],
      ['x'.repeat(5000), []],
    ])('searched text is taken literally: %s', async (search, expected) => {
      const { psa, company } = await open()
      companyNames.forEach(company)

      const page = await psa.companyChoices({ ...everything, search })

      expect(page.items.map(({ name }) => name)).toEqual(expected)
      expect(page.nextCursor).toBeNull()
    })

    test('a full last page has no cursor, and costs one call', async () => {
      const { psa, company, calls } = await open()
      const ids = Array.from({ length: 50 }, (_, n) => company(`Customer ${n}`))
      await psa.companyChoices(everything)
      const before = calls.length

      const page = await psa.companyChoices({ search: 'customer', cursor: null, limit: 50 })

      expect(page).toMatchObject({ items: ids.map((id) => ({ id })), nextCursor: null })
      expect(calls.length - before).toBe(1)
    })

    test('1,000 at a time, 2,001 companies come on 3 pages, each once', async () => {
      const { psa, company } = await open()
      const ids = Array.from({ length: 2001 }, (_, n) => company(`Customer ${n}`))

      const pages = await allPages((query) => psa.companyChoices(query), { search: 'customer', limit: 1000 })

      expect(pages.flat().map(({ id }) => id)).toEqual(ids)
      expect(pages.map((page) => page.length)).toEqual([1000, 1000, 1])
    })

    test.each(['after 5', 'at 0 5', 'AAAA', '%%%', btoa('after 1 or 1'), btoa('at 0 5 or 1')])(
      'a cursor of no page is refused: %s',
      async (cursor) => {
        const { psa, calls } = await open()

        const failure = await failureOf(psa.companyChoices({ ...everything, cursor }))

        expect(failure).toMatchObject({ kind: 'rejected', status: 400 })
        expect(calls).toEqual([])
      },
    )

    test('agreements to choose from can be those of one company', async () => {
      const { psa, company, agreement } = await open()
      const acme = company('Acme GmbH')
      const ofAcme = agreement({ companyId: acme, startsOn: '2026-01-01', endsOn: '2099-12-31' })
      agreement({ companyId: company('Globex'), startsOn: '2026-01-01' })

      const page = await psa.agreementChoices({ ...everything, companyId: acme })

      expect(page).toMatchObject({
        items: [{ id: ofAcme, startDate: '2026-01-01', endDate: '2099-12-31', active: true }],
        nextCursor: null,
      })
    })

    test.each(['1 or id > 0', '0 or 1', '1/../2'])(
      'the company %s can’t exist, has no agreements, and never gets into a question',
      async (companyId) => {
        const { psa, company, agreement, calls } = await open()
        agreement({ companyId: company('Acme GmbH'), startsOn: '2026-01-01' })

        const page = await psa.agreementChoices({ ...everything, companyId })

        expect(page).toEqual({ items: [], nextCursor: null })
        expect(calls).toEqual([])
      },
    )

    test('price levels are offered just where lines are made with one', async () => {
      const { psa, priceLevelId } = await open()

      const { items } = await psa.priceLevelChoices(everything)

      expect(items.map(({ id }) => id)).toEqual(priceLevelId === null ? [] : [priceLevelId])
    })
  })
}

const companyNames = [
  'Plain Ltd',
  'Say "Hi" Ltd',
  "O'Brien & Sons",
  '100% Organic',
  'Star * Systems',
  'A_B Labs',
  'AxB Labs',
  '[test] Company',
  'Back\\slash Inc',
  'Müller + Söhne (Köln)',
  '250 Main Street, #5?',
]

/** Each page until there is no further one. */
export async function allPages<T extends Choice>(
  read: (query: ChoiceQuery) => Promise<ChoicePage<T>>,
  { search, limit }: { search: string; limit: number },
): Promise<T[][]> {
  const pages: T[][] = []
  let cursor: string | null = null
  do {
    const page: ChoicePage<T> = await read({ search, cursor, limit })
    pages.push(page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return pages
}
