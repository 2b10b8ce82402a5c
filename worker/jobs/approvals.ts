import { isOpenLine } from '../domain/agreement.ts'
import { isStructural } from '../domain/change.ts'
import type { ChangeDraft, Replacement } from '../domain/plan.ts'
import { lineKey, type Part, sameUse } from '../domain/wanted.ts'
import type { Change } from '../storage/changes.ts'
import type { StoredOwnLine } from '../storage/own-lines.ts'
import { carryOut, confirm } from './carry-out.ts'
import { type CompanyKnowledge, companyKnowledge } from './company-facts.ts'
import { type Billing, newChanges, planFromPsa, psaFacts } from './plan-company.ts'

/**
 * Carries out what a person approved. Use, mapping, agreement and line are read again first, and it is written only
 * where nothing that matters changed; else the change is superseded and what would be done now is held in its place.
 */
export async function carryOutApproved(billing: Billing, change: Change): Promise<void> {
  const { deps, connection, rules } = billing
  const [company] = await companyKnowledge(deps, connection, [change.companyId], rules, null)
  if (company === undefined) return
  const isWanted = company.wanted.some((line) => lineKey(line) === lineKey(change))
  if (change.kind === 'end' && !isWanted) return endLine(billing, change)
  if (company.blocked !== null) {
    await deps.together([deps.changes.unapprove(change.id, company.blocked.message)])
    return
  }

  const facts = await psaFacts(billing, [company], `change ${change.id} step ${billing.lease.step}`)
  const chosen =
    change.reason === 'duplicate_lines' && change.lineId !== null
      ? new Map([[lineKey(change), change.lineId]])
      : new Map<string, string>()
  const plan = await planFromPsa(billing, company, facts, true, chosen)
  await deps.together(plan.statements)

  const kept = plan.kept.find((line) => line.lineId === chosen.get(lineKey(change)))
  if (kept !== undefined && kept.quantity === change.to) {
    await confirm(billing, change, {
      id: kept.lineId,
      agreementId: kept.agreementId,
      productId: kept.productId,
      quantity: kept.quantity,
      startsOn: null,
      endsOn: null,
    })
    return
  }
  const fresh = plan.changes.find((draft) => lineKey(draft) === lineKey(change))
  if (fresh === undefined || !isStillWanted(change, fresh)) {
    await supersede(billing, company, change, fresh)
    return
  }

  for (const old of fresh.replaces) {
    if (!(await lowerReplaced(billing, company, old, fresh))) {
      await deps.together([
        deps.changes.unapprove(change.id, 'The line that it replaces could not be lowered first.'),
      ])
      return
    }
  }
  await deps.together([deps.changes.refresh(change.id, fresh, rules.version, billing.day)])
  await carryOut(billing, { ...change, lineId: fresh.lineId, parts: fresh.parts, effectiveOn: billing.day })
}

/** Sets a line that nothing wants any more to 0. */
async function endLine(billing: Billing, change: Change): Promise<void> {
  const { deps, connection, psa, rules, day } = billing
  const lines = await psa.lines(change.agreementId)
  const line = lines.find((candidate) => candidate.id === change.lineId && isOpenLine(candidate, day))
  if (line === undefined || line.quantity !== change.from) {
    await deps.together([
      deps.changes.move(change.id, 'superseded', { at: deps.now().toISOString() }),
      deps.ownLines.found(connection, change, line?.quantity ?? 0),
    ])
    return
  }
  await deps.together([
    deps.changes.refresh(change.id, { lineId: line.id, from: line.quantity, parts: [] }, rules.version, day),
  ])
  await carryOut(billing, change)
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
  await deps.together([
    deps.changes.move(change.id, 'superseded', {
      at: deps.now().toISOString(),
      detail: 'What it was approved for changed meanwhile.',
    }),
    ...newChanges(billing, company, held).map((one) => deps.changes.insert({ ...one, runId: change.runId })),
  ])
}

/** The replaced line goes down first, by a change of its own in the ledger. */
async function lowerReplaced(
  billing: Billing,
  company: CompanyKnowledge,
  old: Replacement,
  by: ChangeDraft,
): Promise<boolean> {
  const { deps, connection } = billing
  const own = company.own.find((line) => line.lineId === old.lineId)
  if (own === undefined) return false
  const at = deps.now().toISOString()
  const [lowering] = newChanges(
    billing,
    company,
    [
      {
        ...old,
        kind: old.to === 0 ? 'end' : 'set',
        reason: null,
        drift: null,
        adopted: false,
        replaces: [],
        parts: remainingParts(own, company, by.parts),
      },
    ],
    { approvedAt: at },
  )
  if (lowering === undefined) return false
  await deps.together([
    deps.changes.supersedeHeld(connection, old, at),
    deps.changes.insert({ ...lowering, companyId: own.companyId }),
  ])
  const change = await deps.changes.get(lowering.id)
  return change !== null && (await carryOut(billing, change))
}

function remainingParts(own: StoredOwnLine, company: CompanyKnowledge, moving: Part[]): Part[] {
  const wanted = company.wanted.find((line) => lineKey(line) === lineKey(own))
  return wanted?.parts ?? own.parts.filter((part) => !moving.some((moved) => sameUse(part, moved)))
}

/** Whether what was approved is what would be planned now, or less of it. */
function isStillWanted(approved: Change, fresh: ChangeDraft): boolean {
  const sameReason =
    fresh.reason === null || fresh.reason === approved.reason || fresh.reason === 'needs_approval'
  return (
    sameReason &&
    (fresh.reason === null || !isStructural(fresh.reason)) &&
    fresh.kind === approved.kind &&
    fresh.from === approved.from &&
    fresh.to === approved.to &&
    fresh.lineId === approved.lineId &&
    fresh.replaces.every((old) =>
      approved.replaces.some((known) => known.lineId === old.lineId && known.to === old.to),
    )
  )
}
