import type { Line } from '../domain/agreement.ts'
import { setsPriceLevel } from '../domain/change.ts'
import { localDay } from '../domain/day.ts'
import type { Written } from '../psa/port.ts'
import type { Change } from '../storage/changes.ts'
import { tenantParts } from '../storage/tenant-name.ts'
import { describeFailure, surelyNotDone, VendorError } from '../vendor/error.ts'
import type { Billing } from './plan-company.ts'

/**
 * Writes one planned change to the PSA, exactly once.
 *
 * The ledger says `sending` before the first byte goes out. Whatever happens then is in the ledger too: an answer that
 * shows the wanted quantity ends it, one that does not show it leaves it `applied` until the PSA was read, a refusal
 * fails it, no answer leaves it `unknown` until the PSA was read.
 *
 * @returns whether the PSA took it
 * @throws VendorError where the whole connection cannot go on (throttled, refused credentials): nothing was written
 */
export async function carryOut(billing: Billing, change: Change): Promise<boolean> {
  const { deps, lease } = billing
  if (isOfYesterday(billing, change)) return false
  const now = deps.now().getTime()
  const lookAt = now + 2 * deps.settings.leaseSeconds * 1000
  if (!(await deps.changes.startSending(change.id, lease, now, lookAt))) return false

  let written: Written
  try {
    written = await send(billing, change)
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    lease.heed(error)
    await noteFailure(billing, change, error)
    if (error.failure.kind === 'throttled' || error.failure.kind === 'unauthorized') throw error
    return false
  }
  switch (written.kind) {
    case 'not_today':
      await deps.together([deps.changes.postpone(change.id, written)])
      return false
    case 'accepted':
      await deps.together([deps.changes.accept(change.id, deps.now().getTime())])
      return true
    case 'stored':
      return settleWith(billing, change, written.line)
  }
}

/** A PSA that books by the day gets no change that was planned from what held on another one. */
function isOfYesterday({ deps, psa, rules, day }: Billing, change: Change): boolean {
  if (!psa.traits.oneChangeADay) return false
  return change.effectiveOn !== day || localDay(deps.now(), rules.settings.timeZone) > day
}

function send({ psa }: Billing, change: Change): Promise<Written> {
  const { agreementId, productId, lineId, from, to, effectiveOn } = change
  const priceLevelId = setsPriceLevel(change) ? change.priceLevelId : null
  return change.kind === 'create' || lineId === null
    ? psa.createLine({ agreementId, productId, quantity: to, startsOn: effectiveOn, priceLevelId })
    : psa.setQuantity({ agreementId, productId, lineId, from, to, on: effectiveOn, priceLevelId })
}

/** Ends a change by the line as the PSA shows it after the write; true where that is what was wanted. */
export async function settleWith(billing: Billing, change: Change, line: Line | undefined): Promise<boolean> {
  if (line !== undefined && shows(line, change)) {
    await confirm(billing, change, line)
    return true
  }
  await hold(billing, change, line)
  return false
}

/** Whether the PSA's line is what the change was to bring about. */
export function shows(line: Line, change: Change): boolean {
  const isPriced =
    !setsPriceLevel(change) || line.priceLevelId === null || line.priceLevelId === change.priceLevelId
  return line.productId === change.productId && line.quantity === change.to && isPriced
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
        priceLevelId: setsPriceLevel(change) || change.adopted ? change.priceLevelId : null,
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

async function hold(billing: Billing, change: Change, line: Line | undefined): Promise<void> {
  const { deps, connection } = billing
  const shown = line === undefined ? 'no such line' : `${line.quantity} of product ${line.productId}`
  await deps.together([
    deps.changes.move(change.id, 'held', {
      reason: 'write_not_confirmed',
      ...(line === undefined ? {} : { lineId: line.id }),
      detail: `The PSA accepted the write but shows ${shown}.`,
    }),
    ...(line === undefined ? [] : [deps.ownLines.found(connection, change, line.quantity)]),
  ])
}
