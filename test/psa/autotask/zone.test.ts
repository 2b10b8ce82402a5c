import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { autotask } from '../../../worker/psa/autotask/autotask.ts'
import type { VendorHttp } from '../../../worker/vendor/http.ts'
import type { Account } from '../../vendors/autotask/account.ts'
import { type Autotask, startAutotask } from '../../vendors/autotask/server.ts'
import { callsOf } from '../calls.ts'
import { failureOf } from '../contract.ts'
import { memoryOf } from '../root-memory.ts'
import { adapterOf, apiRootOf, connectionOf, contractNoon, httpOf, withLine } from './adapter.ts'

let vendor: Autotask
beforeAll(async () => {
  vendor = await startAutotask({ now: contractNoon })
})
afterAll(() => vendor.close())

const isLookup = ({ path }: { path: string }) => path.endsWith('/ZoneInformation')

describe('finding the zone', () => {
  test('it is asked for once and remembered', async () => {
    const account = vendor.account()
    const memory = memoryOf(null)

    await adapterOf(account, { memory }).products(['20001'])
    await adapterOf(account, { memory }).products(['20001'])

    expect(memory.stored).toBe(`${vendor.url}/ATServicesRest/V1.0`)
    expect(callsOf(account)).toEqual([
      'GET /V1.0/ZoneInformation',
      'POST /V1.0/Services/query',
      'POST /V1.0/Services/query',
    ])
  })

  test('reads that start together share one lookup', async () => {
    const account = vendor.account()
    const psa = adapterOf(account, { memory: memoryOf(null) })

    await Promise.all([psa.products(['1']), psa.agreements(['2'], '2026-11-05'), psa.products(['3'])])

    expect(account.calls.filter(isLookup)).toHaveLength(1)
  })

  test.each(['/ATServicesRest/V1.0', '/ATServicesRest/', '/atservicesrest/v1.0/zoneInformation', '/'])(
    'what is pasted behind the host is left away: %s',
    async (pasted) => {
      const account = vendor.account()
      const psa = adapterOf(account, { baseUrl: vendor.url + pasted, memory: memoryOf(null) })

      await psa.products(['20001'])

      expect(callsOf(account)).toEqual(['GET /V1.0/ZoneInformation', 'POST /V1.0/Services/query'])
    },
  )

  test.each([
    [
      'https://webservices3.autotask.net/ATServicesRest/',
      'https://webservices3.autotask.net/ATServicesRest/V1.0',
    ],
    [
      'https://webservices29.autotask.net/ATServicesRest',
      'https://webservices29.autotask.net/ATServicesRest/V1.0',
    ],
    ['https://prde.autotask.net/atservicesrest/', 'https://prde.autotask.net/atservicesrest/V1.0'],
  ])('a zone told as %s is called there', async (url, root) => {
    const account = vendor.account()
    answerLookup(account, { url })

    const { addresses } = await addressesCalled(account, 'https://webservices.autotask.net')

    expect(addresses).toEqual([
      'https://webservices.autotask.net/ATServicesRest/V1.0/ZoneInformation',
      `${root}/Services/query`,
    ])
  })

  test.each([
    ['https://autotask.net.evil.example/ATServicesRest/'],
    ['https://evilautotask.net/ATServicesRest/'],
    ['http://webservices3.autotask.net/ATServicesRest/'],
    ['https://webservices.autotask.net@evil.example/ATServicesRest/'],
  ])('the credentials are not sent to a zone told as %s', async (url) => {
    const account = vendor.account()
    answerLookup(account, { url })
    const memory = memoryOf(null)

    const { addresses, failure } = await addressesCalled(account, 'https://webservices.autotask.net', memory)

    expect(failure).toMatchObject({ kind: 'rejected', status: 0 })
    expect(addresses).toHaveLength(1)
    expect(memory.stored).toBeNull()
  })

  test('an answer of another shape is not taken for a zone', async () => {
    const account = vendor.account()
    answerLookup(account, { zone: 'America East' })

    const failure = await failureOf(adapterOf(account, { memory: memoryOf(null) }).products(['20001']))

    expect(failure).toMatchObject({
      kind: 'rejected',
      status: 0,
      reply: expect.stringContaining('not the Autotask API'),
    })
  })

  test('a user that no zone knows has wrong credentials', async () => {
    const account = vendor.account()
    const psa = adapterOf(account, {
      memory: memoryOf(null),
      credentials: { userName: 'nobody@msp.example' },
    })

    expect(await failureOf(psa.products(['20001']))).toEqual({ kind: 'unauthorized' })
  })

  test('while the lookup is out of order nothing is guessed, and the next read tries again', async () => {
    const account = vendor.account()
    account.faults.add({ kind: 'status', status: 503, match: isLookup })
    const psa = adapterOf(account, { memory: memoryOf(null) })

    expect(await failureOf(psa.products(['20001']))).toMatchObject({ kind: 'unavailable', status: 503 })
    expect(await psa.products(['20001'])).toEqual([])
  })
})

describe('refused credentials', () => {
  test('an account that was moved is found again by reads that are on their way, after one refusal', async () => {
    const account = vendor.account()
    const memory = memoryOf(apiRootOf(account))
    const service = account.addService({ name: 'Endpoint protection' })
    const psa = adapterOf(account, { memory })
    account.moveZone()

    const together = await Promise.all([psa.products([`${service.id}`]), psa.products([`${service.id}`])])

    expect(together.map(({ length }) => length)).toEqual([1, 1])
    expect(memory.stored).toBe(apiRootOf(account))
    expect(account.calls.map(({ status }) => status)).toEqual([401, 200, 200, 200])
  })

  test('an adjustment to the old zone is sent again to the new one, and booked once', async () => {
    const account = vendor.account()
    const { psa, change } = withLine(account)
    account.moveZone()

    await psa.setQuantity(change)

    expect(account.adjustments).toMatchObject([{ unitChange: 2 }])
  })

  test('a secret that is refused is sent once, however many reads wait', async () => {
    const account = vendor.account()
    const psa = adapterOf(account, { credentials: { secret: 'an old one' } })

    const failures = await Promise.all(['1', '2', '3'].map((id) => failureOf(psa.products([id]))))
    const later = await failureOf(psa.products(['4']))

    expect([...failures, later]).toEqual(Array(4).fill({ kind: 'unauthorized' }))
    expect(callsOf(account)).toEqual(['POST /V1.0/Services/query', 'GET /V1.0/ZoneInformation'])
  })

  test('where the zone can’t be looked up just then, nothing more is sent either', async () => {
    const account = vendor.account()
    const psa = adapterOf(account, { credentials: { secret: 'an old one' } })
    account.faults.add({ kind: 'status', status: 503, match: isLookup })

    const failures = await Promise.all(['1', '2'].map((id) => failureOf(psa.products([id]))))

    expect(failures).toMatchObject(Array(2).fill({ kind: 'unavailable', status: 503 }))
    expect(callsOf(account)).toEqual(['POST /V1.0/Services/query', 'GET /V1.0/ZoneInformation'])
  })

  test('a secret that the new zone refuses too is never sent a third time', async () => {
    const account = vendor.account()
    const psa = adapterOf(account, { credentials: { secret: 'an old one' } })
    account.moveZone()

    const failures = [await failureOf(psa.products(['1'])), await failureOf(psa.products(['2']))]

    expect(failures).toEqual(Array(2).fill({ kind: 'unauthorized' }))
    expect(account.calls.map(({ status }) => status)).toEqual([401, 200, 401])
  })
})

function answerLookup(account: Account, body: Record<string, string>): void {
  account.faults.add({ kind: 'status', status: 200, body: JSON.stringify(body), match: isLookup })
}

/** The addresses of one read of services where every host name leads to the emulated vendor. */
async function addressesCalled(account: Account, baseUrl: string, memory = memoryOf(null)) {
  const addresses: string[] = []
  const connection = connectionOf(account, { baseUrl })
  const http = httpOf(connectionOf(account))
  const everywhere: VendorHttp = (request) => {
    const { origin, pathname, search } = new URL(request.url)
    addresses.push(origin + pathname)
    return http({ ...request, url: vendor.url + pathname + search })
  }
  const read = autotask(connection, everywhere, memory).products(['20001'])
  const failure = await read.then(
    () => null,
    () => failureOf(read),
  )
  return { addresses, failure }
}
