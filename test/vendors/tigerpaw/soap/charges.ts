import type { Account } from '../account.ts'
import { Refused } from '../errors.ts'
import { type Agreement, crossReferencesOf, hasEnded } from '../store.ts'
import { type Change, type ChargeLine, changeOf } from './charge-line.ts'

export interface ChargeBatch {
  agreementNumber: string
  accountNumber: string
  lines: ChargeLine[]
}

export interface Outcome {
  success: boolean
  /** Empty where all went well. */
  message: string
  /** One for each line of the batch, unless none was looked at. */
  lines: { detailId: number | null; success: boolean; message: string }[]
}

/**
 * Stores the lines of a batch, together or not at all. Not safe to repeat where it creates.
 *
 * @param batch null where it could not be read
 */
export function submit(batch: ChargeBatch | null, account: Account, at: Date): Outcome {
  const ordered = account.takeRefusal()
  if (ordered !== null) return { success: false, message: ordered, lines: [] }
  if (!batch) return { success: false, message: 'The document in Params is not understood.', lines: [] }
  const agreement = attempt(() => openAgreement(batch, account, at))
  if (agreement instanceof Refused) return { success: false, message: agreement.message, lines: [] }
  if (batch.lines.length === 0) return { success: false, message: 'There is no AdditionalCharge.', lines: [] }

  const named = new Set<number>()
  const changes = batch.lines.map((line) => attempt(() => changeOf(line, agreement, account, named, at)))
  const refusal = changes.find((change) => change instanceof Refused)
  if (refusal) return refused(batch.lines, changes, refusal)
  const accepted = changes.flatMap((change) => (change instanceof Refused ? [] : [change]))
  const lines = accepted.map((change) => ({
    detailId: carriedOut(change, account),
    success: true,
    message: '',
  }))
  return { success: true, message: '', lines }
}

function refused(given: ChargeLine[], changes: (Change | Refused)[], first: Refused): Outcome {
  const lines = changes.map((change, index) => {
    const detailId = /^\d+$/.exec(given[index]?.get('DetailId') ?? '')?.[0]
    return {
      detailId: detailId === undefined ? null : Number(detailId),
      success: false,
      message: change instanceof Refused ? change.message : 'Not stored, as another line was refused.',
    }
  })
  return { success: false, message: first.message, lines }
}

function attempt<Result>(decide: () => Result): Result | Refused {
  try {
    return decide()
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
}

function openAgreement(
  { agreementNumber, accountNumber }: ChargeBatch,
  { store, externalProduct }: Account,
  at: Date,
): Agreement {
  const agreement = /^\d+$/.test(agreementNumber) ? store.agreements.get(Number(agreementNumber)) : undefined
  if (!agreement) throw new Refused(`There is no agreement ${agreementNumber}.`)
  if (String(agreement.account) !== accountNumber) {
    throw new Refused(`Agreement ${agreement.id} is not one of account ${accountNumber}.`)
  }
  const isLinked = crossReferencesOf(store, agreement.account).some(
    (row) => row.externalProduct === externalProduct.id,
  )
  if (!isLinked) {
    throw new Refused(`Account ${accountNumber} has no cross-reference to ${externalProduct.name}.`)
  }
  if (hasEnded(agreement, at.toISOString().slice(0, 10))) {
    throw new Refused(`Agreement ${agreement.id} ended on ${agreement.endDate}.`)
  }
  if (agreement.lockedBy !== null) {
    throw new Refused(`Agreement ${agreement.id} is locked by ${agreement.lockedBy}.`)
  }
  return agreement
}

/** @returns the id of the charge */
function carriedOut(change: Change, { store, options }: Account): number {
  switch (change.do) {
    case 'create':
      return store.charges.insert(change.charge).id
    case 'update':
      if (!options.forgetsUpdates) store.charges.put(change.charge)
      return change.charge.id
    case 'delete':
      if (!options.forgetsDeletes) store.charges.remove(change.id)
      return change.id
  }
}
