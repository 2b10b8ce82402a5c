import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, jsonAnswer, respond } from '../faults.ts'
import { jsonIn, textOf } from '../request-body.ts'
import { failureMet, noted } from '../traffic.ts'
import type { Account } from './account.ts'
import { childAt, entityAt } from './entities.ts'
import type { EntityName } from './entities/entity.ts'
import { ApiError, errorAnswer, noResource, refused } from './errors.ts'
import { answerOf } from './handler.ts'
import { claimedUser, signedIn } from './sign-in.ts'

const longestUrl = 2048

export interface Zone {
  /** Counted from 0. */
  number: number
  /** Where it listens, without a slash at its end. */
  url: string
  find: (userName: string) => Account | null
}

/** Notes a request in its account and answers it, or fails as the account has planned. */
export async function exchange(
  zone: Zone,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', headers } = request
  const url = new URL(request.url ?? '/', zone.url)
  const path = /^\/atservicesrest(\/.*)?$/i.exec(url.pathname)?.[1]
  const segments = (path ?? '').toLowerCase().split('/').filter(Boolean)
  const query = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]))
  const isLookup = segments.join('/') === 'v1.0/zoneinformation'
  const account = zone.find(isLookup ? (query.get('user') ?? '') : claimedUser(headers))
  const body = jsonIn(await textOf(request))
  const call = noted(account, { method, path: path ?? url.pathname, url, body })

  const isOpen = isLookup || segments.at(-1) === 'versioninformation'
  const admission = isOpen ? admitted : admissionOf(account, zone.number, request, segments)
  try {
    const answer = (): Answer => {
      if ((request.url ?? '').length > longestUrl) throw new ApiError(414, ['The address is too long.'])
      if (segments.join('/') === 'versioninformation') return jsonAnswer({ apiVersions: ['V1.0'] })
      if (segments[0] !== 'v1.0') throw noResource()
      if (isLookup) return zoneAnswer(account)
      return answerOf(signedIn(account, headers, zone.number), {
        method,
        segments: segments.slice(1),
        query,
        body,
        search: jsonIn(query.get('search') ?? ''),
        base: `${zone.url}/ATServicesRest/V1.0`,
      })
    }
    const carryOut = (): Answer => {
      const result = answered(admission.refusal ? refusing(admission.refusal) : answer)
      call.status = result.status
      return result
    }
    if (admission.refusal) {
      return await respond({ request, response, failure: null, latencyMs: 0, carryOut })
    }
    const failure = await failureMet(account, call)
    const slowdownMs = account?.options.slowdown ? account.budget.slowdownMs() : 0
    const latencyMs = (account?.latencyMs ?? 0) + slowdownMs
    await respond({ request, response, failure, latencyMs, carryOut })
  } finally {
    admission.leave()
  }
}

interface Admission {
  /** Null where the request may go on. */
  refusal: Error | null
  leave(): void
}

const admitted: Admission = { refusal: null, leave: () => {} }

/** Counts a request of someone who is signed in. A child's route counts for its parent too. */
function admissionOf(
  account: Account | null,
  zone: number,
  { headers }: IncomingMessage,
  [, first = '', id = '', under = '']: string[],
): Admission {
  try {
    const { budget, threads } = signedIn(account, headers, zone)
    const overThreshold = budget.spend()
    if (overThreshold) return { ...admitted, refusal: overThreshold }
    if (first === 'thresholdinformation') return threads.enter(['ThresholdInformation'])
    const entity = entityAt(first)
    const child = entity && /^\d+$/.test(id) ? childAt(entity, under) : undefined
    const names: EntityName[] = [entity, child].flatMap((one) => (one ? [one.name] : []))
    return threads.enter(names)
  } catch (error) {
    if (error instanceof ApiError) return { ...admitted, refusal: error }
    throw error
  }
}

function zoneAnswer(account: Account | null): Answer {
  if (!account) throw refused('Zone information could not be determined')
  return jsonAnswer({
    zoneName: `Emulated ${account.zone + 1}`,
    url: `${account.zoneUrl}/ATServicesRest/`,
    webUrl: `${account.zoneUrl}/`,
    ci: account.databaseNumber,
  })
}

function refusing(refusal: Error): () => Answer {
  return () => {
    throw refusal
  }
}

function answered(answer: () => Answer): Answer {
  try {
    return answer()
  } catch (error) {
    if (error instanceof ApiError) return errorAnswer(error)
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return errorAnswer(refused(`The emulator failed: ${message}`))
  }
}
