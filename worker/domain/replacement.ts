import { type Agreement, agreementProblem, isOpenLine, type Line } from './agreement.ts'
import { lineKey, type Part, sameUse, type WantedLine } from './wanted.ts'

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

/** A line of ours that has to go down before another may bill the same use. */
export interface Replacement {
  agreementId: string
  productId: string
  lineId: string
  from: number
  to: number
  /** What it bills from then on. */
  parts: Part[]
}

export interface BillingFacts {
  /** The local day of the run, `YYYY-MM-DD`. */
  day: string
  companyId: string
  wanted: WantedLine[]
  /** By id; absent where the PSA does not know it. */
  agreements: Map<string, Agreement>
  /** By agreement: all lines as just read. */
  lines: Map<string, Line[]>
  /** Our lines on these agreements, and any other of ours that bills use of the same tenants. */
  own: OwnLine[]
}

/** A line of ours that bills something today. */
interface BillingLine extends OwnLine {
  quantity: number
  /** What this company wants it to bill; undefined where nothing does, or where another company's mapping has it. */
  wanted: WantedLine | undefined
  /** Whether it bills what is wanted, so that its former parts say nothing any more. */
  settled: boolean
}

/**
 * Finds, for each wanted line, our other lines that have to go down first because they still bill some of its use.
 *
 * A line that bills no more than what is wanted of it and billed nowhere else is in nobody's way, whatever it was made
 * of before. Lines on agreements that do not run are left as they are.
 */
export function findReplacements(facts: BillingFacts): Map<WantedLine, Replacement[]> {
  const billing = billingLines(facts)
  const contested = contestedLines(billing, facts.wanted)
  return new Map(
    facts.wanted.map((wanted) => [
      wanted,
      contested
        .filter((line) => isInTheWay(line, wanted, billing))
        .map((line) => replacementOf(line, facts.wanted, contested)),
    ]),
  )
}

function billingLines(facts: BillingFacts): BillingLine[] {
  return facts.own.flatMap((own) => {
    const agreement = facts.agreements.get(own.agreementId)
    const line = facts.lines.get(own.agreementId)?.find((candidate) => candidate.id === own.lineId)
    if (agreement === undefined || line === undefined) return []
    const runs = agreementProblem(agreement, agreement.companyId, facts.day) === null
    if (!runs || !isOpenLine(line, facts.day) || line.quantity === 0) return []

    const wanted = facts.wanted.find((candidate) => lineKey(candidate) === lineKey(own))
    const settled = wanted?.quantity === line.quantity && agreement.companyId === facts.companyId
    return [{ ...own, quantity: line.quantity, wanted, settled }]
  })
}

/** Lines that bill more than they may while others are to bill some of it. */
function contestedLines(billing: BillingLine[], wanted: WantedLine[]): BillingLine[] {
  const inTheWay = billing.filter((line) => wanted.some((other) => isInTheWay(line, other, billing)))
  let contested: BillingLine[] = []
  // A line that may not take over its new use yet has to give way for its former use: hence until nothing changes.
  for (;;) {
    const next = inTheWay.filter(
      (line) => line.wanted === undefined || sum(freeParts(line.wanted, contested)) < line.quantity,
    )
    if (next.length === contested.length) return contested
    contested = next
  }
}

/** Whether `line` bills use that `wanted` is about to take over. */
function isInTheWay(line: BillingLine, wanted: WantedLine, billing: BillingLine[]): boolean {
  if (line.settled || lineKey(line) === lineKey(wanted)) return false
  // Nothing is written to a line that is settled; one that is also wanted goes down by its own change.
  const isTakenOver = billing.some((other) => other.wanted === wanted && other.settled)
  if (isTakenOver && line.wanted !== undefined) return false
  return wanted.parts.some((part) => bills(line, part))
}

function bills(line: OwnLine, part: Part): boolean {
  return part.quantity > 0 && line.parts.some((old) => old.quantity > 0 && sameUse(old, part))
}

/** The parts of a wanted line that no contested line bills. */
function freeParts(wanted: WantedLine, contested: BillingLine[]): Part[] {
  return wanted.parts.filter(
    (part) => !contested.some((line) => lineKey(line) !== lineKey(wanted) && bills(line, part)),
  )
}

function replacementOf(line: BillingLine, wanted: WantedLine[], contested: BillingLine[]): Replacement {
  const { agreementId, productId, lineId, quantity } = line
  const parts = line.wanted
    ? freeParts(line.wanted, contested)
    : line.parts.filter(
        (old) => !wanted.some((other) => other.parts.some((part) => part.quantity > 0 && sameUse(old, part))),
      )
  return { agreementId, productId, lineId, from: quantity, to: Math.min(quantity, sum(parts)), parts }
}

function sum(parts: Part[]): number {
  return parts.reduce((total, part) => total + part.quantity, 0)
}
