import { isOpenLine, type Line } from '../domain/agreement.ts'
import type { Change } from '../storage/changes.ts'
import { pieces } from '../storage/rows.ts'
import { describeFailure, VendorError } from '../vendor/error.ts'
import { confirm, settleWith, shows } from './carry-out.ts'
import { downAfter, messageMs, retryBaseSeconds } from './pace.ts'
import type { Billing } from './plan-company.ts'

/** A run waits so many leases for word of a change; what is uncertain after that carries over to the next run. */
const patienceLeases = 8

/**
 * Finds out what became of changes whose answer was lost or did not show the line, by reading the PSA; nothing is written
 * here.
 *
 * A change whose answer was lost rests until a late write could no longer land: twice the lease after it was sent. One
 * that was accepted is read back together with others: `once_many` of them fill a call, or `now`. An agreement that can't
 * be read keeps its own changes uncertain, and nobody else's.
 *
 * @returns when to look again, in milliseconds; null where there is nothing to wait for
 * @throws VendorError where the whole connection cannot go on
 */
export async function settleUncertain(
  billing: Billing,
  accepted: 'once_many' | 'now',
): Promise<number | null> {
  const { deps, connection, psa, lease } = billing
  const start = deps.now().getTime()
  const unsettled = await deps.changes.unsettled(connection)
  const many = unsettled.filter(({ state }) => state === 'applied').length >= psa.traits.agreementsPerRead
  const asked = unsettled.filter(({ state }) => state !== 'applied' || accepted === 'now' || many)

  const due = Map.groupBy(
    asked.filter(({ lookAtMs }) => (lookAtMs ?? 0) <= start),
    ({ agreementId }) => agreementId,
  )
  const later = new Map(asked.map((change) => [change, change.lookAtMs ?? 0]))
  let silent = 0
  for (const piece of pieces([...due], psa.traits.agreementsPerRead)) {
    if (deps.now().getTime() - start >= messageMs) break
    const changes = piece.flatMap(([, ofAgreement]) => ofAgreement)
    try {
      const lines = await psa.lines(
        piece.map(([agreementId]) => agreementId),
        billing.day,
      )
      silent = 0
      for (const change of changes) {
        const found = lines.get(change.agreementId)
        if (found === undefined)
          later.set(change, await lookLater(billing, change, 'a quantity could not be told'))
        else {
          await settle(billing, change, found)
          later.delete(change)
        }
      }
    } catch (error) {
      if (!(error instanceof VendorError)) throw error
      lease.heed(error)
      const { kind } = error.failure
      if (kind === 'throttled' || kind === 'unauthorized') throw error
      if (kind === 'unavailable' && ++silent >= downAfter) throw error
      const why = describeFailure(error.failure)
      for (const change of changes) later.set(change, await lookLater(billing, change, why))
    }
  }

  let next: number | null = null
  for (const [change, lookAt] of later) {
    if (isWaitedFor(billing, change)) next = Math.min(next ?? lookAt, lookAt)
    else await tellUncertain(billing, change)
  }
  return next
}

async function settle(billing: Billing, change: Change, found: Line[]): Promise<void> {
  const { deps, connection, day, run, lease } = billing
  const lines = found.filter((line) => line.productId === change.productId && isOpenLine(line, day))
  const ours = await deps.ownLines.of(connection, [change.agreementId], [])
  const landed =
    change.kind === 'create'
      ? lines.filter((line) => !ours.some((own) => own.lineId === line.id))
      : lines.filter((line) => line.id === change.lineId)
  const [first, ...others] = landed
  const only = others.length === 0 ? first : undefined
  if (change.state === 'applied') {
    await settleWith(billing, change, only)
    return
  }
  if (only !== undefined && shows(only, change)) {
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
async function lookLater({ deps, lease }: Billing, change: Change, why: string): Promise<number> {
  const now = deps.now().getTime()
  const soonest = retryBaseSeconds(deps.settings.leaseSeconds) * 1000
  const lookAt = now + Math.max(now - (change.sentAtMs ?? now), soonest)
  await lease.save([deps.changes.lookLater(change.id, lookAt, why)])
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
      message: `The line of product ${change.productId} on agreement ${change.agreementId} was to be set to ${change.to}, but the agreement could not be read since. Nothing more is written to that line until it can be.`,
    }),
  ])
}
