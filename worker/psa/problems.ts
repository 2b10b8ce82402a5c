import type { ConnectionCheck, ConnectionProblem } from '../vendor/check.ts'
import { describeFailure, type VendorFailure } from '../vendor/error.ts'

/** What differs from PSA to PSA in the words for a failure. */
export interface Asked {
  /** The PSA's own name. */
  psa: string
  /** Who was asked, as a sentence begins with it. */
  address: string
  credentialsRefused: ConnectionProblem
  advice: AddressAdvice
}

/** What to do about the address, in whole sentences. */
export interface AddressAdvice {
  unreachable: string
  redirected: string
}

/** For a PSA that may stand on a server of the MSP's own. */
export const ownServerAdvice: AddressAdvice = {
  unreachable:
    'Check the spelling of the address, that its name exists in public DNS, that its certificate is valid and publicly ' +
    'trusted, and that its firewall lets the internet in.',
  redirected: 'Enter the address that a browser ends up at.',
}

export function checked(problems: ConnectionProblem[]): ConnectionCheck {
  return { ok: problems.length === 0, problems }
}

/** The failure in words for the person who entered the connection. */
export function failureProblem(failure: VendorFailure, asked: Asked): ConnectionProblem {
  const { psa, address, advice } = asked
  switch (failure.kind) {
    case 'unauthorized':
      return asked.credentialsRefused
    case 'throttled':
      return throttled(psa, failure.retryAfterSeconds)
    case 'unavailable':
      return failure.status === undefined
        ? {
            code: 'host_unreachable',
            message: `${address} gave no answer (${failure.detail}). ${advice.unreachable}`,
          }
        : {
            code: 'unavailable',
            message: `${psa} can't answer just now (${failure.detail}). Try again in a few minutes.`,
          }
    case 'rejected':
      return refusalProblem(failure, asked)
    case 'unexpected_reply':
      return {
        code: 'unexpected_reply',
        message: `${psa} answered, but ${describeFailure(failure)}. Check that the address is that of ${psa}'s API.`,
      }
  }
}

export function throttled(psa: string, retryAfterSeconds: number): ConnectionProblem {
  return {
    code: 'throttled',
    message: `${psa} has too many requests just now. Try again in ${retryAfterSeconds} seconds.`,
  }
}

function refusalProblem(
  { status, reply }: VendorFailure & { kind: 'rejected' },
  { psa, address, advice }: Asked,
): ConnectionProblem {
  if (status === 0) return { code: 'rejected', message: `Nothing was asked: ${reply.replace(/\.$/, '')}.` }
  if (status >= 300 && status < 400) {
    return {
      code: 'host_redirects',
      message: `${address} sends callers on to another address. ${advice.redirected}`,
    }
  }
  const withStatus = status < 300 ? '' : ` with status ${status}`
  return { code: 'rejected', message: `${psa} refused the request${withStatus}: ${reply}` }
}
