import * as z from 'zod'
import { type Answer, jsonAnswer } from '../faults.ts'
import type { KscAccount, KscCall, KscOwnFailure } from './account.ts'
import { eventMethods } from './event-methods.ts'
import { hostMethods } from './host-methods.ts'
import { licenceMethods } from './licence-methods.ts'
import { type Credentials, logOn } from './log-on.ts'
import type { Method, MethodResult } from './method.ts'
import { notFound, PxgError, pxgBody } from './pxg-error.ts'
import { serverMethods } from './server-methods.ts'
import { sessionMethods } from './session-methods.ts'
import type { VirtualServer } from './virtual-server.ts'

export interface LogOnRequest {
  credentials: Credentials
  /** Null where no server has the name asked for. */
  server: VirtualServer | null
}

const methods = new Map<string, Method>(
  Object.entries({ ...sessionMethods, ...serverMethods, ...licenceMethods, ...hostMethods, ...eventMethods }),
)

export function startSession(
  account: KscAccount,
  { credentials, server }: LogOnRequest,
  failure: KscOwnFailure | null,
): Answer {
  return orPxgError(() => {
    throwPlanned(failure)
    const result = logOn(account, credentials, server)
    return 'refused' in result
      ? textAnswer(result.refused, result.text)
      : jsonAnswer({ PxgRetVal: result.session.token })
  })
}

export function callMethod(
  account: KscAccount,
  { method, args, session: token }: KscCall,
  failure: KscOwnFailure | null,
): Answer {
  if (failure?.kind === 'sessionLost') account.sessions.end(token ?? '')
  const session = account.sessions.find(token ?? '')
  if (!session) return textAnswer(403, 'Forbidden')
  return orPxgError(() => {
    throwPlanned(failure)
    if (failure?.kind === 'iteratorLost') loseListing(account, args)
    const run = methods.get(method)
    if (!run) throw notFound('Method', method)
    return jsonAnswer(run(args, { account, session, failure }) satisfies MethodResult)
  })
}

export function textAnswer(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}

function throwPlanned(failure: KscOwnFailure | null): void {
  if (failure?.kind === 'pxgError') throw new PxgError(failure)
}

const ListingArgs = z.object({
  szwIterator: z.string().optional(),
  strAccessor: z.string().optional(),
  strIteratorId: z.string().optional(),
})

function loseListing(account: KscAccount, args: unknown): void {
  const { szwIterator, strAccessor, strIteratorId } = ListingArgs.parse(args)
  if (szwIterator !== undefined) account.iterators.drop(szwIterator)
  if (strAccessor !== undefined) account.accessors.drop(strAccessor)
  if (strIteratorId !== undefined) account.accessors.drop(strIteratorId)
}

function orPxgError(answer: () => Answer): Answer {
  try {
    return answer()
  } catch (error) {
    if (error instanceof PxgError) return jsonAnswer(pxgBody(error.problem))
    throw error
  }
}
