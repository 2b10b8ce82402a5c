import { isOpenLine } from '../domain/agreement.ts'
import type { Change } from '../storage/changes.ts'
import { describeFailure, VendorError } from '../vendor/error.ts'
import { confirm } from './carry-out.ts'
import { downAfter, messageMs } from './pace.ts'
import type { Billing } from './plan-company.ts'

/** A run waits so many leases for word of a change; what is uncertain after that carries over to the next run. */
const patienceLeases = 8

/**
 * Finds out what became of changes whose answer was lost, by reading the PSA; nothing is written here.
 *
 * A change rests until a late write could no longer land: twice the lease after it was sent. An agreement that can't be
 * read keeps its own changes uncertain, and nobody else's.
 *
 * @returns when to look again, in milliseconds; null where there is nothing to wait for
 * @throws VendorError where the whole connection cannot go on
 */
export async function settleUncertain(billing: Billing): Promise<number | null> {
  const { deps, connection, lease } = billing
  const start = deps.now().getTime()
  let next: number | null = null
  let silent = 0
  for (const change of await deps.changes.uncertain(connection)) {
    let lookAt = change.lookAtMs ?? 0
    if (lookAt <= start && deps.now().getTime() - start < messageMs) {
      try {
        await settle(billing, change)
        silent = 0
        continue
      } catch (error) {
        if (!(error instanceof VendorError)) throw error
        lease.heed(error)
        const { kind } = error.failure
        if (kind === 'throttled' || kind === 'unauthorized') throw error
        if (kind === 'unavailable' && ++silent >= downAfter) throw error
        lookAt = await lookLater(billing, change, error)
      }
    }
    if (isWaitedFor(billing, change)) next = Math.min(next ?? lookAt, lookAt)
    else await tellUncertain(billing, change)
  }
  return next
}

async function settle(billing: Billing, change: Change): Promise<void> {
  const { deps, connection, psa, day, run, lease } = billing
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
  await lease.save(
    change.approvedAt !== null
      ? [deps.changes.move(change.id, 'planned')]
      : [
          deps.changes.move(change.id, 'superseded', {
            at,
            detail: 'The answer to the write was lost, and the PSA does not show what it was to bring about.',
          }),
          ...(run === null || run.dryRun
            ? []
            : [deps.runWork.planAgain(run.id, connection, change.companyId)]),
        ],
  )
}

/** Waits twice as long each time, and answers until when. */
async function lookLater({ deps, lease }: Billing, change: Change, error: VendorError): Promise<number> {
  const now = deps.now().getTime()
  const lookAt = now + (now - (change.sentAtMs ?? now))
  await lease.save([deps.changes.lookLater(change.id, lookAt, describeFailure(error.failure))])
  return lookAt
}

function isWaitedFor({ deps }: Billing, change: Change): boolean {
  const waitedMs = deps.now().getTime() - (change.sentAtMs ?? 0)
  return waitedMs < patienceLeases * deps.settings.leaseSeconds * 1000
}

/** A run that ends without knowing what a line bills says so. */
async function tellUncertain({ deps, run, lease }: Billing, change: Change): Promise<void> {
  if (run === null || run.dryRun) return
  await lease.save([
    deps.runs.problemStatement(run.id, {
      code: 'write_uncertain',
      company: change.companyId,
      message: `The line of product ${change.productId} on agreement ${change.agreementId} was to be set to ${change.to}, but no answer came and the agreement could not be read since. Nothing more is written to that line until it can be.`,
    }),
  ])
}
