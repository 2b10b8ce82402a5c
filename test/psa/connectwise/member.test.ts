import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MemberClaim } from '../../../worker/psa/port.ts'
import type { Account } from '../../vendors/connectwise/account.ts'
import { type ConnectWise, startConnectWise } from '../../vendors/connectwise/server.ts'
import { callsOf } from '../calls.ts'
import { failureOf } from '../contract.ts'
import { memoryOf } from '../root-memory.ts'
import { adapterOf, apiRootOf } from './adapter.ts'

let vendor: ConnectWise
beforeAll(async () => {
  vendor = await startConnectWise()
})
afterAll(() => vendor.close())

const asking = 'GET /system/myMembers/info'

/** What the host frame hands out about a member who is signed in to the account. */
function claimOf(account: Account, member: string): MemberClaim {
  const { memberid, memberHash, memberContext } = account.openSession(member)
  return { member: memberid, hash: memberHash, context: memberContext }
}

/** Our adapter where the API was found already. */
function found(account: Account) {
  return adapterOf(account, { memory: memoryOf(apiRootOf(account)) })
}

describe('a claim', () => {
  test('of a member with a session is confirmed by one call', async () => {
    const account = vendor.account()
    const claim = claimOf(account, 'jdoe')

    expect(await found(account).isMember(claim)).toBe(true)
    expect(callsOf(account)).toEqual([asking])
  })

  test('is confirmed in any letter case of the name', async () => {
    const account = vendor.account()
    const claim = claimOf(account, 'jdoe')

    expect(await found(account).isMember({ ...claim, member: 'JDoe' })).toBe(true)
  })

  test('is made with Basic credentials where cookies are refused', async () => {
    const account = vendor.account()
    const claim = claimOf(account, 'jdoe')
    const wrongContext = { ...claim, context: 'api' }

    expect(await found(account).isMember(wrongContext)).toBe(true)
    expect(callsOf(account)).toEqual([asking, asking])
  })

  test.each([401, 404] as const)('is denied once the session has ended, said as %i', async (status) => {
    const account = vendor.account()
    account.answers.wrongCredentials = status
    const claim = claimOf(account, 'jdoe')
    account.expireSessions()

    expect(await found(account).isMember(claim)).toBe(false)
  })

  test('is denied with the hash of somebody else', async () => {
    const account = vendor.account()
    const { hash } = claimOf(account, 'jdoe')
    const boss = claimOf(account, 'boss')

    expect(await found(account).isMember({ ...boss, hash })).toBe(false)
  })

  test('is denied where ConnectWise names another member than the claimed one', async () => {
    const account = vendor.account()
    const claim = claimOf(account, 'jdoe')
    account.faults.add({ kind: 'status', status: 200, body: '{"identifier":"boss"}', match: () => true })

    expect(await found(account).isMember(claim)).toBe(false)
  })

  test('is denied with the keys of the API member', async () => {
    const account = vendor.account()

    const keys = { member: account.publicKey, hash: account.privateKey, context: 'web' }

    expect(await found(account).isMember(keys)).toBe(false)
  })
})

test.each<[string, Partial<MemberClaim>]>([
  ['a line break in the hash', { hash: '12345678\r\nX-Evil: 1' }],
  ['a semicolon in the hash', { hash: '12345678; memberId=boss' }],
  ['a comma in the hash', { hash: '12345678,9' }],
  ['a quotation mark in the hash', { hash: '12345678"9' }],
  ['a backslash in the hash', { hash: '12345678\\9' }],
  ['a letter outside of ASCII in the hash', { hash: '12345678é' }],
  ['a hash of 7 characters', { hash: '1234567' }],
  ['a hash of 2,049 characters', { hash: 'x'.repeat(2049) }],
  ['a cookie in the name', { member: 'jdoe; memberId=boss' }],
  ['a colon in the name', { member: 'jdoe:x' }],
  ['a plus in the name', { member: 'other+jdoe' }],
  ['a line break in the context', { context: 'web\n' }],
])('%s is denied without asking', async (_, part) => {
  const account = vendor.account()
  const claim = { ...claimOf(account, 'jdoe'), ...part }

  expect(await found(account).isMember(claim)).toBe(false)
  expect(account.calls).toEqual([])
})

test('a code base that moved is found before anybody is denied', async () => {
  const account = vendor.account()
  const claim = claimOf(account, 'jdoe')
  const memory = memoryOf(`${vendor.url}/gone/v2024_1/apis/3.0`)

  expect(await adapterOf(account, { memory }).isMember(claim)).toBe(true)
  expect(memory.stored).toBe(apiRootOf(account))
})

describe('no yes and no no', () => {
  test('is a failure where ConnectWise is down', async () => {
    const account = vendor.account()
    const claim = claimOf(account, 'jdoe')
    account.faults.add({ kind: 'status', status: 503, match: () => true })

    expect(await failureOf(found(account).isMember(claim))).toMatchObject({
      kind: 'unavailable',
      status: 503,
    })
  })

  test('is a failure where a page comes instead of the member', async () => {
    const account = vendor.account()
    const claim = claimOf(account, 'jdoe')
    account.faults.add({ kind: 'html', match: () => true })

    expect(await failureOf(found(account).isMember(claim))).toMatchObject({ kind: 'unavailable' })
  })

  test('holds neither hash nor credentials where ConnectWise quotes them', async () => {
    const account = vendor.account()
    const { companyId } = account
    const claim = claimOf(account, 'jdoe')
    const basic = Buffer.from(`${companyId}+jdoe:${claim.hash}`).toString('base64')
    account.faults.add({ kind: 'status', status: 401, match: () => true })
    account.faults.add({
      kind: 'status',
      status: 400,
      body: `Bad session ${claim.hash} of jdoe, sent as ${basic}`,
      match: () => true,
    })

    const failure = await failureOf(found(account).isMember(claim))

    expect(failure).toEqual({ kind: 'rejected', status: 400, reply: 'Bad session ••• of jdoe, sent as •••' })
  })
})
