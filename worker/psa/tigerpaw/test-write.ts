import type { ConnectionCheck, ConnectionProblem } from '../../vendor/check.ts'
import { surelyNotDone, VendorError, type VendorFailure } from '../../vendor/error.ts'
import type { SubmitCharges } from './charges.ts'
import type { TigerpawClient } from './client.ts'
import type { TigerpawConnection } from './connection.ts'
import { checked, failureOf, restProblem, soapUserRefused, wordsOf } from './problems.ts'
import { charges } from './read.ts'
import type { ChargeRecord } from './records.ts'
import { type Trial, trialOn } from './trial.ts'

/**
 * Makes one charge of quantity 1, looks at what became of it, and takes it away again. The agreement is read after each
 * write, whatever was answered: only what is there counts.
 */
export async function testWrite(
  client: TigerpawClient,
  connection: TigerpawConnection,
  submit: SubmitCharges,
  on: { agreementId: string; productId: string },
  today: string,
): Promise<ConnectionCheck> {
  try {
    const trial = await trialOn(client, connection, on, today)
    if (trial.kind === 'impossible') return checked([trial.problem])
    const before = await charges(client, on.agreementId)
    return checked(await tryOut(client, submit, trial, before))
  } catch (error) {
    if (error instanceof VendorError) return checked([restProblem(error.failure, connection)])
    throw error
  }
}

async function tryOut(
  client: TigerpawClient,
  submit: SubmitCharges,
  trial: Trial,
  before: ChargeRecord[],
): Promise<ConnectionProblem[]> {
  const failure = await failureOf(() => submit({ ...trial.place, charges: [trial.charge] }))
  if (failure !== null && surelyNotDone(failure)) return [refused(failure)]

  const after = await chargesNow(client, trial)
  if (after === null) return [unread(trial)]
  const added = after.filter(({ DetailId }) => !before.some((charge) => charge.DetailId === DetailId))
  if (added.length === 0) return [failure === null ? notSeen(trial) : lost(trial, failure)]
  const [made, ...more] = added.filter(({ SpecialItemId }) => SpecialItemId === trial.charge.itemId)
  if (made === undefined || more.length > 0) return [strange(trial, added)]

  const problems: ConnectionProblem[] = []
  if (failure !== null) problems.push(answerLost(failure))
  if (!isAsSent(made, trial)) problems.push(wrongContent(trial, made))
  return [...problems, ...(await takeAway(client, submit, trial, before, made))]
}

async function takeAway(
  client: TigerpawClient,
  submit: SubmitCharges,
  trial: Trial,
  before: ChargeRecord[],
  made: ChargeRecord,
): Promise<ConnectionProblem[]> {
  const removal = { action: 'Delete' as const, detailId: made.DetailId }
  const failure = await failureOf(() => submit({ ...trial.place, charges: [removal] }))
  const left = await chargesNow(client, trial)
  if (left === null) return [unread(trial)]
  if (left.some(({ DetailId }) => DetailId === made.DetailId)) return [notRemoved(trial, made, failure)]
  const changed = before.filter((charge) => !left.some((now) => isSame(charge, now)))
  return changed.length === 0 ? [] : [othersChanged(trial, changed)]
}

/** Null where they can't be read. */
async function chargesNow(client: TigerpawClient, { place }: Trial): Promise<ChargeRecord[] | null> {
  let read: ChargeRecord[] = []
  const failure = await failureOf(async () => {
    read = await charges(client, `${place.agreementNumber}`)
  })
  return failure === null ? read : null
}

/** A price that Tigerpaw does not tell can't differ. */
function isAsSent(made: ChargeRecord, { charge }: Trial): boolean {
  return (
    made.Quantity === charge.quantity &&
    made.PriceLevel === charge.pricing.priceLevel &&
    (made.Price == null || made.Price === charge.pricing.price)
  )
}

function isSame(a: ChargeRecord, b: ChargeRecord): boolean {
  return (
    a.DetailId === b.DetailId &&
    a.SpecialItemId === b.SpecialItemId &&
    a.Quantity === b.Quantity &&
    a.PriceLevel === b.PriceLevel &&
    a.Price === b.Price
  )
}

function refused(failure: VendorFailure): ConnectionProblem {
  switch (failure.kind) {
    case 'unauthorized':
      return soapUserRefused
    case 'throttled':
      return {
        code: 'throttled',
        message: `Tigerpaw has too many requests just now. Try again in ${failure.retryAfterSeconds} seconds.`,
      }
    case 'rejected':
    case 'unavailable':
    case 'unexpected_reply':
      return {
        code: 'write_refused',
        message:
          `Tigerpaw refused the test charge: ${wordsOf(failure)}. Nothing was written. Mend what it names; where it names the ` +
          'message itself, this Tigerpaw expects charges in another form than ours.',
      }
  }
}

function notSeen(trial: Trial): ConnectionProblem {
  return {
    code: 'write_not_seen',
    message:
      `Tigerpaw accepted the test charge, but agreement ${trial.place.agreementNumber} does not show it. This Tigerpaw seems to ` +
      `expect charges in another form than ours. ${lookLater(trial)}`,
  }
}

function lost(trial: Trial, failure: VendorFailure): ConnectionProblem {
  return {
    code: failure.kind,
    message: `No usable answer came to the test charge: ${wordsOf(failure)}. It is not there now. ${lookLater(trial)}`,
  }
}

function answerLost(failure: VendorFailure): ConnectionProblem {
  return {
    code: failure.kind,
    message:
      `The test charge was made, but no usable answer came to it: ${wordsOf(failure)}. A connection that billing relies on has to ` +
      'answer: run the test write again.',
  }
}

function unread(trial: Trial): ConnectionProblem {
  return {
    code: 'not_removed',
    message: `Whether the test charge is still there could not be read. ${lookLater(trial)}`,
  }
}

function wrongContent(trial: Trial, { Quantity, PriceLevel, Price }: ChargeRecord): ConnectionProblem {
  const { quantity, pricing } = trial.charge
  return {
    code: 'wrong_content',
    message:
      `The test charge was sent with quantity ${quantity}, price level ${pricing.priceLevel} and price ${pricing.price}, but ` +
      `Tigerpaw stored quantity ${Quantity}, price level ${PriceLevel ?? 'none'} and price ${Price ?? 'none'}.`,
  }
}

function strange(trial: Trial, added: ChargeRecord[]): ConnectionProblem {
  const { agreementNumber } = trial.place
  const ids = added.map(({ DetailId }) => DetailId).join(', ')
  return {
    code: 'wrong_content',
    message:
      `After the test charge, agreement ${agreementNumber} has other new charges than the one that was sent. Look at the charges ` +
      `${ids} there (their DetailId), and remove by hand what nobody else made.`,
  }
}

function othersChanged(trial: Trial, changed: ChargeRecord[]): ConnectionProblem {
  const ids = changed.map(({ DetailId }) => DetailId).join(', ')
  return {
    code: 'wrong_content',
    message:
      `While the test ran, other charges of agreement ${trial.place.agreementNumber} changed: ${ids} (their DetailId). Where nobody ` +
      'changed them, set them right by hand; then run the test write again.',
  }
}

function notRemoved(trial: Trial, made: ChargeRecord, failure: VendorFailure | null): ConnectionProblem {
  const why = failure === null ? 'though Tigerpaw accepted its removal' : `because ${wordsOf(failure)}`
  return {
    code: 'not_removed',
    message:
      `The test charge ${made.DetailId} (its DetailId) of item "${trial.charge.itemId}" is still on agreement ` +
      `${trial.place.agreementNumber}, ${why}. Remove it by hand in Tigerpaw, else it is billed.`,
  }
}

function lookLater({ place, charge }: Trial): string {
  return (
    `Look at agreement ${place.agreementNumber} in a few minutes: a new charge of item "${charge.itemId}" with quantity ` +
    `${charge.quantity} has to be removed by hand, else it is billed.`
  )
}
