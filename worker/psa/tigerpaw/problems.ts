import type { ConnectionProblem } from '../../vendor/check.ts'
import { describeFailure, VendorError, type VendorFailure } from '../../vendor/error.ts'
import { failureProblem, ownServerAdvice } from '../problems.ts'
import { apiRoot, type TigerpawConnection } from './connection.ts'

/** The failure of `work`, or null where it went well. */
export async function failureOf(work: () => Promise<unknown>): Promise<VendorFailure | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof VendorError) return error.failure
    throw error
  }
}

/** What Tigerpaw said where it said something, else what went wrong; without a full stop. */
export function wordsOf(failure: VendorFailure): string {
  const words = failure.kind === 'rejected' ? failure.reply : describeFailure(failure)
  return words.trim().replace(/\.$/, '')
}

export const restKeysRefused: ConnectionProblem = {
  code: 'credentials_refused',
  message:
    'The REST API of Tigerpaw refused the keys. Check the public and the private key. They are made in Edit > Master ' +
    'Tables > Rep > Account Reps > the rep > Admin > REST API Security. Where they are right, the clock of that ' +
    'server may be wrong.',
}

export const soapUserRefused: ConnectionProblem = {
  code: 'credentials_refused',
  message:
    'The SOAP service of Tigerpaw refused the API User. Check the SOAP user name and the SOAP password: they are ' +
    'those of an API User in the master tables, not of a rep.',
}

export function notTigerpaw(connection: TigerpawConnection): ConnectionProblem {
  return {
    code: 'not_tigerpaw',
    message:
      `What answers at ${apiRoot(connection.baseUrl)} is not the Tigerpaw API. Enter the address whose /docs page ` +
      'shows the API, e.g. https://api2.tigerpawsoftware.com, and let no proxy or sign-in page stand before it.',
  }
}

/** Why the REST API gave no answer to work with. */
export function restProblem(failure: VendorFailure, connection: TigerpawConnection): ConnectionProblem {
  return failureProblem(failure, {
    psa: 'Tigerpaw',
    address: apiRoot(connection.baseUrl),
    credentialsRefused: restKeysRefused,
    advice: ownServerAdvice,
  })
}
