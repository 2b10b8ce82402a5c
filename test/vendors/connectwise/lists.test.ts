import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { acmeAccount, call } from './calling.ts'
import { type ConnectWise, startConnectWise } from './server.ts'

let cw: ConnectWise

beforeAll(async () => {
  cw = await startConnectWise({ now: () => new Date('2026-11-17T09:30:00Z') })
})
afterAll(() => cw.close())

describe('lists', () => {
  function manyCompanies(count: number): Account {
    const account = cw.account()
    for (let n = 1; n <= count; n++) account.addCompany({ id: n, name: `Company ${n}` })
    return account
  }
  const ids = (json: unknown) =>
    JSON.stringify(json)
      .match(/(?<=\{"id":)\d+/g)
      ?.map(Number) ?? []

  test('a page holds 25 rows unless asked, and 1,000 at most', async () => {
    const account = manyCompanies(1001)

    const usual = await call(account, '/company/companies?fields=id')
    const large = await call(account, '/company/companies?fields=id&pageSize=5000')
    const past = await call(account, '/company/companies?pageSize=1000&page=3')

    expect([ids(usual.json).length, ids(large.json).length]).toEqual([25, 1000])
    expect(past).toMatchObject({ status: 200, json: [] })
  })

  test('numbered pages link to the others and keep the query', async () => {
    const account = manyCompanies(7)

    const { headers } = await call(account, '/company/companies?conditions=id+>+1&pageSize=2&page=2')

    const at = `${cw.url}/v4_6_release/apis/3.0/company/companies?conditions=id+%3E+1&pageSize=2&page=`
    expect(headers.get('link')?.split(', ')).toEqual([
      `<${at}1>; rel="first"`,
      `<${at}1>; rel="prev"`,
      `<${at}3>; rel="next"`,
      `<${at}3>; rel="last"`,
    ])
  })

  test('forward-only pages go on after the last id seen, by id, and always link on', async () => {
    const account = manyCompanies(5)
    const forward = { headers: { 'pagination-type': 'forward-only' } }

    const first = await call(account, '/company/companies?fields=id&pageSize=3&page=9', forward)
    const last = await call(account, '/company/companies?fields=id&pageSize=3&pageId=3', forward)
    const ordered = await call(account, '/company/companies?orderBy=name', forward)

    expect([ids(first.json), ids(last.json)]).toEqual([
      [1, 2, 3],
      [4, 5],
    ])
    expect(first.headers.get('link')).toMatch(/pageId=3>; rel="next"$/)
    expect(last.headers.get('link')).toMatch(/pageId=5>; rel="next"$/)
    expect(ordered.status).toBe(400)
  })

  test('fields may be nested, and _info goes unless it is named', async () => {
    const account = acmeAccount(cw)

    const some = await call(account, '/company/companies/250?fields=id,status/name')
    const withInfo = await call(account, '/company/companies?fields=id,types/id,_info/updatedBy')

    expect(some.json).toEqual({ id: 250, status: { name: 'Active' } })
    expect(withInfo.json).toEqual([{ id: 250, types: [{ id: 1 }], _info: { updatedBy: 'Admin1' } }])
  })

  test('orders, filters and counts', async () => {
    const account = acmeAccount(cw)
    account.addCompany({ id: 251, name: 'Zeta', deleted: true })
    account.addCompany({ id: 252, name: 'Beta' })

    const ordered = await call(account, '/company/companies?fields=id&orderBy=deletedFlag desc, name asc')
    const filtered = await call(
      account,
      '/company/companies?fields=id&conditions=deletedFlag=false and id in (251,252)',
    )
    const count = await call(account, '/company/companies/count?childConditions=types/name="Customer"')

    expect([ids(ordered.json), ids(filtered.json)]).toEqual([[251, 250, 252], [252]])
    expect(count.json).toEqual({ count: 3 })
  })

  test('a name that is none is refused in conditions and in the order', async () => {
    const account = acmeAccount(cw)

    const answers = await Promise.all([
      call(account, '/company/companies?conditions=board/name = "x"'),
      call(account, '/company/companies?orderBy=board/name'),
    ])

    const refusal = {
      code: 'ApiFindCondition',
      message: 'board/name is not a recognized name.',
      errors: null,
    }
    expect(answers).toMatchObject([
      { status: 400, json: refusal },
      { status: 400, json: refusal },
    ])
  })

  test('the light list of products knows less of them', async () => {
    const account = acmeAccount(cw)

    const { json } = await call(account, '/procurement/catalog/info?conditions=identifier = "kes-wks"')
    const count = await call(account, '/procurement/catalog/info/count')
    const unknown = await call(account, '/procurement/catalog/info?conditions=unitOfMeasure/id = 1')

    expect(json).toMatchObject([{ id: 41, identifier: 'KES-WKS', price: 3.5, inactiveFlag: false }])
    expect(json).not.toHaveProperty('0.unitOfMeasure')
    expect([count.json, unknown.status]).toEqual([{ count: 2 }, 400])
  })
})
