import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { acmeAccount, call, idsIn } from './calling.ts'
import { type Autotask, startAutotask } from './server.ts'

let at: Autotask

beforeAll(async () => {
  at = await startAutotask({ now: () => new Date('2026-03-17T09:30:00Z') })
})
afterAll(() => at.close())

const everything = { op: 'exist', field: 'id' }

/** Companies 1 to `count` and the MSP's own, 0. */
function manyCompanies(count: number): Account {
  const account = at.account()
  for (let n = 1; n <= count; n++) account.addCompany({ id: n, name: `Company ${n}` })
  return account
}

function nextUrl(json: unknown): string {
  return /"nextPageUrl":"([^"]+)"/.exec(JSON.stringify(json))?.[1] ?? ''
}

describe('pages', () => {
  test('a POST query goes on with POST and the same body, in order of id, until there is no next page', async () => {
    const account = manyCompanies(1100)
    const body = { filter: [everything], IncludeFields: ['id'] }

    const first = await call(account, '/Companies/query', { body })
    const second = await call(account, nextUrl(first.json), { body })
    const third = await call(account, nextUrl(second.json), { body })

    expect([first, second, third].map(({ json }) => idsIn(json).length)).toEqual([500, 500, 101])
    expect([first, second, third].flatMap(({ json }) => idsIn(json))).toEqual(
      Array.from({ length: 1101 }, (_, n) => n),
    )
    expect(nextUrl(third.json)).toBe('')
    expect(nextUrl(first.json).startsWith(`${at.url}/ATServicesRest/V1.0/Companies/query/next?paging=`)).toBe(
      true,
    )
  })

  test('a POST query’s next page answers GET with 405, and another body with 500', async () => {
    const account = manyCompanies(5)
    const body = { filter: [everything], MaxRecords: 2 }
    const { json } = await call(account, '/Companies/query', { body })

    const byGet = await call(account, nextUrl(json))
    const otherBody = await call(account, nextUrl(json), { body: { filter: [everything], MaxRecords: 3 } })
    const noBody = await call(account, nextUrl(json), { method: 'POST' })

    expect(byGet).toMatchObject({
      status: 405,
      json: { Message: "The requested resource does not support http method 'GET'." },
    })
    expect([otherBody.status, noBody.status]).toEqual([500, 500])
  })

  test('a GET query goes on with GET, and POST there is a 405', async () => {
    const account = manyCompanies(5)
    const search = encodeURIComponent(JSON.stringify({ filter: [everything], maxRecords: 4 }))

    const first = await call(account, `/Companies/query?search=${search}`)
    const second = await call(account, nextUrl(first.json))
    const byPost = await call(account, nextUrl(first.json), { body: { filter: [everything], maxRecords: 4 } })

    expect([idsIn(first.json), idsIn(second.json)]).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ])
    expect(byPost.status).toBe(405)
  })

  test('a page leads back to the one before it', async () => {
    const account = manyCompanies(5)
    const body = { filter: [everything], MaxRecords: 2 }
    const first = await call(account, '/Companies/query', { body })
    const second = await call(account, nextUrl(first.json), { body })
    const third = await call(account, nextUrl(second.json), { body })

    const previous = /"prevPageUrl":"([^"]+)"/.exec(JSON.stringify(third.json))?.[1] ?? ''
    const back = await call(account, previous, { body })

    expect(idsIn(back.json)).toEqual([2, 3])
    expect(first.json).toMatchObject({ pageDetails: { prevPageUrl: null } })
  })

  test('the fifty last links are kept', async () => {
    const account = manyCompanies(3)
    const body = { filter: [everything], MaxRecords: 1 }
    const { json } = await call(account, '/Companies/query', { body })
    for (let n = 0; n < 50; n++) await call(account, '/Companies/query', { body })

    expect(await call(account, nextUrl(json), { body })).toMatchObject({
      status: 500,
      json: { errors: ['The page is no longer available.'] },
    })
  })

  test('a count counts all pages', async () => {
    const account = manyCompanies(600)
    const filter = [{ op: 'gt', field: 'id', value: 0 }]
    const search = encodeURIComponent(JSON.stringify({ filter }))

    const byPost = await call(account, '/Companies/query/count', { body: { filter } })
    const byGet = await call(account, `/Companies/query/count?search=${search}`)

    expect([byPost.json, byGet.json]).toEqual([{ queryCount: 600 }, { queryCount: 600 }])
  })
})

describe('single records', () => {
  test('come as an item, the own company 0 too', async () => {
    const account = acmeAccount(at)

    expect(await call(account, '/Companies/0')).toMatchObject({ status: 200, json: { item: { id: 0 } } })
    expect(await call(account, '/Contracts/7001')).toMatchObject({
      json: { item: { id: 7001, companyID: 174, startDate: '2026-01-01T00:00:00Z', contractType: 7 } },
    })
  })

  test('a missing id is null with status 200, or 404 where the account is set so', async () => {
    const account = acmeAccount(at)

    const asNull = await call(account, '/Contracts/9')
    account.options.missing = '404'
    const asStatus = await call(account, '/Contracts/9')

    expect(asNull).toMatchObject({ status: 200, json: { item: null } })
    expect(asStatus.status).toBe(404)
  })

  test('children are listed below their contract', async () => {
    const account = acmeAccount(at)

    const lines = await call(account, '/Contracts/7001/Services')
    const line = await call(account, '/contracts/7001/services/8001')
    const units = await call(account, '/Contracts/7001/ServiceUnits')

    expect([idsIn(lines.json), idsIn(line.json)]).toEqual([[8001, 8002], [8001]])
    expect(units.json).toMatchObject({ pageDetails: { count: 10, nextPageUrl: null } })
  })
})
