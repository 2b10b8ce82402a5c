import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { acmeAccount, call } from './calling.ts'
import { throttled } from './errors.ts'
import { type ConnectWise, startConnectWise } from './server.ts'

let cw: ConnectWise

beforeAll(async () => {
  cw = await startConnectWise({ now: () => new Date('2026-11-17T09:30:00Z') })
})
afterAll(() => cw.close())

describe('faults', () => {
  const write = (account: Account) =>
    call(account, '/finance/agreements/31/additions', {
      method: 'POST',
      body: { product: { id: 41 }, quantity: 25, billCustomer: 'Billable' },
    })

  test('throttling has the edge’s own body and says how long to wait', async () => {
    const account = acmeAccount(cw)
    account.faults.add({ match: ({ method }) => method === 'POST', ...throttled(30) })

    const first = await write(account)
    const second = await write(account)

    expect([first.status, second.status, first.headers.get('retry-after')]).toEqual([429, 201, '30'])
    expect(first.json).toEqual({
      error: 'ConnectWiseAPI',
      message: 'Too many requests. Please try again in 30 seconds.',
    })
    expect(account.calls.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['POST', '/finance/agreements/31/additions', 429],
      ['POST', '/finance/agreements/31/additions', 201],
    ])
  })

  test('a lost answer leaves the addition there, a lost request does not', async () => {
    const account = acmeAccount(cw)
    account.faults.add({ match: () => true, kind: 'resetBefore' })
    account.faults.add({ match: () => true, kind: 'resetAfter' })

    await expect(write(account)).rejects.toThrow()
    expect(account.additionsOf(31)).toEqual([])
    await expect(write(account)).rejects.toThrow()
    expect(account.additionsOf(31)).toMatchObject([{ quantity: 25 }])

    expect(account.calls.map(({ status }) => status)).toEqual([null, 201])
  })

  test('one account’s faults and records are not another’s', async () => {
    const [one, other] = [acmeAccount(cw), acmeAccount(cw)]
    one.faults.add({ match: () => true, kind: 'html', times: Number.POSITIVE_INFINITY })

    await write(one)
    await write(other)

    expect([one.additionsOf(31).length, other.additionsOf(31).length]).toEqual([0, 1])
  })
})
