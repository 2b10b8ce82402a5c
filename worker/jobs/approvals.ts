import { isOpenLine } from '../domain/agreement.ts'
import { type HoldReason, isStructural, setsPriceLevel } from '../domain/change.ts'
import type { ChangeDraft, Replacement } from '../domain/plan.ts'
import { waitFor } from '../domain/wait.ts'
import { lineKey, type Part } from '../domain/wanted.ts'
import type { Change } from '../storage/changes.ts'
import { describeFailure, VendorError } from '../vendor/error.ts'
import { carryOut, confirm } from './carry-out.ts'
import { type CompanyKnowledge, companyKnowledge } from './company-facts.ts'
import { messageMs, perMessage, retryBaseSeconds } from './pace.ts'
import { type Billing, newChanges, planFromPsa, psaFacts, readsBehind } from './plan-company.ts'
import { settleUncertain } from './settle.ts'

/** For so many leases what was approved waits for a PSA that gives no answer; then it is held again. */
const patienceLeases = 4

/**
 * Carries out what people approved, one after another. What the PSA does not let us look at concerns that change alone:
 * it waits a while, then it is held again with the reason.
 *
 * @returns `done` where anything was done, else when to try again in milliseconds, or null where nothing is approved
 * @throws VendorError where the whole connection cannot go on
 */
export async function carryOutAllApproved(billing: Billing): Promise<'done' | number | null> {
  const { deps, connection, lease } = billing
  const { leaseSeconds } = deps.settings
  const start = deps.now().getTime()
  const approved = await deps.changes.approved(connection, billing.day, perMessage)
  let waiting = 0
  for (const change of approved) {
    if (deps.now().getTime() - start >= messageMs) break
    try {
      await carryOutApproved(billing, change)
      await settleUncertain(billing, 'now')
    } catch (error) {
      if (!(error instanceof VendorError)) throw error
      lease.heed(error)
      const { kind } = error.failure
      if (kind === 'throttled' || kind === 'unauthorized') throw error
      const waitedMs = deps.now().getTime() - Date.parse(change.approvedAt ?? change.createdAt)
      if (kind === 'unavailable' && waitedMs < patienceLeases * leaseSeconds * 1000) waiting++
      else {
        const why = `${error.vendor} could not be asked: ${describeFailure(error.failure)}. Approve it again later.`
        await lease.save([deps.changes.unapprove(change.id, why)])
      }
    }
  }
  if (waiting < approved.length) return 'done'
  return waiting === 0 ? null : deps.now().getTime() + retryBaseSeconds(leaseSeconds) * 1000
}

/**
 * Carries out what a person approved. Use, mapping, agreement and line are read again first, and it is written only
 * where nothing that matters changed; else the change is superseded and what would be done now is held in its place.
 */
async function carryOutApproved(billing: Billing, change: Change): Promise<void> {
  const { deps, connection, rules } = billing
  const [known] = await companyKnowledge(deps, connection, [change.companyId], rules, null)
  if (known === undefined) return
  const company = change.reason === 'changed_by_hand' ? withUseChosen(known, change) : known
  const isLineOfChange = (line: { agreementId: string; productId: string }) =>
    lineKey(line) === lineKey(change)
  const rests = company.resting.wanted.some(isLineOfChange)
  const isWanted = rests || company.wanted.some(isLineOfChange)
  if (change.kind === 'end' && !isWanted) return endLine(billing, change)
  if (rests || company.resting.own.some(isLineOfChange)) {
    const why = company.blocked[0]?.message ?? 'Its use is not known well enough now.'
    await billing.lease.save([deps.changes.unapprove(change.id, why)])
    return
  }

  const facts = await psaFacts(billing, [company], `change ${change.id} step ${billing.lease.step}`)
  const chosen =
    change.reason === 'duplicate_lines' && change.lineId !== null
      ? new Map([[lineKey(change), change.lineId]])
      : new Map<string, string>()
  const plan = await planFromPsa(billing, company, facts, true, chosen)
  await billing.lease.save(plan.statements)

  const kept = plan.kept.find((line) => line.lineId === chosen.get(lineKey(change)))
  if (kept !== undefined && kept.quantity === change.to) {
    await confirm(billing, change, {
      id: kept.lineId,
      agreementId: kept.agreementId,
      productId: kept.productId,
      quantity: kept.quantity,
      startsOn: null,
      endsOn: null,
      priceLevelId: null,
      bookableOn: null,
    })
    return
  }
  const fresh = plan.changes.find((draft) => lineKey(draft) === lineKey(change))
  if (fresh === undefined || !isStillWanted(change, fresh)) {
    await supersede(billing, company, change, fresh)
    return
  }

  if (fresh.waits !== null) {
    await billing.lease.save([deps.changes.postpone(change.id, fresh.waits)])
    return
  }
  for (const old of fresh.replaces) {
    if (!(await lowerReplaced(billing, company, old, change.id, fresh))) {
      await billing.lease.save([
        deps.changes.unapprove(change.id, 'The line that it replaces could not be lowered first.'),
      ])
      return
    }
  }
  const parts = partsToBill(company, fresh)
  const reads = readsBehind(company, fresh)
  const refreshed = { ...fresh, parts, reads: reads.length > 0 ? reads : change.reads }
  await billing.lease.save([deps.changes.refresh(change.id, refreshed, rules.version, billing.day)])
  const { lineId, from, priceLevelId } = fresh
  await carryOut(billing, { ...change, lineId, from, priceLevelId, parts, effectiveOn: billing.day })
}

/** A person chose the use of this line over what was made of it by hand, whatever its company does with such changes. */
function withUseChosen(company: CompanyKnowledge, change: Change): CompanyKnowledge {
  const wanted = company.wanted.map((line) =>
    lineKey(line) === lineKey(change) ? { ...line, manualQuantity: 'ask' as const } : line,
  )
  return { ...company, wanted }
}

/** What the line bills from then on; where gone tenants are taken out, their parts stay with a quantity of 0. */
function partsToBill(company: CompanyKnowledge, fresh: ChangeDraft): Part[] {
  if (fresh.reason !== 'tenant_gone') return fresh.parts
  const gone = new Set(company.billed.filter((tenant) => tenant.gone).map(({ tenant }) => tenant))
  return fresh.parts.map((part) => (gone.has(part.tenant) ? { ...part, quantity: 0 } : part))
}

/** Sets a line that nothing wants any more to 0. */
async function endLine(billing: Billing, change: Change): Promise<void> {
  const { deps, connection, psa, rules, day } = billing
  if (billing.untested) {
    await billing.lease.save([deps.changes.unapprove(change.id, 'The connection lacks its test write.')])
    return
  }
  const lines = (await psa.lines([change.agreementId], day)).get(change.agreementId)
  const line = lines?.find((candidate) => candidate.id === change.lineId && isOpenLine(candidate, day))
  if (line === undefined || line.quantity !== change.from) {
    await billing.lease.save([
      deps.changes.move(change.id, 'superseded', { at: deps.now().toISOString() }),
      deps.ownLines.found(connection, change, line?.quantity ?? 0),
    ])
    return
  }
  const changedToday = psa.traits.oneChangeADay
    ? await deps.changes.sentOn(connection, [change.agreementId], day)
    : new Set<string>()
  const waits = waitFor([line], day, changedToday)
  if (waits !== null) {
    await billing.lease.save([deps.changes.postpone(change.id, waits)])
    return
  }
  await billing.lease.save([
    deps.changes.refresh(
      change.id,
      { lineId: line.id, from: line.quantity, parts: [], reads: change.reads, priceLevelId: null },
      rules.version,
      day,
    ),
  ])
  await carryOut(billing, { ...change, effectiveOn: day })
}

async function supersede(
  billing: Billing,
  company: CompanyKnowledge,
  change: Change,
  fresh: ChangeDraft | undefined,
): Promise<void> {
  const { deps } = billing
  const held =
    fresh === undefined ? [] : [{ ...fresh, reason: fresh.reason ?? change.reason ?? 'needs_approval' }]
  await billing.lease.save([
    deps.changes.move(change.id, 'superseded', {
      at: deps.now().toISOString(),
      detail: 'What it was approved for changed meanwhile.',
    }),
    ...newChanges(billing, company, held).map((one) => deps.changes.insert({ ...one, runId: change.runId })),
  ])
}

/**
 * The replaced line goes down first, by a change of its own in the ledger, which is never carried out alone. Where both are of one agreement and product,
 * the change that was approved makes room for it meanwhile: only one of a line may be open at a time.
 */
async function lowerReplaced(
  billing: Billing,
  company: CompanyKnowledge,
  old: Replacement,
  approvedId: string,
  by: ChangeDraft,
): Promise<boolean> {
  const { deps, connection } = billing
  const own = company.own.find((line) => line.lineId === old.lineId)
  if (own === undefined) return false
  const at = deps.now().toISOString()
  const [lowering] = newChanges(billing, company, [
    {
      ...old,
      kind: old.to === 0 ? 'end' : 'set',
      reason: null,
      drift: null,
      adopted: false,
      replaces: [],
      priceLevelId: null,
      waits: null,
    },
  ])
  if (lowering === undefined) return false
  const makesRoom = lineKey(old) === lineKey(by)
  const reads = readsBehind(company, { ...old, parts: [...old.parts, ...by.parts] })
  await billing.lease.save([
    ...(makesRoom
      ? [deps.changes.move(approvedId, 'superseded', { at, detail: 'Another line goes first.' })]
      : []),
    deps.changes.supersedeUnsent(connection, old, at),
    deps.changes.insert({ ...lowering, companyId: own.companyId, reads }),
  ])
  const goOn = makesRoom ? [deps.changes.takeUp(approvedId)] : []
  const change = await deps.changes.get(lowering.id)
  try {
    const isLowered = change !== null && (await carryOut(billing, change)) && (await isSeen(billing, change))
    if (isLowered) await billing.lease.save(goOn)
    return isLowered
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    // Nothing was sent; the whole replacement is tried again, and nothing of it by itself.
    await billing.lease.save([deps.changes.supersedeUnsent(connection, old, at), ...goOn])
    throw error
  }
}

/** Whether the PSA shows by now what it took. */
async function isSeen(billing: Billing, { id }: Change): Promise<boolean> {
  await settleUncertain(billing, 'now')
  return (await billing.deps.changes.get(id))?.state === 'verified'
}

/** Reasons that speak of nothing but the two quantities, which whoever approved saw. */
const aboutQuantities: HoldReason[] = [
  'fell_to_zero',
  'fell_sharply',
  'rose_sharply',
  'run_fell',
  'needs_approval',
]

/**
 * Whether what was approved is what would be planned now, or less of it. Choosing another line than ours includes
 * giving ours up.
 */
function isStillWanted(approved: Change, fresh: ChangeDraft): boolean {
  const isAgreedTo =
    fresh.reason === null ||
    aboutQuantities.includes(fresh.reason) ||
    (fresh.reason === approved.reason && !isStructural(fresh.reason))
  return (
    isAgreedTo &&
    fresh.kind === approved.kind &&
    fresh.from === approved.from &&
    fresh.to === approved.to &&
    fresh.lineId === approved.lineId &&
    (!setsPriceLevel(fresh) || fresh.priceLevelId === approved.priceLevelId) &&
    fresh.replaces.every(
      (old) =>
        lineKey(old) === lineKey(approved) ||
        approved.replaces.some((known) => known.lineId === old.lineId && known.to === old.to),
    )
  )
}
