import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acmeAccount, basic, call } from './calling.ts'
import { type ConnectWise, startConnectWise } from './server.ts'

let cw: ConnectWise

beforeAll(async () => {
  cw = await startConnectWise({ now: () => new Date('2026-11-17T09:30:00Z') })
})
afterAll(() => cw.close())

describe('finding the codebase', () => {
  test('companyinfo needs no credentials and gives the host without a scheme', async () => {
    const account = cw.account({ companyId: 'Bright_IT' })

    const response = await fetch(`${cw.url}/login/companyinfo/bright_it`)

    expect(await response.json()).toEqual({
      CompanyName: 'Bright_IT',
      Codebase: 'v2025_1/',
      VersionCode: 'v2025.1',
      VersionNumber: 'v2025.1.114',
      CompanyID: 'Bright_IT',
      IsCloud: 'True',
      SiteUrl: cw.url.replace('http://', ''),
    })
    expect(account.calls).toMatchObject([{ path: '/login/companyinfo/bright_it', status: 200 }])
  })

  test('any codebase and letter case leads there, a slash at the end too, a path twice does not', async () => {
    const account = acmeAccount(cw)
    const headers = { authorization: basic(account), clientid: account.clientId }
    const get = (path: string) => fetch(`${cw.url}${path}`, { headers })

    const found = await get('/v2031_9/APIS/3.0/Company/COMPANIES/250/')
    const doubled = await get('/v4_6_release/apis/3.0/v4_6_release/apis/3.0/company/companies')

    expect([found.status, doubled.status]).toEqual([200, 400])
    expect(await doubled.text()).toBe('Cannot route. Codebase/company is invalid')
  })
})

describe('signing in', () => {
  test('wrong keys are a 401 in the vendor’s error shape, or a 404 where the account is set so', async () => {
    const account = acmeAccount(cw)
    const wrong = { headers: { authorization: basic(account, 'guessed') } }

    const refused = await call(account, '/company/companies', wrong)
    account.answers.wrongCredentials = 404
    const hidden = await call(account, '/company/companies', wrong)

    expect(refused).toMatchObject({ status: 401, json: { code: 'Unauthorized', errors: null } })
    expect(hidden.status).toBe(404)
  })

  test('a missing or foreign clientId is a 401, or a 403 where the account is set so', async () => {
    const account = acmeAccount(cw)
    const foreign = { headers: { clientid: '00000000-0000-0000-0000-000000000000' } }

    const missing = await fetch(`${cw.url}/v4_6_release/apis/3.0/company/companies`, {
      headers: { authorization: basic(account) },
    })
    const refused = await call(account, '/company/companies', foreign)
    account.answers.missingClientId = 403
    const forbidden = await call(account, '/company/companies', foreign)

    expect([missing.status, refused.status, forbidden.status]).toEqual([401, 401, 403])
  })

  test('system/info answers without credentials and proves none', async () => {
    const open = await fetch(`${cw.url}/v4_6_release/apis/3.0/system/info`)
    const closed = await fetch(`${cw.url}/v4_6_release/apis/3.0/system/myMembers/info`)

    expect([open.status, closed.status]).toEqual([200, 401])
    expect(await open.json()).toMatchObject({ version: 'v2025.1.114', isCloud: true })
  })

  test('a member’s hash signs in by cookies or Basic until it expires', async () => {
    const account = cw.account()
    const { companyid, memberid, memberHash } = account.openSession('jdoe')
    const cookie = `companyName=${companyid}; memberId=${memberid}; memberHash=${memberHash}; memberContext=web`
    const byCookies = { headers: { cookie, authorization: '' } }
    const byBasic = { headers: { authorization: basic(account, memberHash, 'JDOE') } }

    const before = [
      await call(account, '/system/myMembers/info', byCookies),
      await call(account, '/system/myMembers/info', byBasic),
    ]
    account.expireSessions()
    const after = [
      await call(account, '/system/myMembers/info', byCookies),
      await call(account, '/system/myMembers/info', byBasic),
    ]

    expect(before).toMatchObject([
      { status: 200, json: { identifier: 'jdoe', licenseClass: 'F' } },
      { status: 200, json: { identifier: 'jdoe' } },
    ])
    expect(after).toMatchObject([{ status: 401 }, { status: 401 }])
  })

  test('a right that the role lacks is a 403 for that action only', async () => {
    const account = acmeAccount(cw)
    const { id } = account.addAddition({ agreement: 31, product: 41, quantity: 25 })
    account.deny('Finance', 'Agreements', 'edit')

    const read = await call(account, '/finance/agreements/31/additions')
    const written = await call(account, `/finance/agreements/31/additions/${id}`, {
      method: 'PATCH',
      body: [{ op: 'replace', path: 'quantity', value: 26 }],
    })

    expect(read.status).toBe(200)
    expect(written).toMatchObject({ status: 403, json: { code: 'Security' } })
    expect(account.additionsOf(31)).toMatchObject([{ quantity: 25 }])
  })
})
