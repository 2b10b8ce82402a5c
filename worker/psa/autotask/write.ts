import { addDays } from '../../domain/day.ts'
import { VendorError } from '../../vendor/error.ts'
import type { NewLine, QuantityChange, Written } from '../port.ts'
import { rejected } from '../rejected.ts'
import type { AutotaskClient } from './client.ts'
import type { AutotaskConnection } from './connection.ts'
import { says } from './failure.ts'
import { autotaskId } from './ids.ts'
import { lines } from './lines.ts'

/** Books the difference as an adjustment: it can't be read back, changed or taken away again. */
export async function setQuantity(client: AutotaskClient, change: QuantityChange): Promise<Written> {
  const contractServiceID = knownId(client, change.lineId)
  if (!isQuantity(change.from) || !isQuantity(change.to) || change.from === change.to) {
    const reply = `units can't be changed from ${change.from} to ${change.to}; nothing was sent`
    throw rejected(client.vendor, 0, reply)
  }
  return adjust(client, contractServiceID, change.on, change.to - change.from)
}

/**
 * Puts the service on the contract, where it stands at 0, and then books its units. Where the second step fails after the
 * first was done, it is never told as if nothing had been sent: whoever reads the lines finds it at 0. It stands at 0 as
 * well where its units are not for today.
 */
export async function createLine(
  client: AutotaskClient,
  booking: AutotaskConnection['options']['booking'],
  line: NewLine,
): Promise<Written> {
  const contractID = knownId(client, line.agreementId)
  const serviceID = knownId(client, line.productId)
  if (!isQuantity(line.quantity)) {
    throw rejected(client.vendor, 0, `a service can't have ${line.quantity} units; nothing was sent`)
  }
  const contractServiceID = await client.create(`Contracts/${contractID}/Services`, { contractID, serviceID })
  if (line.quantity === 0) return { kind: 'accepted' }
  try {
    const until = booking === 'periodStart' ? await bookableFrom(client, line, contractServiceID) : null
    if (until !== null) return { kind: 'not_today', until, why: 'waits_for_period_start' }
    return await adjust(client, contractServiceID, line.startsOn, line.quantity)
  } catch (error) {
    if (error instanceof VendorError) throw halfDone(error)
    throw error
  }
}

/** The first day on which the new service's units may be booked; null where that is its first day. */
async function bookableFrom(
  client: AutotaskClient,
  { agreementId, startsOn }: NewLine,
  contractServiceID: number,
): Promise<string | null> {
  const onContract = (await lines(client, 'periodStart', [agreementId], startsOn)).get(agreementId)
  const made = onContract?.find(({ id }) => id === `${contractServiceID}`)
  if (made !== undefined) return made.bookableOn
  const detail = 'the service was put on the contract, but does not show there yet'
  throw new VendorError(client.vendor, { kind: 'unavailable', detail })
}

/**
 * Names the line alone: with contract and service in its place, Autotask would make a further line where it finds none.
 * Prices are never sent, so that they stay as they are.
 *
 * @see docs/vendors/autotask.md, "Adjustments"
 */
async function adjust(
  client: AutotaskClient,
  contractServiceID: number,
  effectiveDate: string,
  unitChange: number,
): Promise<Written> {
  try {
    await client.create('ContractServiceAdjustments', { contractServiceID, effectiveDate, unitChange })
    return { kind: 'accepted' }
  } catch (error) {
    if (!(error instanceof VendorError) || error.failure.kind !== 'rejected') throw error
    if (!says(error.failure.reply, 'duplicateDate')) throw error
    return { kind: 'not_today', until: addDays(effectiveDate, 1), why: 'already_adjusted_today' }
  }
}

/** Where Autotask only asks to wait, sending everything again would make a second line: the lines have to be read first. */
function halfDone(error: VendorError): VendorError {
  const { vendor, failure } = error
  switch (failure.kind) {
    case 'rejected':
      return rejected(
        vendor,
        failure.status,
        `The service was put on the contract, but its units were refused: ${failure.reply}`,
      )
    case 'throttled':
    case 'unauthorized':
      return new VendorError(
        vendor,
        {
          kind: 'unavailable',
          detail: 'the service was put on the contract, but its units could not be booked just then',
          ...(failure.kind === 'throttled' ? { retryAfterSeconds: failure.retryAfterSeconds } : {}),
        },
        { cause: error },
      )
    case 'unavailable':
    case 'unexpected_reply':
      return error
  }
}

function isQuantity(units: number): boolean {
  return Number.isInteger(units) && units >= 0
}

function knownId(client: AutotaskClient, id: string): number {
  const number = autotaskId(id)
  if (number !== null) return number
  throw rejected(client.vendor, 404, `no record has the id "${id}"`)
}
