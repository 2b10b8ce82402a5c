import type { Line } from '../domain/agreement.ts'
import { tenantParts } from '../storage/tenant-name.ts'
import type { Change } from '../storage/changes.ts'
import { describeFailure, surelyNotDone, VendorError } from '../vendor/error.ts'
import type { Billing } from './plan-company.ts'

/**
 * Writes one planned change to the PSA, exactly once.
 *
 * The ledger says `sending` before the first byte goes out. Whatever happens then is in the ledger too: an answer that
 * shows the wanted quantity ends it, a refusal fails it, no answer leaves it `unknown` until the PSA was read.
 *
 * @returns whether the PSA now shows the quantity
 * @throws VendorError where the whole connection cannot go on (throttled, refused credentials): nothing was written
 */
export async function carryOut(billing: Billing, change: Change): Promise<boolean> {
  const { deps, lease, psa } = billing
  const now = deps.now().getTime()
  const lookAt = now + 2 * deps.settings.leaseSeconds * 1000
  if (!(await deps.changes.startSending(change.id, lease, now, lookAt))) return false

  let line: Line
  try {
    line =
      change.kind === 'create' || change.lineId === null
        ? await psa.createLine({
            agreementId: change.agreementId,
            productId: change.productId,
            quantity: change.to,
            startsOn: change.effectiveOn,
          })
        : await psa.setQuantity({ agreementId: change.agreementId, lineId: change.lineId }, change.to)
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    lease.heed(error)
    await noteFailure(billing, change, error)
    if (error.failure.kind === 'throttled' || error.failure.kind === 'unauthorized') throw error
    return false
  }
  if (line.productId !== change.productId || line.quantity !== change.to) {
    await hold(billing, change, line)
    return false
  }
  await confirm(billing, change, line)
  return true
}

/** The PSA shows what was wanted: the change is verified and the line is ours. */
export async function confirm(billing: Billing, change: Change, line: Line): Promise<void> {
  const { deps, connection, day } = billing
  const isTakingOut = change.reason === 'tenant_gone'
  const parts = isTakingOut ? change.parts.filter((part) => part.quantity > 0) : change.parts
  await deps.together([
    deps.changes.move(change.id, 'verified', { lineId: line.id, at: deps.now().toISOString() }),
    ...deps.ownLines.record(connection, day, [
      {
        id: deps.newId(),
        companyId: change.companyId,
        agreementId: change.agreementId,
        productId: change.productId,
        lineId: line.id,
        quantity: line.quantity,
        agrees: true,
        parts: change.kind === 'end' ? [] : parts,
      },
    ]),
    ...(isTakingOut
      ? change.parts.flatMap((part) => {
          const tenant = tenantParts(part.tenant)
          return tenant === null ? [] : [deps.tenants.retire(tenant)]
        })
      : []),
  ])
}

async function noteFailure(billing: Billing, change: Change, error: VendorError): Promise<void> {
  const { deps, run } = billing
  const { failure } = error
  const at = deps.now().toISOString()
  if (!surelyNotDone(failure)) {
    await deps.together([deps.changes.move(change.id, 'unknown', { detail: describeFailure(failure) })])
    return
  }
  if (failure.kind === 'throttled' || failure.kind === 'unauthorized') {
    await deps.together([deps.changes.move(change.id, 'planned')])
    return
  }
  const detail = failure.kind === 'rejected' ? failure.reply : describeFailure(failure)
  await deps.together([
    deps.changes.move(change.id, 'failed', { detail, at }),
    ...(run === null
      ? []
      : [
          deps.runs.problemStatement(run.id, {
            code: 'write_refused',
            message: `${error.vendor} refused to set the line of product ${change.productId} on agreement ${change.agreementId} to ${change.to}: ${detail} The line still has its old quantity.`,
            company: change.companyId,
          }),
        ]),
  ])
}

async function hold(billing: Billing, change: Change, line: Line): Promise<void> {
  const { deps, connection } = billing
  await deps.together([
    deps.changes.move(change.id, 'held', {
      reason: 'write_not_confirmed',
      lineId: line.id,
      detail: `The PSA accepted the write but shows ${line.quantity} of product ${line.productId}.`,
    }),
    deps.ownLines.found(connection, change, line.quantity),
  ])
}
