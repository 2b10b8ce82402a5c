import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { acmeAccount, call, clock } from './calling.ts'
import { startTigerpaw, type Tigerpaw } from './server.ts'

let tigerpaw: Tigerpaw

beforeAll(async () => {
  tigerpaw = await startTigerpaw({ now: () => clock })
})
afterAll(() => tigerpaw.close())

const post = (account: Account, path: string, body: unknown) => call(account, path, { method: 'POST', body })

function numbersIn(json: unknown): number[] {
  return [...JSON.stringify(json).matchAll(/"AccountNumber":(\d+)/g)].map(([, number]) => Number(number))
}

describe('accounts', () => {
  test('three accounts come on two pages of two, the second of which names no next row', async () => {
    const account = tigerpaw.account()
    for (const id of [1, 2, 3]) account.addAccount({ id, name: `Account ${id}` })
    const page = async (StartRow: number) =>
      (await post(account, '/api/accounts/search', { Criteria: [], PageSize: 2, StartRow })).json

    const [first, second] = [await page(1), await page(3)]

    expect(numbersIn(first)).toEqual([1, 2])
    expect(first).toMatchObject({ PageSize: 2, NextRow: 3, TotalCount: 3, Success: true, Message: null })
    expect(numbersIn(second)).toEqual([3])
    expect(second).toMatchObject({ NextRow: null, TotalCount: 3 })
  })

  test('the end of a list may also be told by 0 or by a row that is not there', async () => {
    const account = acmeAccount(tigerpaw)
    const search = async () => (await post(account, '/api/accounts/search', {})).json

    account.options.lastPage = 'zero'
    expect(await search()).toMatchObject({ NextRow: 0, TotalCount: 1 })
    account.options.lastPage = 'beyond'
    expect(await search()).toMatchObject({ NextRow: 2, TotalCount: 1 })
  })

  test('a search by name takes its page from the address, in both spellings, and 25 rows without', async () => {
    const account = tigerpaw.account()
    for (let id = 1; id <= 30; id++) account.addAccount({ id, name: `Account ${id}` })
    account.addAccount({ id: 31, name: 'Other' })
    const search = async (query: string) =>
      (await post(account, `/api/accounts/search/name${query}`, 'account')).json

    const [whole, spelledOut, short] = [
      await search(''),
      await search('?pageRequest.pageSize=2&pageRequest.startRow=29'),
      await search('?pageSize=2&startRow=29'),
    ]

    expect([numbersIn(whole).length, whole]).toMatchObject([25, { NextRow: 26, TotalCount: 30 }])
    expect([numbersIn(spelledOut), numbersIn(short)]).toEqual([
      [29, 30],
      [29, 30],
    ])
  })

  test('criteria of one type are alternatives, those of different types come together', async () => {
    const account = tigerpaw.account()
    account.addAccount({ id: 1, name: 'Acme GmbH' })
    account.addAccount({ id: 2, name: 'Beta AG' })
    account.addAccount({ id: 3, name: 'Beta Works', status: 'Inactive' })
    const found = async (...Criteria: Record<string, string>[]) =>
      numbersIn((await post(account, '/api/accounts/search', { Criteria })).json)
    const named = (Criteria: string, MatchType?: string) => ({
      SearchType: 'AccountName',
      Criteria,
      ...(MatchType === undefined ? {} : { MatchType }),
    })
    const active = { SearchType: 'AccountStatus', Criteria: 'Active' }

    expect(await found(named('beta'))).toEqual([2, 3])
    expect(await found(named('acme'), named('beta'), active)).toEqual([1, 2])
    expect(await found(named('works'))).toEqual([])
    expect(await found(named('works', 'EndsWith'))).toEqual([3])
    expect(await found(named('a a', 'Contains'))).toEqual([2])
    expect(
      await found({ SearchType: 'AccountNumber', MatchType: 'GreaterThanEqual', Criteria: '2' }),
    ).toEqual([2, 3])
  })

  test('a search that is not understood is answered 200 and says that it failed', async () => {
    const account = acmeAccount(tigerpaw)
    const search = (criterion: unknown) => post(account, '/api/accounts/search', { Criteria: [criterion] })

    const answers = [
      await search({ SearchType: 'Colour', Criteria: 'red' }),
      await search({ SearchType: 'AccountName', MatchType: 'Like', Criteria: 'red' }),
      await search({ SearchType: 'CustomField', Criteria: 'red' }),
    ]

    expect(answers).toMatchObject([
      { status: 200, json: { Success: false, Message: 'Colour is not a valid SearchType.' } },
      { status: 200, json: { Success: false, Message: 'Like is not a valid MatchType.' } },
      { status: 200, json: { Success: false } },
    ])
  })

  test('a cross-reference is made, read and taken away, the external product being one that exists', async () => {
    const account = tigerpaw.account()
    account.addAccount({ id: 250, name: 'Acme GmbH' })
    const path = '/api/accounts/250/service/externalproducts'
    const { id } = account.externalProduct

    const unknown = await post(account, path, { ExternalProductId: 999, ExternalId: 'ACME' })
    const incomplete = await post(account, path, { ExternalProductId: id })
    const made = await post(account, path, { ExternalProductId: id, ExternalId: 'ACME' })
    const listed = await call(account, path)
    const details = await call(account, '/api/accounts/250/details')
    const removed = await call(account, `${path}?id=801`, { method: 'DELETE' })

    const reference = {
      AccountExternalProductId: 801,
      ExternalProductId: id,
      ExternalProduct: 'Kaspersky',
      ExternalId: 'ACME',
    }
    expect([unknown, incomplete]).toMatchObject([
      { status: 200, json: { Success: false } },
      { status: 200, json: { Success: false } },
    ])
    expect(made.json).toMatchObject({ ExternalProduct: reference, Success: true })
    expect(listed.json).toMatchObject([reference])
    expect(details.json).toMatchObject({ Account: { Name: 'Acme GmbH' }, ExternalProducts: [reference] })
    expect(removed.json).toEqual({ Success: true, Message: null })
    expect((await call(account, path)).json).toEqual([])
  })

  test('values that are missing are null, or left out, or now one and now the other', async () => {
    const account = acmeAccount(tigerpaw)
    const read = async () => JSON.stringify((await call(account, '/api/accounts/250')).json)

    const shown = await read()
    account.options.nulls = 'omitted'
    const omitted = await read()
    account.options.nulls = 'random'
    const random = [await read(), await read(), await read()]

    expect(JSON.parse(shown)).toMatchObject({ AccountNumber: 250, PhoneNumber: null })
    expect(JSON.parse(omitted)).toMatchObject({ AccountNumber: 250, Account: { Name: 'Acme GmbH' } })
    expect(omitted).not.toContain('null')
    expect(new Set([shown, omitted, ...random]).size).toBeGreaterThan(2)
  })

  test('what there is not is a 404 with a message', async () => {
    const account = acmeAccount(tigerpaw)

    const answers = await Promise.all(
      [
        '/api/accounts/999',
        '/api/accounts/acme',
        '/api/agreements/999',
        '/api/agreements/999/additionalcharges',
        '/api/pricebook/items/999',
        '/api/pricebook/items/details?itemId=KES-NONE',
        '/api/quotes/1',
      ].map((path) => call(account, path)),
    )

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404))
    expect(answers[0]?.json).toEqual({ Message: 'Account 999 was not found.' })
  })
})
