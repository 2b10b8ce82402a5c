import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { call, idsIn } from './calling.ts'
import { type Autotask, startAutotask } from './server.ts'

let at: Autotask

beforeAll(async () => {
  at = await startAutotask({ now: () => new Date('2026-03-17T09:30:00Z') })
})
afterAll(() => at.close())

const everything = { op: 'exist', field: 'id' }

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
    return idsIn(json)
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
