import { isOpenLine } from '../domain/agreement.ts'
import type { Change } from '../storage/changes.ts'
import { confirm } from './carry-out.ts'
import type { Billing } from './plan-company.ts'

/**
 * Finds out what became of changes whose answer was lost, by reading the PSA; nothing is written here.
 *
 * A change rests until a late write could no longer land: twice the lease after it was sent.
 *
 * @returns when the next one has rested long enough, in milliseconds; null where none is left
 */
export async function settleUncertain(billing: Billing): Promise<number | null> {
  const { deps, connection } = billing
  const restMs = 2 * deps.settings.leaseSeconds * 1000
  let next: number | null = null
  for (const change of await deps.changes.uncertain(connection)) {
    const restedAt = (change.sentAtMs ?? 0) + restMs
    if (restedAt > deps.now().getTime()) next = Math.min(next ?? restedAt, restedAt)
    else await settle(billing, change)
  }
  return next
}

async function settle(billing: Billing, change: Change): Promise<void> {
  const { deps, connection, psa, day, run } = billing
  const lines = (await psa.lines(change.agreementId)).filter(
    (line) => line.productId === change.productId && isOpenLine(line, day),
  )
  const ours = await deps.ownLines.of(connection, [change.agreementId], [])
  const landed =
    change.kind === 'create'
      ? lines.filter((line) => !ours.some((own) => own.lineId === line.id))
      : lines.filter((line) => line.id === change.lineId)
  const [only, ...others] = landed
  if (only !== undefined && others.length === 0 && only.quantity === change.to) {
    await confirm(billing, change, only)
    return
  }

  const at = deps.now().toISOString()
  await deps.together(
    change.approvedAt !== null
      ? [deps.changes.move(change.id, 'planned')]
      : [
          deps.changes.move(change.id, 'superseded', {
            at,
            detail: 'The answer to the write was lost, and the PSA shows that it was not carried out.',
          }),
          ...(run === null || run.dryRun
            ? []
            : [deps.runWork.planAgain(run.id, connection, change.companyId)]),
        ],
  )
}
