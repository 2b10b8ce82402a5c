import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from '../../faults.ts'
import type { Account } from '../account.ts'
import { batchIn, resultOf } from './charge-document.ts'
import { type Outcome, submit } from './charges.ts'
import { type Envelope, envelopeOf, serviceNamespace } from './envelope.ts'
import { childOf } from './xml.ts'

const operationName = 'SubmitAgreementAdditionalCharges'

export interface SoapRequest {
  method: string
  headers: IncomingHttpHeaders
  /** Null where the body is no SOAP 1.1 envelope. */
  envelope: Envelope | null
  at: Date
}

/** What the service does not even try; answered with a SOAP fault. */
class Fault extends Error {}

/** Answers a request at the address of the SOAP service. */
export function soapAnswer(account: Account | null, request: SoapRequest): Answer {
  if (request.method !== 'POST') return plain(405, `${request.method} is not supported here.`)
  const mediaType = (request.headers['content-type'] ?? '').replaceAll(' ', '').toLowerCase()
  if (!/^text\/xml;charset="?utf-8"?$/.test(mediaType)) return plain(415, 'The media type is not supported.')
  try {
    return xmlAnswer(200, answerOf(submitted(account, request)))
  } catch (error) {
    if (error instanceof Fault) return faultAnswer('soap:Client', error.message)
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return faultAnswer('soap:Server', `The emulator failed: ${message}`)
  }
}

function submitted(account: Account | null, { headers, envelope, at }: SoapRequest): Outcome {
  if (headers.soapaction !== `"${serviceNamespace}/${operationName}"`) {
    throw new Fault(`The SOAPAction ${headers.soapaction ?? ''} is not known.`)
  }
  if (!envelope) throw new Fault('The request is not a SOAP envelope.')
  if (!envelope.credentials) throw new Fault('The AuthHeader is missing.')
  if (!account || envelope.credentials.password !== account.soapPassword) {
    throw new Fault('The user name or password is not valid.')
  }
  const { operation } = envelope
  if (operation?.name !== operationName || operation.namespace !== serviceNamespace) {
    throw new Fault(`The body does not hold ${operationName}.`)
  }
  const params = childOf(operation, 'Params', serviceNamespace)
  if (!params) throw new Fault('Params is missing.')
  return submit(batchIn(params, account.options.dialect), account, at)
}

function answerOf(outcome: Outcome): string {
  return envelopeOf({
    [`${operationName}Response`]: {
      '@xmlns': serviceNamespace,
      [`${operationName}Result`]: resultOf(outcome),
    },
  })
}

function faultAnswer(code: string, message: string): Answer {
  return xmlAnswer(500, envelopeOf({ 'soap:Fault': { faultcode: code, faultstring: message } }))
}

function xmlAnswer(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml; charset=utf-8' }, body }
}

function plain(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain' }, body }
}
