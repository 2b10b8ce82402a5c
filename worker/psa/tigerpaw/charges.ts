import { VendorError } from '../../vendor/error.ts'
import { assertOk, type VendorHttp } from '../../vendor/http.ts'
import { rejected } from '../rejected.ts'
import {
  type ChargeBatch,
  type ChargeOutcome,
  decodeResult,
  encodeAdditionalCharges,
} from './charge-dialect.ts'
import { apiRoot, type TigerpawConnection } from './connection.ts'
import { readableText, withoutSecrets } from './failure.ts'

/** Writes the charges of one agreement; not safe to repeat. */
export type SubmitCharges = (batch: ChargeBatch) => Promise<void>

/** Writes by SOAP, because the REST API can only read charges. */
export function submitCharges(connection: TigerpawConnection, http: VendorHttp): SubmitCharges {
  const vendor = connection.name
  const { credentials, options, writeTimeoutMs } = connection
  const clean = withoutSecrets(credentials)
  return async (batch) => {
    const reply = await http({
      method: 'POST',
      url: `${apiRoot(connection.baseUrl)}/api/rmm/tsiWS.asmx`,
      ...encodeAdditionalCharges(options.chargeDialect, batch, credentials),
      ...(writeTimeoutMs === undefined ? {} : { timeoutMs: writeTimeoutMs }),
    })
    const outcome = decodeResult(options.chargeDialect, reply.text)
    const isFault = ['credentials_refused', 'message_refused', 'broke'].includes(outcome.kind)
    if (!isFault) assertOk(vendor, { ...reply, text: clean(readableText(reply.text)) })
    assertDone(vendor, reply.status, outcome, clean)
  }
}

function assertDone(
  vendor: string,
  status: number,
  outcome: ChargeOutcome,
  clean: (text: string) => string,
): void {
  switch (outcome.kind) {
    case 'done':
      return
    case 'refused':
    case 'message_refused':
      throw rejected(vendor, status, clean(outcome.message))
    case 'credentials_refused':
      throw new VendorError(vendor, { kind: 'unauthorized' })
    case 'broke':
      throw new VendorError(vendor, {
        kind: 'unavailable',
        detail: 'its SOAP service reported a failure of its own',
        status,
      })
    case 'unreadable':
      throw new VendorError(vendor, {
        kind: 'unavailable',
        detail: 'the answer of its SOAP service was cut off or was not XML',
        status,
      })
    case 'unknown_shape':
      throw new VendorError(vendor, { kind: 'unexpected_reply', issues: outcome.issues })
  }
}
