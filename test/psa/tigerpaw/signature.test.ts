import { afterAll, beforeAll, expect, test } from 'vitest'
import { signedHeaders } from '../../../worker/psa/tigerpaw/signature.ts'
import { startTigerpaw, type Tigerpaw } from '../../vendors/tigerpaw/server.ts'
import { failureOf } from '../contract.ts'
import { adapterOf } from './adapter.ts'

let vendor: Tigerpaw
beforeAll(async () => {
  vendor = await startTigerpaw()
})
afterAll(() => vendor.close())

test.each([
  [
    'GET',
    '/api/accounts/1052932',
    'MzM4MzI1OUItOUZCQS00ODZFLTk3QTgtRTgxODkzNzQxRjgzOmV1MU42Tm9ZRjlUdlBLSDdKb2V4aVVZRkZXbWFobTFRdTVQUlptcktVOG89',
  ],
  [
    'POST',
    '/api/agreements/search/externalproduct?pageSize=5',
    'MzM4MzI1OUItOUZCQS00ODZFLTk3QTgtRTgxODkzNzQxRjgzOlhKaHFpckpua0c0Ukt5WDczR05VOHR4OWVub0lMLzdaZ2hmcE1qdm9BMkE9',
  ],
])('%s %s is signed with method, path and time, without its query', async (method, path, token) => {
  const keys = {
    publicKey: '3383259B-9FBA-486E-97A8-E81893741F83',
    privateKey: '5A2F0C1E-0000-4000-8000-0123456789AB',
  }

  const headers = await signedHeaders(
    keys,
    { method, url: `https://tigerpaw.example${path}` },
    new Date('2015-06-18T07:25:43.900Z'),
  )

  expect(headers).toEqual({
    authorization: `TSI ${token}`,
    'x-tsi-date': 'Thu, 18 Jun 2015 07:25:43 GMT',
  })
})

test('each request is signed at its own time: an adapter that is 10 minutes old is still let in', async () => {
  const account = vendor.account()
  const agreement = account.addAgreement({
    account: account.addAccount({ name: 'Acme GmbH' }),
    startDate: '2026-01-01',
  })
  const times = [new Date(Date.now() - 600_000), new Date()]
  const psa = adapterOf(account, { now: () => times.shift() ?? new Date() })

  const tooOld = await failureOf(psa.agreements([`${agreement.id}`], '2026-11-05'))
  const agreements = await psa.agreements([`${agreement.id}`], '2026-11-05')

  expect(tooOld).toEqual({ kind: 'unauthorized' })
  expect(agreements).toHaveLength(1)
})
