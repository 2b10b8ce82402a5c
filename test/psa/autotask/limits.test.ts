import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Autotask, startAutotask } from '../../vendors/autotask/server.ts'
import { failureOf } from '../contract.ts'
import { adapterOf, contractNoon, isWrite, refusal, withLine } from './adapter.ts'

let vendor: Autotask
beforeAll(async () => {
  vendor = await startAutotask({ now: contractNoon })
})
afterAll(() => vendor.close())

describe('the requests of an hour', () => {
  test('of 10,000, a run finds room until 6,999 are used by all programs together', async () => {
    const account = vendor.account()
    account.budget.others = 6_998

    await adapterOf(account).assertRoom()

    expect(account.calls).toMatchObject([{ path: '/V1.0/ThresholdInformation', status: 200 }])
  })

  test('from 7,000 on there is no room, and it asks to wait 5 minutes', async () => {
    const account = vendor.account()
    account.budget.others = 6_999

    expect(await failureOf(adapterOf(account).assertRoom())).toEqual({
      kind: 'throttled',
      retryAfterSeconds: 300,
    })
  })

  test('when all are used up, a read says to wait', async () => {
    const account = vendor.account()
    account.budget.others = 10_000

    expect(await failureOf(adapterOf(account).products(['20001']))).toEqual({
      kind: 'throttled',
      retryAfterSeconds: 10,
    })
  })

  test('and as long as Autotask says, where it does', async () => {
    const account = vendor.account()
    account.budget.others = 10_000
    account.budget.retryAfterSeconds = 90

    expect(await failureOf(adapterOf(account).products(['20001']))).toEqual({
      kind: 'throttled',
      retryAfterSeconds: 90,
    })
  })
})

describe('the limit of requests at once', () => {
  test.each([[429 as const], [500 as const]])(
    'told with status %i, a write was surely not done and waits 2 seconds',
    async (status) => {
      const { account, psa, change } = withLine(vendor.account())
      account.threads.most = 0
      account.threads.status = status

      expect(await failureOf(psa.setQuantity(change))).toEqual({ kind: 'throttled', retryAfterSeconds: 2 })
      expect(account.adjustments).toEqual([])
    },
  )

  test.each(['ITGENATR005: too many', 'The Thread Threshold of 3 threads has been exceeded'])(
    'is known by a part of its words: %s',
    async (text) => {
      const { account, psa, change } = withLine(vendor.account())
      account.faults.add({ ...refusal(text), match: isWrite })

      expect(await failureOf(psa.setQuantity(change))).toMatchObject({ kind: 'throttled' })
    },
  )
})
