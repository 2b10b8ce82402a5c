import {
  type Agreement,
  type AgreementProblem,
  agreementProblem,
  isOpenLine,
  type Line,
  type Product,
} from './agreement.ts'
import type { ChangeKind, HoldReason } from './change.ts'
import { type GuardRails, quantityHold } from './guard-rails.ts'
import { lineKey, type ManualQuantity, type Part, sameUse, type WantedLine } from './wanted.ts'

/** A line that tallypod wrote or adopted. */
export interface OwnLine {
  agreementId: string
  productId: string
  lineId: string
  /** The quantity we last wrote or agreed with. */
  written: number
  /** What that quantity was made of. */
  parts: Part[]
}

/** A line that has to go down before another may bill the same use. */
export interface Replacement {
  agreementId: string
  productId: string
  lineId: string
  from: number
  to: number
}

/** A change as it is decided; a `reason` holds it for a person. */
export interface ChangeDraft {
  agreementId: string
  productId: string
  /** Null where the line is still to be made. */
  lineId: string | null
  kind: ChangeKind
  from: number
  to: number
  reason: HoldReason | null
  /** Where a person changed the quantity since we last wrote it. */
  drift: { written: number; found: number } | null
  /** Whether the change takes over a line that a person made. */
  adopted: boolean
  /** Set before the change itself. */
  replaces: Replacement[]
  parts: Part[]
}

/** A line that needs no change today. */
export interface KeptLine {
  agreementId: string
  productId: string
  lineId: string
  quantity: number
  /** Whether it bills exactly what is used; else a person chose to keep or dismissed the difference. */
  agrees: boolean
  /** Whether it becomes ours with this. */
  adopted: boolean
  parts: Part[]
}

export interface CompanyPlan {
  changes: ChangeDraft[]
  kept: KeptLine[]
}

export interface CompanyFacts {
  /** The local day of the run, `YYYY-MM-DD`. */
  day: string
  companyId: string
  wanted: WantedLine[]
  /** By id; absent where the PSA does not know it. */
  agreements: Map<string, Agreement>
  products: Map<string, Product>
  /** By agreement: all lines as just read. */
  lines: Map<string, Line[]>
  /** Our lines on these agreements, and any other of ours that bills use of the same tenants. */
  own: OwnLine[]
  /** Quantities that a person dismissed, by `lineKey`. */
  dismissed: Map<string, number>
  /** Lines that a person chose among several, by `lineKey`. */
  chosen: Map<string, string>
  guardRails: GuardRails
  approval: 'automatic' | 'everything'
}

/**
 * Decides what to change so that every line of one company bills the licences in use.
 *
 * Only use from complete reads comes in here: a read that stopped short looks the same as a customer who left. Carried
 * out, the plan leaves nothing to do. What a person must decide is a change with a reason, never an exception.
 */
export function planCompany(facts: CompanyFacts): CompanyPlan {
  const plan: CompanyPlan = { changes: [], kept: [] }
  const replaced = new Set<string>()

  for (const wanted of facts.wanted) {
    const decision = decideLine(wanted, facts)
    if (decision === null) continue
    if ('agrees' in decision) plan.kept.push(decision)
    else {
      for (const old of decision.replaces) replaced.add(lineKey(old))
      plan.changes.push(decision)
    }
  }

  return {
    // A line that goes down as part of a replacement has no change of its own beside it.
    changes: plan.changes.filter((change) => !replaced.has(lineKey(change)) || change.replaces.length > 0),
    kept: plan.kept.filter((line) => !replaced.has(lineKey(line))),
  }
}

function decideLine(wanted: WantedLine, facts: CompanyFacts): ChangeDraft | KeptLine | null {
  const own = facts.own.find((line) => lineKey(line) === lineKey(wanted))
  const problem = agreementProblem(facts.agreements.get(wanted.agreementId), facts.companyId, facts.day)
  if (problem !== null) return heldByAgreement(wanted, own, problem)

  const open = (facts.lines.get(wanted.agreementId) ?? []).filter(
    (line) => line.productId === wanted.productId && isOpenLine(line, facts.day),
  )
  const target = chooseLine(wanted, own, open, facts.chosen.get(lineKey(wanted)))
  if (target === 'nothing') return null

  const from = target.line?.quantity ?? 0
  const drift =
    own && target.line?.id === own.lineId && own.written !== from ? { written: own.written, found: from } : null
  const draft: ChangeDraft = {
    agreementId: wanted.agreementId,
    productId: wanted.productId,
    lineId: target.line?.id ?? null,
    kind: target.line === null ? 'create' : 'set',
    from,
    to: wanted.quantity,
    reason: null,
    drift,
    adopted: target.adopted,
    replaces: replacedBy(wanted, facts),
    parts: wanted.parts,
  }

  if (target.line !== null && draft.replaces.length === 0) {
    const kept = (agrees: boolean): KeptLine => ({
      agreementId: wanted.agreementId,
      productId: wanted.productId,
      lineId: draft.lineId ?? '',
      quantity: from,
      agrees,
      adopted: target.adopted,
      parts: wanted.parts,
    })
    if (from === wanted.quantity) {
      return leavingOfGone(wanted, draft, facts) ?? kept(true)
    }
    if (drift !== null && wanted.manualQuantity === 'keep') return kept(false)
  }

  const reason = holdReason(draft, wanted.manualQuantity, target, facts)
  if (facts.dismissed.get(lineKey(wanted)) === draft.to && !target.chosen) {
    return target.line === null || target.adopted ? null : keptAsDismissed(draft)
  }
  return { ...draft, reason }
}

interface Target {
  /** The line to set; null where one has to be made. */
  line: Line | null
  adopted: boolean
  /** Whether a person pointed at this line. */
  chosen: boolean
  /** What speaks against going ahead, before quantities are looked at. */
  doubt: 'duplicate_lines' | 'line_ended_by_hand' | null
}

function chooseLine(
  wanted: WantedLine,
  own: OwnLine | undefined,
  open: Line[],
  chosenId: string | undefined,
): Target | 'nothing' {
  const chosen = open.find((line) => line.id === chosenId)
  if (chosen) return { line: chosen, adopted: chosen.id !== own?.lineId, chosen: true, doubt: null }

  const mine = open.find((line) => line.id === own?.lineId)
  if (mine) {
    const differs = mine.quantity !== wanted.quantity
    return {
      line: mine,
      adopted: false,
      chosen: false,
      doubt: open.length > 1 && differs ? 'duplicate_lines' : null,
    }
  }
  if (wanted.quantity === 0 || wanted.quantity === wanted.goneQuantity) return 'nothing'
  const [only, ...others] = open
  if (only === undefined) {
    return { line: null, adopted: false, chosen: false, doubt: own ? 'line_ended_by_hand' : null }
  }
  if (others.length > 0) return { line: only, adopted: true, chosen: false, doubt: 'duplicate_lines' }
  return { line: only, adopted: true, chosen: false, doubt: null }
}

function holdReason(
  draft: ChangeDraft,
  manualQuantity: ManualQuantity,
  target: Target,
  facts: CompanyFacts,
): HoldReason | null {
  const product = facts.products.get(draft.productId)
  if (product === undefined) return 'product_not_found'
  if (!product.active) return 'product_inactive'
  if (target.doubt !== null) return target.doubt
  if (draft.drift !== null && manualQuantity === 'ask') return 'changed_by_hand'
  if (draft.replaces.length > 0) return 'replaces_line'
  if (target.adopted && !target.chosen && draft.from !== 0) return 'adopted_differs'
  const isNew = draft.kind === 'create' || target.adopted
  const judgedFrom = draft.drift !== null ? draft.drift.written : draft.from
  const sharp = isNew ? null : quantityHold(judgedFrom, draft.to, facts.guardRails)
  if (sharp !== null) return sharp
  return facts.approval === 'everything' ? 'needs_approval' : null
}

/**
 * Our other lines that still bill use which `wanted` is about to bill. Lines of this company that are themselves
 * wanted count only while their own quantity still has to move.
 */
function replacedBy(wanted: WantedLine, facts: CompanyFacts): Replacement[] {
  return facts.own.flatMap((old) => {
    if (lineKey(old) === lineKey(wanted)) return []
    const moving = old.parts.filter((part) => wanted.parts.some((now) => now.quantity > 0 && sameUse(part, now)))
    if (moving.length === 0) return []

    const agreement = facts.agreements.get(old.agreementId)
    const runs =
      agreement !== undefined && agreementProblem(agreement, agreement.companyId, facts.day) === null
    const line = facts.lines
      .get(old.agreementId)
      ?.find((candidate) => candidate.id === old.lineId && isOpenLine(candidate, facts.day))
    if (!runs || line === undefined || line.quantity === 0) return []

    const stillWanted = facts.wanted.find((other) => lineKey(other) === lineKey(old))
    const movingQuantity = moving.reduce((sum, part) => sum + part.quantity, 0)
    const rest = old.parts.length === moving.length ? 0 : Math.max(0, line.quantity - movingQuantity)
    const to = stillWanted ? stillWanted.quantity : rest
    if (to >= line.quantity) return []
    return [
      {
        agreementId: old.agreementId,
        productId: old.productId,
        lineId: old.lineId,
        from: line.quantity,
        to,
      },
    ]
  })
}

/** The bill agrees, but part of it is of tenants that are gone: taking them out is a person's choice. */
function leavingOfGone(wanted: WantedLine, draft: ChangeDraft, facts: CompanyFacts): ChangeDraft | null {
  if (wanted.goneQuantity === 0) return null
  const to = wanted.quantity - wanted.goneQuantity
  if (facts.dismissed.get(lineKey(wanted)) === to) return null
  return { ...draft, to, reason: 'tenant_gone' }
}

function heldByAgreement(
  wanted: WantedLine,
  own: OwnLine | undefined,
  reason: AgreementProblem,
): ChangeDraft | null {
  if (wanted.quantity === 0) return null
  return {
    agreementId: wanted.agreementId,
    productId: wanted.productId,
    lineId: own?.lineId ?? null,
    kind: own ? 'set' : 'create',
    from: own?.written ?? 0,
    to: wanted.quantity,
    reason,
    drift: null,
    adopted: false,
    replaces: [],
    parts: wanted.parts,
  }
}

function keptAsDismissed(draft: ChangeDraft): KeptLine {
  return {
    agreementId: draft.agreementId,
    productId: draft.productId,
    lineId: draft.lineId ?? '',
    quantity: draft.from,
    agrees: false,
    adopted: false,
    parts: draft.parts,
  }
}
