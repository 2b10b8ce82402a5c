import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acmeAccount, call, clock } from './calling.ts'
import { startTigerpaw, type Tigerpaw } from './server.ts'
import { signatureOf, tokenOf } from './signature.ts'

let tigerpaw: Tigerpaw

beforeAll(async () => {
  tigerpaw = await startTigerpaw({ now: () => clock })
})
afterAll(() => tigerpaw.close())

describe('signatures', () => {
  const publicKey = '3383259B-9FBA-486E-97A8-E81893741F83'
  const privateKey = '5A2F0C1E-0000-4000-8000-0123456789AB'
  const date = 'Thu, 18 Jun 2015 07:25:43 GMT'

  test.each([
    {
      method: 'GET',
      path: '/api/accounts/1052932',
      signature: 'eu1N6NoYF9TvPKH7JoexiUYFFWmahm1Qu5PRZmrKU8o=',
      token:
        'MzM4MzI1OUItOUZCQS00ODZFLTk3QTgtRTgxODkzNzQxRjgzOmV1MU42Tm9ZRjlUdlBLSDdKb2V4aVVZRkZXbWFobTFRdTVQUlptcktVOG89',
    },
    {
      method: 'POST',
      path: '/api/agreements/search/externalproduct',
      signature: 'XJhqirJnkG4RKyX73GNU8tx9enoIL/7ZghfpMjvoA2A=',
      token:
        'MzM4MzI1OUItOUZCQS00ODZFLTk3QTgtRTgxODkzNzQxRjgzOlhKaHFpckpua0c0Ukt5WDczR05VOHR4OWVub0lMLzdaZ2hmcE1qdm9BMkE9',
    },
  ])('of $method $path come out as worked out beforehand', ({ method, path, signature, token }) => {
    const signed = { method, path, date }

    expect(signatureOf(signed, privateKey)).toBe(signature)
    expect(tokenOf(signed, publicKey, privateKey)).toBe(token)
  })

  test('the key of the account is let in, another and a foreign one are not', async () => {
    const account = acmeAccount(tigerpaw)
    const path = '/api/diagnostics/validate/user'
    const stranger = { ...account, publicKey: 'unknown' }

    const answers = [
      await call(account, path),
      await call(account, path, { privateKey: 'guessed' }),
      await call(stranger, path),
      await call(account, path, { headers: { authorization: 'Bearer x' } }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 401])
    expect(answers[0]?.json).toEqual({ Success: true, Message: null })
    expect(account.calls.map(({ status }) => status)).toEqual([200, 401])
  })

  test('what is signed is the path without its query, and the method', async () => {
    const account = acmeAccount(tigerpaw)
    const date = clock.toUTCString()
    const signedFor = (method: string, path: string) => ({
      authorization: `TSI ${tokenOf({ method, path, date }, account.publicKey, account.privateKey)}`,
    })
    const path = '/api/agreements/account/250?activeOnly=true'

    const answers = [
      await call(account, path),
      await call(account, path, { headers: signedFor('GET', path) }),
      await call(account, path, { headers: signedFor('POST', '/api/agreements/account/250') }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([200, 401, 401])
  })

  test('a date may be 5 minutes off, no more, and has one form', async () => {
    const account = acmeAccount(tigerpaw)
    const dated = async (date: string) => (await call(account, '/api/accounts/250', { date })).status

    expect(await dated('Tue, 17 Nov 2026 09:25:00 GMT')).toBe(200)
    expect(await dated('Tue, 17 Nov 2026 09:24:59 GMT')).toBe(401)
    expect(await dated('Tue, 17 Nov 2026 09:35:01 GMT')).toBe(401)
    expect(await dated('2026-11-17T09:30:00Z')).toBe(401)
  })

  test('Date counts where there is no X-TSI-Date, which wins', async () => {
    const account = acmeAccount(tigerpaw)
    const byDate = { dateHeader: 'date' } as const

    const alone = await call(account, '/api/accounts/250', byDate)
    const overruled = await call(account, '/api/accounts/250', {
      ...byDate,
      headers: { 'x-tsi-date': 'Tue, 17 Nov 2026 09:31:00 GMT' },
    })

    expect([alone.status, overruled.status]).toEqual([200, 401])
  })
})
