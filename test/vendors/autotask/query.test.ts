import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { acmeAccount, call } from './calling.ts'
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

function ids(json: unknown): number[] {
  return (
    JSON.stringify(json)
      .match(/(?<="id":)\d+/g)
      ?.map(Number) ?? []
  )
}

function nextUrl(json: unknown): string {
  return /"nextPageUrl":"([^"]+)"/.exec(JSON.stringify(json))?.[1] ?? ''
}

describe('filters', () => {
  function customers(): Account {
    const account = at.account()
    account.addCompany({ id: 1, name: 'Acme GmbH', companyNumber: 'K-1' })
    account.addCompany({ id: 2, name: 'Beta AG', isActive: false })
    account.addCompany({ id: 3, name: 'Acme Nord', companyNumber: 'K-3' })
    return account
  }

  async function found(account: Account, ...filter: unknown[]): Promise<number[]> {
    const { status, json } = await call(account, '/Companies/query', { body: { filter } })
    expect(status).toBe(200)
    return ids(json)
  }

  test.each<[object, number[]]>([
    [{ op: 'eq', field: 'companyName', value: 'ACME gmbh' }, [1]],
    [{ op: 'gt', field: 'id', value: 1 }, [2, 3]],
    [{ op: 'gte', field: 'id', value: '1' }, [1, 2, 3]],
    [{ op: 'lt', field: 'id', value: 2 }, [0, 1]],
    [{ op: 'lte', field: 'id', value: 0 }, [0]],
    [{ op: 'beginsWith', field: 'companyName', value: 'acme' }, [1, 3]],
    [{ op: 'endsWith', field: 'companyName', value: 'AG' }, [2]],
    [{ op: 'contains', field: 'companyName', value: 'e n' }, [3]],
    [{ op: 'in', field: 'id', value: [3, 1, 99] }, [1, 3]],
    [{ op: 'notIn', field: 'id', value: [0, 1] }, [2, 3]],
    [{ op: 'eq', field: 'isActive', value: false }, [2]],
    [{ op: 'gt', field: 'createDate', value: '2026-03-17T09:30:01Z' }, []],
  ])('%j finds %j', async (condition, expected) => {
    expect(await found(customers(), condition)).toEqual(expected)
  })

  test('what has no value is met by notExist alone, not by noteq or notIn', async () => {
    const account = customers()

    expect(await found(account, { op: 'notExist', field: 'companyNumber' })).toEqual([0, 2])
    expect(await found(account, { op: 'exist', field: 'companyNumber' })).toEqual([1, 3])
    expect(await found(account, { op: 'noteq', field: 'companyNumber', value: 'K-1' })).toEqual([3])
    expect(await found(account, { op: 'notIn', field: 'companyNumber', value: ['K-3'] })).toEqual([1])
  })

  test('entries hold together, and groups may be nested', async () => {
    const account = customers()
    const either = {
      op: 'or',
      items: [
        { op: 'eq', field: 'id', value: 2 },
        {
          op: 'and',
          items: [
            { op: 'eq', field: 'id', value: 3 },
            { op: 'exist', field: 'companyNumber' },
          ],
        },
      ],
    }

    expect(await found(account, either)).toEqual([2, 3])
    expect(await found(account, either, { op: 'eq', field: 'isActive', value: true })).toEqual([3])
  })

  test('a user-defined field may be asked for once', async () => {
    const account = customers()
    account.editByHand('Companies', 3, { phone: '555-0103' })
    await call(account, '/Companies', {
      method: 'PATCH',
      body: { id: 3, userDefinedFields: [{ name: 'Tenant', value: 'vs-7' }] },
    })
    const tenant = { op: 'eq', field: 'tenant', value: 'VS-7', udf: true }

    expect(await found(account, tenant)).toEqual([3])
    expect(await call(account, '/Companies/query', { body: { filter: [tenant, tenant] } })).toMatchObject({
      status: 500,
    })
  })

  test('names come in any letter case, and IncludeFields leaves the others out', async () => {
    const { json } = await call(customers(), '/companies/QUERY/', {
      body: {
        Filter: [{ op: 'EQ', field: 'COMPANYNAME', value: 'Beta AG' }],
        includefields: ['ID', 'companyNumber', 'IsActive'],
      },
    })

    expect(json).toEqual({
      items: [{ id: 2, companyNumber: null, isActive: false }],
      pageDetails: { count: 1, requestCount: 500, prevPageUrl: null, nextPageUrl: null },
    })
  })

  test.each<[string, object, string]>([
    ['no filter', {}, 'The query must have a filter.'],
    [
      'an unknown field',
      { filter: [{ op: 'eq', field: 'board', value: 1 }] },
      'Unable to find board in the Company Entity.',
    ],
    [
      'an unknown field to include',
      { filter: [everything], IncludeFields: ['id', 'board'] },
      'Unable to find board in the Company Entity.',
    ],
    [
      'a label for a number',
      { filter: [{ op: 'eq', field: 'companyType', value: 'Customer' }] },
      "Conversion failed when converting the nvarchar value 'Customer' to data type int.",
    ],
    [
      'null as a value',
      { filter: [{ op: 'eq', field: 'id', value: null }] },
      'The condition on id needs a value.',
    ],
    [
      'a page of 501',
      { filter: [everything], MaxRecords: 501 },
      'maxCountOfRecordsToReturn must be between 1 and 500',
    ],
    [
      '501 values in a list',
      { filter: [{ op: 'in', field: 'id', value: Array.from({ length: 501 }, (_, n) => n) }] },
      'A query can have 500 OR conditions at most.',
    ],
    [
      '501 alternatives',
      {
        filter: [
          { op: 'or', items: Array.from({ length: 501 }, (_, n) => ({ op: 'eq', field: 'id', value: n })) },
        ],
      },
      'A query can have 500 OR conditions at most.',
    ],
  ])('%s is refused with status 500', async (_, body, message) => {
    const answer = await call(customers(), '/Companies/query', { body })

    expect(answer).toMatchObject({ status: 500, json: { errors: [message] } })
  })

  test('500 values in a list are taken', async () => {
    const account = customers()

    const listed = Array.from({ length: 500 }, (_, n) => n)

    expect(await found(account, { op: 'in', field: 'id', value: listed })).toEqual([0, 1, 2, 3])
  })
})

describe('pages', () => {
  test('a POST query goes on with POST and the same body, in order of id, until there is no next page', async () => {
    const account = manyCompanies(1100)
    const body = { filter: [everything], IncludeFields: ['id'] }

    const first = await call(account, '/Companies/query', { body })
    const second = await call(account, nextUrl(first.json), { body })
    const third = await call(account, nextUrl(second.json), { body })

    expect([first, second, third].map(({ json }) => ids(json).length)).toEqual([500, 500, 101])
    expect([first, second, third].flatMap(({ json }) => ids(json))).toEqual(
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

    expect([ids(first.json), ids(second.json)]).toEqual([
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

    expect(ids(back.json)).toEqual([2, 3])
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

    expect([ids(lines.json), ids(line.json)]).toEqual([[8001, 8002], [8001]])
    expect(units.json).toMatchObject({ pageDetails: { count: 10, nextPageUrl: null } })
  })
})
