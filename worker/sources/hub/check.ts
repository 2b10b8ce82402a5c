import { daysBetween } from '../../domain/day.ts'
import type { ConnectionCheck, ConnectionProblem } from '../../vendor/check.ts'
import { describeFailure, VendorError } from '../../vendor/error.ts'
import type { VendorHttp } from '../../vendor/http.ts'
import { type FeedConnection, readFeed } from './feed.ts'
import type { Report } from './report.ts'

/** How old use may be. */
export interface Age {
  maxAgeHours: number
  /** Local day. */
  today: string
}

/** @param report the one in force; null where none ever came */
export function checkReport(report: Report | null, age: Age): ConnectionCheck {
  if (report !== null) return found([ageProblem('The last report', report.asOf, age)])
  const message = 'No licence report has been uploaded yet. Upload one under "Licence reports".'
  return found([{ code: 'no_report', message }])
}

/** Reads the feed to its end, and says in words what is in the way; never throws for what it answers. */
export async function checkFeed(
  connection: FeedConnection,
  http: VendorHttp,
  age: Age,
): Promise<ConnectionCheck> {
  let companies = 0
  try {
    const read = await readFeed(connection, http, null, async (piece) => {
      companies += piece.length
    })
    const message = 'The feed names no company. Look at what makes it.'
    return found([
      companies === 0 ? { code: 'no_companies', message } : null,
      read === 'unchanged' ? null : ageProblem('The feed', read.asOf, age),
    ])
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    return found([feedProblem(connection, error)])
  }
}

function found(problems: (ConnectionProblem | null)[]): ConnectionCheck {
  const real = problems.filter((problem) => problem !== null)
  return { ok: real.length === 0, problems: real }
}

function ageProblem(what: string, asOf: string, { maxAgeHours, today }: Age): ConnectionProblem | null {
  const days = daysBetween(asOf, today)
  if (days < 0) {
    const message = `${what} is of ${asOf}, a day that has not come yet. Look at what makes it.`
    return { code: 'day_to_come', message }
  }
  if (days * 24 <= maxAgeHours) return null
  return {
    code: 'report_stale',
    message: `${what} is of ${asOf}, ${days} days ago. A newer one is needed; until then the lines that it feeds stay as they are.`,
  }
}

function feedProblem({ baseUrl }: FeedConnection, { failure }: VendorError): ConnectionProblem {
  switch (failure.kind) {
    case 'unauthorized':
      return {
        code: 'credentials_refused',
        message: 'The feed refused the token. Enter the one that it asks for, or the header that it expects.',
      }
    case 'throttled':
      return { code: 'throttled', message: `The feed asks to wait: ${describeFailure(failure)}.` }
    case 'unavailable':
      return {
        code: failure.status === undefined ? 'unreachable' : 'unavailable',
        message: `The feed at ${baseUrl} could not be read: ${failure.detail}. Open the address from elsewhere; it needs a public certificate.`,
      }
    case 'rejected':
      if (failure.status >= 300 && failure.status < 400) {
        return {
          code: 'redirected',
          message: `The feed at ${baseUrl} sends us on to another address, which is never followed. Enter the address where it ends.`,
        }
      }
      return {
        code: 'rejected',
        message: `The feed at ${baseUrl} refused the request: ${describeFailure(failure)}. Check the address, the token and the headers.`,
      }
    case 'unexpected_reply':
      return {
        code: 'unexpected_answer',
        message: `The feed is not as described: ${failure.issues}. Nothing is billed from it until that is mended.`,
      }
  }
}
