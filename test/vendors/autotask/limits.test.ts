import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { acmeAccount, call } from './calling.ts'
import { type Autotask, startAutotask } from './server.ts'

let at: Autotask
let clock: Date

beforeAll(async () => {
  at = await startAutotask({ now: () => clock })
})
beforeEach(() => {
  clock = new Date('2026-03-17T09:30:00Z')
})
afterAll(() => at.close())

const filter = [{ op: 'exist', field: 'id' }]

describe('requests at once', () => {
  /** `count` queries of each kind at the same time, none answered before all are in. */
  async function atOnce(account: Account, ...counts: [string, number][]): Promise<number[]> {
    const gate = Promise.withResolvers<void>()
    account.gate = gate.promise
    const sent = counts.flatMap(([path, count]) =>
      Array.from({ length: count }, () => call(account, path, { body: { filter } })),
    )
    await expect.poll(() => account.calls.length).toBe(sent.length)
    gate.resolve()
    return (await Promise.all(sent)).map(({ status }) => status).sort()
  }

  test('three of one kind go well, and three of another beside them', async () => {
    const account = acmeAccount(at)

    expect(await atOnce(account, ['/Companies/query', 3], ['/Services/query/count', 3])).toEqual([
      200, 200, 200, 200, 200, 200,
    ])
    expect([account.threads.peak.get('Companies'), account.threads.peak.get('Services')]).toEqual([3, 3])
    expect(account.threads.now.get('Companies')).toBe(0)
  })

  test('the fourth is refused, by 429 or where the account is set so by 500', async () => {
    const account = acmeAccount(at)
    const other = acmeAccount(at)
    other.threads.status = 500

    expect(await atOnce(account, ['/Companies/query', 4])).toEqual([200, 200, 200, 429])
    expect(await atOnce(other, ['/Companies/query', 5])).toEqual([200, 200, 200, 500, 500])
    expect(account.threads.peak.get('Companies')).toBe(4)
    expect(await call(account, '/Companies/174')).toMatchObject({ status: 200 })
  })

  test('a refused adjustment is not booked', async () => {
    const account = acmeAccount(at)
    account.threads.most = 0

    const answer = await call(account, '/Contracts/7001/ServiceAdjustments', {
      body: { contractServiceID: 8001, effectiveDate: '2026-03-17', unitChange: 1 },
    })

    expect(answer).toMatchObject({
      status: 429,
      json: {
        errors: [
          'Itgenatr005: the thread threshold of 0 threads has been exceeded for this object endpoint.',
        ],
      },
    })
    expect(account.adjustments).toEqual([])
    expect([...account.threads.peak]).toEqual([
      ['Contracts', 1],
      ['ContractServiceAdjustments', 1],
    ])
  })
})

describe('requests in an hour', () => {
  test('are counted with those of other integrations, this one and refused ones too', async () => {
    const account = acmeAccount(at)
    account.budget.others = 120
    await call(account, '/Companies/174')
    await call(account, '/Nothing')

    expect((await call(account, '/ThresholdInformation')).json).toEqual({
      externalRequestThreshold: 10_000,
      requestThresholdTimeframe: 60,
      currentTimeframeRequestCount: 123,
    })
  })

  test('over the threshold are refused until the hour has gone on', async () => {
    const account = acmeAccount(at)
    account.budget.threshold = 2
    account.budget.retryAfterSeconds = 60
    const status = async () => (await call(account, '/Companies/174')).status

    const first = [await status(), await status(), await status()]
    const refused = await call(account, '/Companies/174')
    clock = new Date('2026-03-17T10:30:01Z')

    expect(first).toEqual([200, 200, 429])
    expect(refused.headers.get('retry-after')).toBe('60')
    expect(await status()).toBe(200)
  })

  test('take longer from half of the threshold on where the account is set so', async () => {
    const account = acmeAccount(at)
    const delayWith = (others: number) => {
      account.budget.others = others
      return account.budget.slowdownMs()
    }

    expect([0, 4_999, 5_000, 7_500, 7_501].map(delayWith)).toEqual([0, 0, 500, 500, 1000])

    account.budget.others = 5_000
    account.options.slowdown = true
    const before = performance.now()
    await call(account, '/Companies/174')
    expect(performance.now() - before).toBeGreaterThan(450)
  })

  test('do not count the zone look-up', async () => {
    const account = acmeAccount(at)

    await fetch(`${at.url}/ATServicesRest/V1.0/ZoneInformation?user=${account.userName}`)

    expect(account.budget.used).toBe(0)
  })
})
