import type { ConnectionProblem } from '../../vendor/check.ts'
import type { VendorFailure } from '../../vendor/error.ts'
import { throttled } from '../problems.ts'
import { soapUserRefused, wordsOf } from './problems.ts'
import type { ChargeRecord } from './records.ts'
import type { Trial } from './trial.ts'

/** Why Tigerpaw surely made no charge. */
export function refused(failure: VendorFailure): ConnectionProblem {
  if (failure.kind === 'unauthorized') return soapUserRefused
  if (failure.kind === 'throttled') return throttled('Tigerpaw', failure.retryAfterSeconds)
  return {
    code: 'write_refused',
    message:
      `Tigerpaw refused the test charge: ${wordsOf(failure)}. Nothing was written. Mend what it names; where it ` +
      'names the message itself, this Tigerpaw expects charges in another form than ours.',
  }
}

/** A write that was accepted and can't be found. */
export function notSeen(trial: Trial): ConnectionProblem {
  return {
    code: 'write_not_seen',
    message:
      `Tigerpaw accepted the test charge, but agreement ${trial.place.agreementNumber} does not show it. This ` +
      `Tigerpaw seems to expect charges in another form than ours. ${lookLater(trial)}`,
  }
}

/** A write that got no answer and can't be found. */
export function lost(trial: Trial, failure: VendorFailure): ConnectionProblem {
  return {
    code: failure.kind,
    message:
      `No usable answer came to the test charge: ${wordsOf(failure)}. It is not there now. ` +
      lookLater(trial),
  }
}

/** A write that got no answer and was found. */
export function answerLost(failure: VendorFailure): ConnectionProblem {
  return {
    code: failure.kind,
    message:
      `The test charge was made, but no usable answer came to it: ${wordsOf(failure)}. Billing has to rely on ` +
      'answers: run the test write again.',
  }
}

/** What is there now can't be told. `made` is the charge where it was seen before. */
export function unread(trial: Trial, made: ChargeRecord | null): ConnectionProblem {
  const charge = made === null ? 'the test charge' : `the test charge ${made.DetailId} (its DetailId)`
  return {
    code: 'not_removed',
    message: `Whether ${charge} is still there could not be read. ${lookLater(trial)}`,
  }
}

export function wrongContent(trial: Trial, { Quantity, PriceLevel, Price }: ChargeRecord): ConnectionProblem {
  const { quantity, pricing } = trial.charge
  return {
    code: 'wrong_content',
    message:
      `The test charge was sent with quantity ${quantity}, price level ${pricing.priceLevel} and price ` +
      `${pricing.price}, but Tigerpaw stored quantity ${Quantity}, price level ${PriceLevel ?? 'none'} and price ` +
      `${Price ?? 'none'}.`,
  }
}

/** New charges of which none, or more than one, can be the one that was sent. */
export function strange(trial: Trial, added: ChargeRecord[]): ConnectionProblem {
  const ids = added.map(({ DetailId }) => DetailId).join(', ')
  return {
    code: 'wrong_content',
    message:
      `After the test charge, agreement ${trial.place.agreementNumber} has other new charges than the one that was ` +
      `sent. Look at the charges ${ids} there (their DetailId), and remove by hand what nobody else made.`,
  }
}

/** None where nothing changed. */
export function othersChanged(trial: Trial, changed: ChargeRecord[]): ConnectionProblem[] {
  if (changed.length === 0) return []
  const ids = changed.map(({ DetailId }) => DetailId).join(', ')
  return [
    {
      code: 'wrong_content',
      message:
        `While the test ran, other charges of agreement ${trial.place.agreementNumber} changed: ${ids} (their DetailId). ` +
        'Where nobody changed them, set them right by hand; then run the test write again.',
    },
  ]
}

export function notRemoved(
  trial: Trial,
  made: ChargeRecord,
  failure: VendorFailure | null,
): ConnectionProblem {
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
    `Look at agreement ${place.agreementNumber} in a few minutes: a charge of item "${charge.itemId}" with quantity ` +
    `${charge.quantity} has to be removed by hand, else it is billed.`
  )
}
