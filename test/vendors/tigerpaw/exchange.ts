import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, respond } from '../faults.ts'
import { jsonIn, textOf } from '../request-body.ts'
import { failureMet, noted } from '../traffic.ts'
import type { Account } from './account.ts'
import { restAnswer } from './rest/answer.ts'
import { claimOf } from './signature.ts'
import { envelopeIn } from './soap/envelope.ts'
import { soapAnswer } from './soap/service.ts'

export interface Site {
  byPublicKey(publicKey: string): Account | null
  bySoapUser(name: string): Account | null
  now: () => Date
}

/** Notes a request in its account and answers it, or fails as the account has planned. */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  { byPublicKey, bySoapUser, now }: Site,
): Promise<void> {
  const { method = 'GET', headers } = request
  const url = new URL(request.url ?? '/', 'http://localhost')
  const text = await textOf(request)
  const isSoap = url.pathname.toLowerCase() === '/api/rmm/tsiws.asmx'
  const envelope = isSoap ? envelopeIn(text) : null
  const claim = isSoap ? null : claimOf(headers)
  const account = isSoap
    ? bySoapUser(envelope?.credentials?.userName ?? '')
    : byPublicKey(claim?.publicKey ?? '')

  const body = isSoap ? text : jsonIn(text)
  const call = noted(account, { method, path: url.pathname, url, body })

  const failure = await failureMet(account, call)
  const carryOut = (): Answer => {
    const answer = isSoap
      ? soapAnswer(account, { method, headers, envelope, at: now() })
      : restAnswer(account, claim, { method, url, headers, body, at: now() })
    call.status = answer.status
    return answer
  }
  await respond({ request, response, failure, latencyMs: account?.latencyMs ?? 0, carryOut })
}
