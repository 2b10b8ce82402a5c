import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account, Call } from './account.ts'
import { acmeAccount, call } from './calling.ts'
import { type Autotask, startAutotask } from './server.ts'

let at: Autotask

beforeAll(async () => {
  at = await startAutotask({ now: () => new Date('2026-03-17T09:30:00Z') })
})
afterAll(() => at.close())

describe('faults', () => {
  const isWrite = ({ method, path }: Call) => method === 'POST' && path.endsWith('Adjustments')
  const write = (account: Account) =>
    call(account, '/ContractServiceAdjustments', {
      body: { contractServiceID: 8001, effectiveDate: '2026-03-17', unitChange: 3 },
    })

  test('a lost answer leaves the units changed, a lost request does not', async () => {
    const account = acmeAccount(at)
    account.faults.add({ match: isWrite, kind: 'resetBefore' })
    account.faults.add({ match: isWrite, kind: 'resetAfter' })

    await expect(write(account)).rejects.toThrow()
    expect(account.unitsOf(7001)[0]).toMatchObject({ units: 25 })
    await expect(write(account)).rejects.toThrow()
    expect(account.unitsOf(7001)[0]).toMatchObject({ units: 28 })

    expect(account.calls.map(({ status }) => status)).toEqual([null, 200])
  })

  test('an answer may come too late for who waits, and is stored all the same', async () => {
    const account = acmeAccount(at)
    account.faults.add({ match: isWrite, kind: 'hang', ms: 60_000 })

    const waiting = fetch(`${at.url}/ATServicesRest/V1.0/ContractServiceAdjustments`, {
      method: 'POST',
      headers: {
        username: account.userName,
        secret: account.secret,
        apiintegrationcode: account.integrationCode,
      },
      body: JSON.stringify({ contractServiceID: 8001, effectiveDate: '2026-03-17', unitChange: 3 }),
      signal: AbortSignal.timeout(300),
    })

    await expect(waiting).rejects.toThrow()
    expect(account.adjustments).toHaveLength(1)
    await expect.poll(() => account.threads.now.get('ContractServiceAdjustments')).toBe(0)
  })

  test('a web page and a 500 without a body are none of the API’s answers', async () => {
    const account = acmeAccount(at)
    account.faults.add({ match: isWrite, kind: 'html' })
    account.faults.add({ match: isWrite, kind: 'status', status: 500 })

    const [page, empty] = [await write(account), await write(account)]

    expect([page.status, String(page.json).slice(0, 9)]).toEqual([200, '<!doctype'])
    expect([empty.status, empty.json]).toEqual([500, ''])
    expect(account.adjustments).toEqual([])
  })

  test('one account’s faults and records are not another’s', async () => {
    const [one, other] = [acmeAccount(at), acmeAccount(at)]
    one.faults.add({ match: () => true, kind: 'status', status: 503, times: Number.POSITIVE_INFINITY })

    await write(one)
    await write(other)

    expect([one.adjustments.length, other.adjustments.length]).toEqual([0, 1])
  })
})
