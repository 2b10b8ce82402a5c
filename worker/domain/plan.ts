import {
  type AgreementProblem,
  agreementProblem,
  type CompanyProblem,
  isOpenLine,
  type Line,
  type Product,
} from './agreement.ts'
import type { ChangeKind, HoldReason } from './change.ts'
import { type GuardRails, quantityHold } from './guard-rails.ts'
import {
  type BillingFacts,
  findReplacements,
  type OwnLine,
  type Replacement,
  withUseThatStays,
} from './replacement.ts'
import { type Wait, waitFor } from './wait.ts'
import { lineKey, type Part, type WantedLine } from './wanted.ts'

export type { OwnLine, Replacement } from './replacement.ts'

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
  /** Set before the change itself. Never empty without a `reason`. */
  replaces: Replacement[]
  /** What the mapping prices the line by; null where it names no price level. */
  priceLevelId: string | null
  /** Why it may not be sent today although nothing else speaks against it. */
  waits: Wait | null
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
  priceLevelId: string | null
  parts: Part[]
}

export interface CompanyPlan {
  changes: ChangeDraft[]
  kept: KeptLine[]
}

export interface CompanyFacts extends BillingFacts {
  products: Map<string, Product>
  /** Quantities that a person dismissed, by `lineKey`. */
  dismissed: Map<string, number>
  /** The line that a person chose among several when approving the change that is planned afresh, by `lineKey`. */
  chosen: Map<string, string>
  /** Lines that have taken the one change that the PSA books for a line and day, by their id. */
  changedToday: Set<string>
  /** Whether a product that is not on an agreement may be put there without a person agreeing. */
  makesLines: boolean
  /** Why nothing at all may be written for the company now. */
  obstacle: CompanyProblem | 'write_not_confirmed' | null
  guardRails: GuardRails
  approval: 'automatic' | 'everything'
}

/**
 * Decides what to change so that every line of one company bills the licences in use.
 *
 * Only use from complete reads comes in here: a read that stopped short looks the same as a customer who left. Carried
 * out, in any order, the plan leaves nothing to do and bills nothing twice meanwhile. What a person must decide is a
 * change with a reason, never an exception.
 */
export function planCompany(facts: CompanyFacts): CompanyPlan {
  const first = facts.wanted.map((wanted) => ({ wanted, decision: decideLine(wanted, [], facts) }))
  const resting = first.filter(({ decision }) => !isWritten(decision))
  const restingLines = resting.map(({ wanted }) => wanted)

  const replacements = findReplacements(facts, withUseThatStays(facts, restingLines))
  const decisions = [
    ...resting.map(({ decision }) => decision),
    ...[...replacements].map(([line, replaces]) => decideLine(line, replaces, facts)),
  ].filter((decision) => decision !== null)

  // A line that goes down as part of a replacement has no change of its own beside it.
  const replaced = new Set(
    decisions.flatMap((decision) => ('replaces' in decision ? decision.replaces.map(lineKey) : [])),
  )
  const plan: CompanyPlan = { changes: [], kept: [] }
  for (const decision of decisions) {
    const isReplaced = replaced.has(lineKey(decision))
    if ('agrees' in decision) {
      if (!isReplaced) plan.kept.push(decision)
    } else if (!isReplaced || decision.replaces.length > 0) plan.changes.push(decision)
  }
  return plan
}

/** Whether the line takes over what it should bill; else it stays as it is, or there is none. */
function isWritten(decision: ChangeDraft | KeptLine | null): boolean {
  return decision !== null && (!('agrees' in decision) || decision.agrees)
}

function decideLine(
  wanted: WantedLine,
  replaces: Replacement[],
  facts: CompanyFacts,
): ChangeDraft | KeptLine | null {
  const own = facts.own.find((line) => lineKey(line) === lineKey(wanted))
  const problem = agreementProblem(facts.agreements.get(wanted.agreementId), facts.companyId, facts.day)
  if (problem !== null) return heldByAgreement(wanted, own, replaces, problem)

  const open = (facts.lines.get(wanted.agreementId) ?? []).filter(
    (line) => line.productId === wanted.productId && isOpenLine(line, facts.day),
  )
  const target = chooseLine(wanted, own, open, facts.chosen.get(lineKey(wanted)))
  if (target === 'nothing') return null

  const from = target.line?.quantity ?? 0
  const isOurs = target.line !== null && target.line.id === own?.lineId
  const isRepriced = isOurs && hasOtherPriceLevel(target.line, own, wanted)
  const lowered = [...replaces, ...givenUp(target, own, open)]
  const draft: ChangeDraft = {
    agreementId: wanted.agreementId,
    productId: wanted.productId,
    lineId: target.line?.id ?? null,
    kind: target.line === null ? 'create' : 'set',
    from,
    to: wanted.quantity,
    reason: null,
    drift: isOurs && own.written !== from ? { written: own.written, found: from } : null,
    adopted: target.adopted,
    replaces: lowered,
    priceLevelId: wanted.priceLevelId,
    waits: waitOf(target.line, lowered, facts),
    parts: wanted.parts,
  }

  const isSettled = (isOurs || target.doubt === null) && !isRepriced
  if (from === draft.to && target.line !== null && isSettled && draft.replaces.length === 0) {
    return leavingOfGone(wanted, draft, facts) ?? agreeing(draft, target.line)
  }
  const isKeptByHand = draft.drift !== null && wanted.manualQuantity === 'keep'
  const isLeftAsItIs = isKeptByHand || isDismissed(wanted, draft.to, facts)
  if (isLeftAsItIs && !target.chosen) return keptAsItIs(draft)
  return { ...draft, reason: holdReason(draft, wanted, target, isRepriced, facts) }
}

/** Whether the mapping prices a line of ours by another level than the one that it was written or taken over with. */
function hasOtherPriceLevel(line: Line | null, own: OwnLine | undefined, wanted: WantedLine): boolean {
  return line !== null && line.priceLevelId !== null && own?.priceLevelId !== wanted.priceLevelId
}

/** A replacement goes with the last of its lines that may be written. */
function waitOf(line: Line | null, lowered: Replacement[], facts: CompanyFacts): Wait | null {
  const others = lowered.map((old) =>
    facts.lines.get(old.agreementId)?.find((candidate) => candidate.id === old.lineId),
  )
  const lines = [line, ...others].filter((one) => one !== null && one !== undefined)
  return waitFor(lines, facts.day, facts.changedToday)
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

  const several = open.length > 1 ? 'duplicate_lines' : null
  const mine = open.find((line) => line.id === own?.lineId)
  if (mine) {
    return { line: mine, adopted: false, chosen: false, doubt: wanted.quantity > 0 ? several : null }
  }
  if (wanted.quantity === wanted.goneQuantity) return 'nothing'
  const [first] = open.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
  return first
    ? { line: first, adopted: true, chosen: false, doubt: several }
    : { line: null, adopted: false, chosen: false, doubt: own ? 'line_ended_by_hand' : null }
}

/** The line of ours that a person gave up by choosing another one of the same product. */
function givenUp(target: Target, own: OwnLine | undefined, open: Line[]): Replacement[] {
  const mine = open.find((line) => line.id === own?.lineId)
  if (!target.chosen || mine === undefined || mine.id === target.line?.id || mine.quantity === 0) return []
  const { agreementId, productId, id, quantity } = mine
  return [{ agreementId, productId, lineId: id, from: quantity, to: 0, parts: [] }]
}

function holdReason(
  draft: ChangeDraft,
  wanted: WantedLine,
  target: Target,
  isRepriced: boolean,
  facts: CompanyFacts,
): HoldReason | null {
  const missing = productProblem(draft, facts) ?? facts.obstacle
  if (missing !== null) return missing
  // Choosing a line approves all that comes with it.
  if (target.chosen) return draft.replaces.length > 0 ? 'duplicate_lines' : null
  if (target.doubt !== null) return target.doubt
  if (draft.drift !== null && wanted.manualQuantity === 'ask') return 'changed_by_hand'
  if (draft.kind === 'create' && needsConsent(draft, facts)) return 'line_not_on_contract'
  if (draft.replaces.length > 0) return 'replaces_line'
  if (target.adopted && draft.from !== 0) return 'adopted_differs'
  if (isRepriced) return 'price_level_changed'
  const isNew = draft.kind === 'create' || target.adopted
  const sharp = isNew ? null : quantityHold(draft.drift?.written ?? draft.from, draft.to, facts.guardRails)
  return sharp ?? (facts.approval === 'everything' ? 'needs_approval' : null)
}

/** A product may be billed within a bundle, where a line of its own would bill it twice. */
function needsConsent({ agreementId }: ChangeDraft, { makesLines, agreements }: CompanyFacts): boolean {
  return !makesLines || agreements.get(agreementId)?.bundled === true
}

function productProblem(draft: ChangeDraft, facts: CompanyFacts): HoldReason | null {
  const product = facts.products.get(draft.productId)
  if (product === undefined) return 'product_not_found'
  return product.active ? null : 'product_inactive'
}

/** The bill agrees, but part of it is of tenants that are gone: taking them out is a person's choice. */
function leavingOfGone(wanted: WantedLine, draft: ChangeDraft, facts: CompanyFacts): ChangeDraft | null {
  const to = wanted.quantity - wanted.goneQuantity
  if (wanted.goneQuantity === 0 || isDismissed(wanted, to, facts)) return null
  return { ...draft, to, reason: productProblem(draft, facts) ?? facts.obstacle ?? 'tenant_gone' }
}

function heldByAgreement(
  wanted: WantedLine,
  own: OwnLine | undefined,
  replaces: Replacement[],
  reason: AgreementProblem,
): ChangeDraft | null {
  // An agreement that passed to another company goes on billing what stands on it.
  const billsOn = reason === 'agreement_of_other_company' && own !== undefined && own.written > 0
  const isUsed = own ? wanted.quantity > 0 : wanted.quantity > wanted.goneQuantity
  if (!isUsed && !billsOn) return null
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
    replaces,
    priceLevelId: wanted.priceLevelId,
    waits: null,
    parts: wanted.parts,
  }
}

function isDismissed(wanted: WantedLine, to: number, facts: CompanyFacts): boolean {
  return facts.dismissed.get(lineKey(wanted)) === to
}

/** The line of ours as it stands; null where the change would make or adopt one. */
function keptAsItIs(change: ChangeDraft): KeptLine | null {
  const { agreementId, productId, lineId, from, priceLevelId, parts } = change
  if (lineId === null || change.adopted) return null
  return {
    agreementId,
    productId,
    lineId,
    quantity: from,
    agrees: false,
    adopted: false,
    priceLevelId,
    parts,
  }
}

function agreeing(draft: ChangeDraft, line: Line): KeptLine {
  const { agreementId, productId, adopted, priceLevelId, parts } = draft
  return {
    agreementId,
    productId,
    lineId: line.id,
    quantity: line.quantity,
    agrees: true,
    adopted,
    priceLevelId,
    parts,
  }
}
