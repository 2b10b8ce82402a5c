import type { ConnectionCheck, ConnectionProblem } from '../../vendor/check.ts'
import { describeFailure, VendorError, type VendorFailure } from '../../vendor/error.ts'
import { apiRoot, type TigerpawConnection } from './connection.ts'

export function checked(problems: ConnectionProblem[]): ConnectionCheck {
  return { ok: problems.length === 0, problems }
}

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

export function throttled(retryAfterSeconds: number): ConnectionProblem {
  return {
    code: 'throttled',
    message: `Tigerpaw has too many requests just now. Try again in ${retryAfterSeconds} seconds.`,
  }
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
  const root = apiRoot(connection.baseUrl)
  switch (failure.kind) {
    case 'unauthorized':
      return restKeysRefused
    case 'throttled':
      return throttled(failure.retryAfterSeconds)
    case 'unavailable':
      return failure.status === undefined
        ? {
            code: 'host_unreachable',
            message:
              `${root} gave no answer (${failure.detail}). Check the spelling of the address, that its name exists in public ` +
              'DNS, that its certificate is valid and publicly trusted, and that its firewall lets the internet in.',
          }
        : {
            code: 'unavailable',
            message: `Tigerpaw can't answer just now (${failure.detail}). Try again in a few minutes.`,
          }
    case 'rejected':
      if (failure.status === 0) return { code: 'rejected', message: `Nothing was asked: ${failure.reply}.` }
      return failure.status < 400 && failure.status >= 300
        ? {
            code: 'host_redirects',
            message: `${root} sends callers on to another address. Enter the address that a browser ends up at.`,
          }
        : { code: 'rejected', message: `Tigerpaw refused the request: ${failure.reply}` }
    case 'unexpected_reply':
      return {
        code: 'unexpected_reply',
        message: `Tigerpaw answered, but ${describeFailure(failure)}. Check that the address is that of Tigerpaw's API.`,
      }
  }
}
