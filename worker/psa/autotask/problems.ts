import type { ConnectionProblem } from '../../vendor/check.ts'
import type { VendorFailure } from '../../vendor/error.ts'
import { originOf } from '../origin.ts'
import { failureProblem } from '../problems.ts'
import type { AutotaskConnection } from './connection.ts'
import { says } from './failure.ts'

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
export function apiProblem(failure: VendorFailure, connection: AutotaskConnection): ConnectionProblem {
  if (failure.kind === 'rejected' && says(failure.reply, 'integrationCode')) return integrationCodeRefused
  return failureProblem(failure, {
    psa: 'Autotask',
    address: `${originOf(connection.baseUrl)} or the zone it names`,
    credentialsRefused,
    advice: {
      unreachable: 'Check the spelling of the address; it is https://webservices.autotask.net for everyone.',
      redirected: 'Enter https://webservices.autotask.net as the address.',
    },
  })
}
