import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, respond } from '../faults.ts'
import { jsonIn, textOf } from '../request-body.ts'
import { failureMet, noted } from '../traffic.ts'
import type { Account } from './account.ts'
import { ApiError, errorAnswer, notFound } from './errors.ts'
import { answerOf } from './handler.ts'
import { claimOf, signedIn } from './sign-in.ts'
import { companyInfoAnswer, modelVersion, systemInfoAnswer } from './system.ts'

/** Longer addresses are turned away, as by a web server in front. */
const longestUrl = 10_000

export interface Site {
  find: (companyId: string) => Account | null
  now: () => Date
}

interface Target {
  /** The company whose codebase is asked for. */
  discovered?: string
  /** Behind `/apis/3.0`; absent where the address is none of the API's. */
  path?: string
}

/** Notes a request in its account and answers it, or fails as the account has planned. */
export async function exchange(
  scheme: 'http' | 'https',
  request: IncomingMessage,
  response: ServerResponse,
  { find, now }: Site,
): Promise<void> {
  const { method = 'GET', headers } = request
  const host = headers.host ?? 'localhost'
  const url = new URL(request.url ?? '/', `${scheme}://${host}`)
  const { discovered, path } = targetOf(url)
  const claim = claimOf(headers)
  const companyId = discovered ?? claim?.companyId
  const account = companyId === undefined ? null : find(companyId)
  const body = jsonIn(await textOf(request))
  const call = noted(account, { method, path: path ?? url.pathname, url, body })

  const answer = (): Answer => {
    if ((request.url ?? '').length > longestUrl) {
      throw new ApiError(414, 'UriTooLong', 'The address is too long.')
    }
    if (discovered !== undefined) return companyInfoAnswer(account, host)
    if (path === undefined) throw notFound('The resource was')
    if (/\/apis\/3\.0(\/|$)/i.test(path)) return cannotRoute
    const segments = path.toLowerCase().split('/').filter(Boolean)
    if (method === 'GET' && segments.join('/') === 'system/info') return systemInfoAnswer(account)
    const caller = signedIn(account, claim, headers)
    return answerOf(caller, {
      method,
      segments,
      query: new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value])),
      headers,
      body,
      address: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
      at: now(),
    })
  }

  const failure = await failureMet(account, call)
  const carryOut = (): Answer => {
    const result = answered(answer)
    call.status = result.status
    return { ...result, headers: { ...result.headers, ...headersOf(result, headers.accept) } }
  }
  await respond({ request, response, failure, latencyMs: account?.latencyMs ?? 0, carryOut })
}

const cannotRoute: Answer = {
  status: 400,
  headers: { 'content-type': 'text/plain' },
  body: 'Cannot route. Codebase/company is invalid',
}

/** Any first part of the path passes for a codebase. */
function targetOf({ pathname }: URL): Target {
  const discovered = /^\/login\/companyinfo\/([^/]+)\/?$/i.exec(pathname)?.[1]
  if (discovered !== undefined) return { discovered: decodeURIComponent(discovered) }
  const api = /^\/[^/]+\/apis\/3\.0(\/.*)?$/i.exec(pathname)
  return api ? { path: api[1] ?? '/' } : {}
}

function answered(answer: () => Answer): Answer {
  try {
    return answer()
  } catch (error) {
    if (error instanceof ApiError) return errorAnswer(error)
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return errorAnswer(new ApiError(500, 'EmulatorFault', message))
  }
}

/** The vendor's own media type names the version of the model that was asked for. */
function headersOf({ status, body }: Answer, accept: string | undefined): Record<string, string> {
  const asked = /version=([\d.]+)/i.exec(accept ?? '')?.[1] ?? modelVersion
  return {
    'x-cw-request-id': randomUUID(),
    'cache-control': 'no-cache',
    'api-current-version': modelVersion,
    ...(status < 300 && body !== undefined
      ? { 'content-type': `application/vnd.connectwise.com+json; version=${asked}; charset=utf-8` }
      : {}),
  }
}
