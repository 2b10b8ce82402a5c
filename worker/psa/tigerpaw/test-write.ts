import type { ConnectionCheck, ConnectionProblem } from '../../vendor/check.ts'
import { surelyNotDone, VendorError } from '../../vendor/error.ts'
import { checked } from '../problems.ts'
import type { SubmitCharges } from './charges.ts'
import type { TigerpawClient } from './client.ts'
import type { TigerpawConnection } from './connection.ts'
import { failureOf, restProblem } from './problems.ts'
import { charges } from './read.ts'
import type { ChargeRecord } from './records.ts'
import {
  answerLost,
  lost,
  notRemoved,
  notSeen,
  othersChanged,
  refused,
  strange,
  unread,
  wrongContent,
} from './test-write-problems.ts'
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
  if (after === null) return [unread(trial, null)]
  const added = after.filter(({ DetailId }) => !before.some((charge) => charge.DetailId === DetailId))
  const changed = changedSince(before, after)
  if (added.length === 0) {
    return [failure === null ? notSeen(trial) : lost(trial, failure), ...othersChanged(trial, changed)]
  }
  const [made, ...more] = added.filter(({ SpecialItemId }) => SpecialItemId === trial.charge.itemId)
  if (made === undefined || more.length > 0) {
    return [strange(trial, added), ...othersChanged(trial, changed)]
  }

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
  if (left === null) return [unread(trial, made)]
  const changed = changedSince(before, left)
  const isLeft = left.some(({ DetailId }) => DetailId === made.DetailId)
  return [...(isLeft ? [notRemoved(trial, made, failure)] : []), ...othersChanged(trial, changed)]
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

/** Those of `before` that are gone or differ. */
function changedSince(before: ChargeRecord[], now: ChargeRecord[]): ChargeRecord[] {
  return before.filter((charge) => !now.some((each) => isSame(charge, each)))
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
