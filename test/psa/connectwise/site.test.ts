import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectWise } from '../../../worker/psa/connectwise/connectwise.ts'
import type { NewLine } from '../../../worker/psa/port.ts'
import { vendorHttp } from '../../../worker/vendor/http.ts'
import type { Account } from '../../vendors/connectwise/account.ts'
import { type ConnectWise, startConnectWise } from '../../vendors/connectwise/server.ts'
import { callsOf } from '../calls.ts'
import { contractDay, failureOf } from '../contract.ts'
import { memoryOf } from '../root-memory.ts'
import { adapterOf, apiRootOf } from './adapter.ts'

let vendor: ConnectWise
beforeAll(async () => {
  vendor = await startConnectWise()
})
afterAll(() => vendor.close())

describe('finding the API', () => {
  test('the code base is asked for once and remembered', async () => {
    const account = vendor.account({ codebase: 'v2026_2/' })
    const memory = memoryOf(null)

    await adapterOf(account, { memory }).products(['501'])
    await adapterOf(account, { memory }).products(['501'])

    expect(memory.stored).toBe(`${vendor.url}/v2026_2/apis/3.0`)
    expect(callsOf(account)).toEqual([
      `GET /login/companyinfo/${account.companyId}`,
      'GET /procurement/catalog',
      'GET /procurement/catalog',
    ])
  })

  test('reads that start together share one discovery', async () => {
    const account = vendor.account()
    const psa = adapterOf(account)

    await Promise.all([
      psa.products(['501']),
      psa.agreements(['31'], contractDay),
      psa.lines(['31'], contractDay),
    ])

    expect(callsOf(account).filter((call) => call.includes('companyinfo'))).toHaveLength(1)
  })

  test('an API that moved is found again, once, by reads that are on their way', async () => {
    const account = vendor.account()
    const product = `${account.addProduct({ identifier: 'KES-WKS' }).id}`
    const memory = memoryOf(`${vendor.url}/gone/v2024_1/apis/3.0`)
    const psa = adapterOf(account, { memory })

    const together = await Promise.all([psa.products([product]), psa.products([product])])
    const later = await psa.products([product])

    expect([...together, later].map(({ length }) => length)).toEqual([1, 1, 1])
    expect(memory.stored).toBe(apiRootOf(account))
    expect(callsOf(account).filter((call) => call.includes('companyinfo'))).toHaveLength(1)
    expect(callsOf(account).filter((call) => call.includes('/gone/'))).toHaveLength(2)
  })

  test('a line that is made is not made again for what its text says', async () => {
    const account = vendor.account()
    const { agreement } = agreementAndProduct(account)
    const product = `${account.addProduct({ identifier: 'TLS', description: 'SSL is required' }).id}`
    const psa = adapterOf(account, { memory: memoryOf(`${vendor.url}/v2024_1/apis/3.0`) })

    await psa.createLine(newLine(agreement, product, 8))

    expect(account.additionsOf(Number(agreement))).toMatchObject([{ description: 'SSL is required' }])
  })

  test('a write to the old place is sent again to the new one, and done once', async () => {
    const account = vendor.account()
    const { agreement, product } = agreementAndProduct(account)
    const psa = adapterOf(account, { memory: memoryOf(`${vendor.url}/v1/apis/3.0/v2/apis/3.0`) })

    await psa.createLine(newLine(agreement, product, 8))

    expect(account.additionsOf(Number(agreement))).toHaveLength(1)
    expect(callsOf(account).filter((call) => call.startsWith('POST'))).toHaveLength(2)
  })

  test('a 404 is not followed by discovery over and over', async () => {
    const account = vendor.account()
    const psa = adapterOf(account, { memory: memoryOf(apiRootOf(account)) })

    await psa.lines(['31'], contractDay)
    await psa.lines(['32'], contractDay)

    expect(callsOf(account).filter((call) => call.includes('companyinfo'))).toHaveLength(1)
  })

  test.each([
    ['/v4_6_release/apis/3.0'],
    ['/v4_6_release/apis/3.0/'],
    ['/v2025_1/ConnectWise.aspx?routeTo=AccountFV'],
    ['/'],
  ])('what is pasted behind the host is left away: %s', async (pasted) => {
    const account = vendor.account()

    await adapterOf(account, { baseUrl: vendor.url + pasted }).products(['501'])

    expect(callsOf(account)).toEqual([
      `GET /login/companyinfo/${account.companyId}`,
      'GET /procurement/catalog',
    ])
  })

  test.each([
    [{ SiteUrl: 'api-eu.myconnectwise.net' }, 'api-eu.myconnectwise.net'],
    [{ siteUrl: 'api-eu.myconnectwise.net' }, 'api-eu.myconnectwise.net'],
    [{ SiteURL: 'https://api-eu.myconnectwise.net/' }, 'api-eu.myconnectwise.net'],
    [{ SiteUrl: 'na.myconnectwise.net' }, 'na.myconnectwise.net'],
    [{}, 'api-na.myconnectwise.net'],
    [{ SiteUrl: null }, 'api-na.myconnectwise.net'],
  ])('asked at na.myconnectwise.net, the API is at the host that %j means', async (told, host) => {
    const account = vendor.account()
    answerDiscovery(account, { Codebase: 'v2026_2/', ...told })

    const addresses = await addressesCalled(account, 'https://na.myconnectwise.net')

    expect(addresses).toEqual([
      `https://na.myconnectwise.net/login/companyinfo/${account.companyId}`,
      `https://${host}/v2026_2/apis/3.0/procurement/catalog`,
    ])
  })

  test('a server of one’s own keeps its host and port', async () => {
    const account = vendor.account()
    answerDiscovery(account, { Codebase: 'v4_6_release/' })

    const addresses = await addressesCalled(account, 'https://psa.acme.example:8443')

    expect(addresses[1]).toBe('https://psa.acme.example:8443/v4_6_release/apis/3.0/procurement/catalog')
  })

  test('where discovery has no answer, the code base that works everywhere is used and not remembered', async () => {
    const account = vendor.account()
    account.faults.add({ kind: 'html', match: ({ path }) => path.startsWith('/login') })
    const memory = memoryOf(null)

    const addresses = await addressesCalled(account, 'https://eu.myconnectwise.net', memory)

    expect(addresses[1]).toBe('https://api-eu.myconnectwise.net/v4_6_release/apis/3.0/procurement/catalog')
    expect(memory.stored).toBeNull()
  })

  test('while discovery is out of order nothing is guessed, and the next read tries again', async () => {
    const account = vendor.account()
    account.faults.add({ kind: 'status', status: 503, match: ({ path }) => path.startsWith('/login') })
    const psa = adapterOf(account)

    expect(await failureOf(psa.products(['501']))).toMatchObject({ kind: 'unavailable', status: 503 })
    expect(await psa.products(['501'])).toEqual([])
  })
})

function newLine(agreementId: string, productId: string, quantity: number): NewLine {
  return { agreementId, productId, quantity, startsOn: contractDay, priceLevelId: null }
}

function agreementAndProduct(account: Account) {
  const company = account.addCompany({ name: 'Acme GmbH' })
  const agreement = account.addAgreement({ company, name: 'Managed Security' })
  return { agreement: `${agreement.id}`, product: `${account.addProduct({ identifier: 'KES-WKS' }).id}` }
}

function answerDiscovery(account: Account, body: Record<string, string | null>): void {
  const match = ({ path }: { path: string }) => path.startsWith('/login')
  account.faults.add({ kind: 'status', status: 200, body: JSON.stringify(body), match })
}

/** The addresses of one read of products where every host name leads to the emulated vendor. */
async function addressesCalled(
  account: Account,
  baseUrl: string,
  memory = memoryOf(null),
): Promise<string[]> {
  const { companyId, publicKey, privateKey, clientId } = account
  const credentials = { companyId, publicKey, privateKey, clientId }
  const addresses: string[] = []
  const http = vendorHttp({
    vendor: 'ConnectWise',
    assertAllowed: () => {},
    extraHeaders: {},
    secrets: [],
    maxConcurrent: 1,
    timeoutMs: 5000,
  })
  const psa = connectWise(
    { name: 'ConnectWise', baseUrl, credentials },
    (request) => {
      const { origin, pathname, search } = new URL(request.url)
      addresses.push(origin + pathname)
      return http({ ...request, url: vendor.url + pathname + search })
    },
    memory,
  )
  await psa.products(['501'])
  return addresses
}
