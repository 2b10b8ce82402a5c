import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acmeAccount, call, credentials } from './calling.ts'
import { type Autotask, startAutotask } from './server.ts'

let at: Autotask

beforeAll(async () => {
  at = await startAutotask({ now: () => new Date('2026-03-17T09:30:00Z') })
})
afterAll(() => at.close())

const zoneOf = (userName: string) =>
  fetch(`${at.url}/ATServicesRest/V1.0/ZoneInformation?user=${encodeURIComponent(userName)}`)

describe('finding the zone', () => {
  test('needs no credentials and gives an address with a slash at its end', async () => {
    const account = at.account({ userName: 'api+1@msp.example' })

    const response = await zoneOf('API+1@msp.example')

    expect(await response.json()).toEqual({
      zoneName: 'Emulated 1',
      url: `${at.url}/ATServicesRest/`,
      webUrl: `${at.url}/`,
      ci: 12_345,
    })
    expect(account.calls).toMatchObject([{ path: '/V1.0/ZoneInformation', status: 200 }])
  })

  test('of an unknown user is a 500', async () => {
    const response = await zoneOf('nobody@msp.example')

    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({ errors: ['Zone information could not be determined'] })
  })

  test('a moved account is refused by the zone before, and at home in the next', async () => {
    const account = acmeAccount(at)
    const before = account.zoneUrl

    account.moveZone()
    const looked: unknown = await (await zoneOf(account.userName)).json()
    const stale = await call(account, `${before}/ATServicesRest/V1.0/Companies/174`)
    const found = await call(account, '/Companies/174')

    expect(looked).toMatchObject({ url: `${account.zoneUrl}/ATServicesRest/` })
    expect([account.zoneUrl === before, stale.status, found.status]).toEqual([false, 401, 200])
  })

  test('the versions may be asked for by anyone', async () => {
    const response = await fetch(`${at.url}/atservicesrest/versioninformation`)

    expect(await response.json()).toEqual({ apiVersions: ['V1.0'] })
  })
})

describe('signing in', () => {
  const status = async (headers: Record<string, string>) =>
    (await fetch(`${at.url}/ATServicesRest/V1.0/Companies/174`, { headers })).status

  test('a missing header is a 401, whichever it is', async () => {
    const account = acmeAccount(at)
    const { UserName = '', Secret = '', ApiIntegrationCode = '' } = credentials(account)

    expect(await status({ UserName, Secret, ApiIntegrationCode })).toBe(200)
    expect(await status({ Secret, ApiIntegrationCode })).toBe(401)
    expect(await status({ UserName, ApiIntegrationCode })).toBe(401)
    expect(await status({ UserName, Secret })).toBe(401)
  })

  test('a wrong secret is a 401 even with a wrong integration code, the wrong code alone a 500', async () => {
    const account = acmeAccount(at)
    const code = { ApiIntegrationCode: 'GUESSED' }

    const both = await call(account, '/Companies/174', { headers: { ...code, Secret: 'guessed' } })
    const codeOnly = await call(account, '/Companies/174', { headers: code })

    expect(both.status).toBe(401)
    expect(codeOnly).toMatchObject({ status: 500, json: { errors: ['IntegrationCode is invalid.'] } })
  })

  test('one account does not see another’s records', async () => {
    const [one, other] = [acmeAccount(at), at.account()]

    expect(await call(one, '/Contracts/7001')).toMatchObject({ json: { item: { id: 7001 } } })
    expect(await call(other, '/Contracts/7001')).toMatchObject({ json: { item: null } })
  })

  test('who is not signed in learns nothing of what there is', async () => {
    const account = acmeAccount(at)

    expect(await call(account, '/Nothing', { headers: { Secret: 'guessed' } })).toMatchObject({ status: 401 })
    expect(await call(account, '/Nothing')).toMatchObject({ status: 404 })
  })
})
