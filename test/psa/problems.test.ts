import { expect, test } from 'vitest'
import { failureProblem, ownServerAdvice } from '../../worker/psa/problems.ts'
import type { VendorFailure } from '../../worker/vendor/error.ts'

const asked = {
  psa: 'ConnectWise',
  address: 'https://psa.example',
  credentialsRefused: { code: 'credentials_refused', message: 'Enter the keys again.' },
  advice: ownServerAdvice,
}

test.each<[string, VendorFailure, string, string]>([
  [
    'a call that was not sent',
    { kind: 'rejected', status: 0, reply: 'psa.lan may not be called.' },
    'rejected',
    'Nothing was asked: psa.lan may not be called.',
  ],
  [
    'a refusal in an answer that went well',
    { kind: 'rejected', status: 200, reply: 'The search is off.' },
    'rejected',
    'ConnectWise refused the request: The search is off.',
  ],
  [
    'a redirect',
    { kind: 'rejected', status: 302, reply: 'it answered with a redirect, which is never followed' },
    'host_redirects',
    'https://psa.example sends callers on to another address. Enter the address that a browser ends up at.',
  ],
  [
    'a refusal',
    { kind: 'rejected', status: 400, reply: 'The filter is invalid.' },
    'rejected',
    'ConnectWise refused the request with status 400: The filter is invalid.',
  ],
  [
    'a server that is down',
    { kind: 'unavailable', detail: 'it answered with status 503', status: 503 },
    'unavailable',
    "ConnectWise can't answer just now (it answered with status 503). Try again in a few minutes.",
  ],
  ['a refusal of the keys', { kind: 'unauthorized' }, 'credentials_refused', 'Enter the keys again.'],
])('%s is told in words', (_, failure, code, message) => {
  expect(failureProblem(failure, asked)).toEqual({ code, message })
})
