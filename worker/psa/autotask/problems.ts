import type { ConnectionCheck, ConnectionProblem } from '../../vendor/check.ts'
import { describeFailure, type VendorFailure } from '../../vendor/error.ts'
import type { AutotaskConnection } from './connection.ts'
import { says } from './failure.ts'
import { lookupOrigin } from './zone.ts'

export function checked(problems: ConnectionProblem[]): ConnectionCheck {
  return { ok: problems.length === 0, problems }
}

export const userUnknown: ConnectionProblem = {
  code: 'user_unknown',
  message:
    'No zone of Autotask knows an API user of this name. Enter the user name (key) of an API-only user as Generate Key made ' +
    'it in Admin > Resources/Users (HR) > Resources/Users; the name of a person does not do.',
}

/** @param why a whole sentence */
export function notAutotask(why: string): ConnectionProblem {
  return {
    code: 'not_autotask',
    message: `${why} Enter https://webservices.autotask.net as the address, and let no proxy or sign-in page stand before it.`,
  }
}

export function budgetUsed(percent: number): ConnectionProblem {
  return {
    code: 'budget_used',
    message:
      `All programs together have used ${percent} % of the requests that Autotask takes in an hour, so that no run would ` +
      'start now. Wait, or see in Admin > Extensions & Integrations > Other Extensions & Tools > API Activity by Hour who sends so many.',
  }
}

const credentialsRefused: ConnectionProblem = {
  code: 'credentials_refused',
  message:
    'Autotask refused the user name and the secret. Check that the API user is active and not locked, and enter both again; ' +
    'a new secret is made with Generate Secret on the API user, and is shown only once.',
}

const integrationCodeRefused: ConnectionProblem = {
  code: 'integration_code_refused',
  message:
    'Autotask refused the API tracking identifier. Compare it with the one on the API user in Admin > Resources/Users (HR) > ' +
    'Resources/Users, and enter it again.',
}

/** The failure in words for the person who entered the connection. */
export function failureProblem(failure: VendorFailure, connection: AutotaskConnection): ConnectionProblem {
  const origin = lookupOrigin(connection.baseUrl)
  switch (failure.kind) {
    case 'unauthorized':
      return credentialsRefused
    case 'throttled':
      return {
        code: 'throttled',
        message: `Autotask has too many requests just now. Try again in ${failure.retryAfterSeconds} seconds.`,
      }
    case 'unavailable':
      return failure.status === undefined
        ? {
            code: 'host_unreachable',
            message:
              `${origin} or the zone it names gave no answer (${failure.detail}). Check the spelling of the address; ` +
              'it is https://webservices.autotask.net for everyone.',
          }
        : {
            code: 'unavailable',
            message: `Autotask can't answer just now (${failure.detail}). Try again in a few minutes.`,
          }
    case 'rejected':
      return refusalProblem(failure, origin)
    case 'unexpected_reply':
      return {
        code: 'unexpected_reply',
        message: `Autotask answered, but ${describeFailure(failure)}. Check that the address is that of Autotask's API.`,
      }
  }
}

function refusalProblem(
  { status, reply }: VendorFailure & { kind: 'rejected' },
  origin: string,
): ConnectionProblem {
  if (says(reply, 'integrationCode')) return integrationCodeRefused
  if (status >= 300 && status < 400) {
    return {
      code: 'host_redirects',
      message: `${origin} sends callers on to another address. Enter https://webservices.autotask.net as the address.`,
    }
  }
  return { code: 'rejected', message: `Autotask refused the request with status ${status}: ${reply}` }
}
