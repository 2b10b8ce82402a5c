import { type Agreement, agreementProblem, isOpenLine, type Line } from './agreement.ts'
import { lineKey, type Part, sameUse, type WantedLine } from './wanted.ts'

/** A line that tallypod wrote or adopted. */
export interface OwnLine {
  agreementId: string
  productId: string
  lineId: string
  /** The quantity we last wrote or agreed with. */
  written: number
  /** The price level of the mapping when the line was written or taken over; null where there was none. */
  priceLevelId: string | null
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
  /** What it is going to bill; undefined where it stays as it is or belongs to another company's mapping. */
  wanted: WantedLine | undefined
}

/** A line that is going to be written. */
interface LineToWrite {
  /** All that it should bill, use included that should have moved away but stays. */
  wanted: WantedLine
  /** What the mapping gives it. */
  mapped: Part[]
}

/**
 * The wanted lines that are going to be written, together with the use that stays with them because the line that
 * should take it over is not written: a person dismissed that, or only tenants that are gone use it. Use that stays
 * never raises a line, and a line keeps no more of it than it was written with: the rest of the same use may stand on
 * another line of ours.
 *
 * @param resting wanted lines that nothing is written to
 */
export function withUseThatStays(facts: BillingFacts, resting: WantedLine[]): LineToWrite[] {
  const billing = billingLines(facts)
  return facts.wanted.flatMap((wanted) => {
    if (resting.includes(wanted)) return []
    const line = billing.find((candidate) => candidate.wanted === wanted)
    if (line === undefined) return [{ wanted, mapped: wanted.parts }]

    const staying = { ...wanted, parts: [...wanted.parts] }
    const left = new Map(line.parts.map((old) => [old, old.quantity]))
    for (const { other, part } of useThatRests(facts, resting, line)) {
      const most = Math.min(part.quantity, Math.max(0, line.quantity - staying.quantity))
      const shares = [...left.keys()].filter((old) => isTakenOver(line, old, part, other))
      const quantity = takenFrom(left, shares, most)
      if (quantity === 0) continue
      staying.quantity += quantity
      if (other.goneQuantity === other.quantity) staying.goneQuantity += quantity
      staying.parts.push({ ...part, quantity })
    }
    return [{ wanted: staying, mapped: wanted.parts }]
  })
}

/** Takes up to `most` from what is left of these shares, so that no two claims rest on the same one. */
function takenFrom(left: Map<Part, number>, shares: Part[], most: number): number {
  let taken = 0
  for (const share of shares) {
    const more = Math.min(left.get(share) ?? 0, most - taken)
    left.set(share, (left.get(share) ?? 0) - more)
    taken += more
  }
  return taken
}

/** Use that `line` bills and no resting line that should take it over does; in an order that is always the same. */
function useThatRests(facts: BillingFacts, resting: WantedLine[], line: BillingLine) {
  const nameOf = ({ tenant, application, category }: Part) => JSON.stringify([tenant, application, category])
  return resting
    .flatMap((other) => {
      const there = facts.own.find((own) => lineKey(own) === lineKey(other))
      return other.parts
        .filter((part) => bills(line, part, other) && !(there && bills(there, part, other)))
        .map((part) => ({ other, part, name: nameOf(part) }))
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * Finds, for each line that is going to be written, our other lines that have to go down first because they still bill
 * some of its use.
 *
 * A line that bills no more than what is wanted of it and billed nowhere else is in nobody's way, whatever it was made
 * of before. Lines on agreements that do not run are left as they are.
 */
export function findReplacements(
  facts: BillingFacts,
  writing: LineToWrite[],
): Map<WantedLine, Replacement[]> {
  const wanted = writing.map((line) => line.wanted)
  const contested = contestedLines(billingLines({ ...facts, wanted }), writing)
  return new Map(
    writing.map((line) => [
      line.wanted,
      contested.filter((old) => isInTheWay(old, line)).map((old) => replacementOf(old, writing, contested)),
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
    return [{ ...own, quantity: line.quantity, wanted }]
  })
}

/** Lines that bill more than they may while others are to bill some of it. */
function contestedLines(billing: BillingLine[], writing: LineToWrite[]): BillingLine[] {
  const inTheWay = billing.filter((line) => writing.some((other) => isInTheWay(line, other)))
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

/** Whether `line` was last written with use that is mapped to another line now. */
function isInTheWay(line: BillingLine, { wanted, mapped }: LineToWrite): boolean {
  return lineKey(line) !== lineKey(wanted) && mapped.some((part) => bills(line, part, wanted))
}

/** Whether `line` bills the use that `part` is for `wanted`. */
function bills(line: OwnLine, part: Part, wanted: WantedLine): boolean {
  return line.parts.some((old) => isTakenOver(line, old, part, wanted))
}

function isTakenOver(line: OwnLine, old: Part, part: Part, wanted: WantedLine): boolean {
  if (old.quantity === 0 || part.quantity === 0) return false
  // A tenant goes to another agreement as a whole, whatever became of its devices' categories meanwhile.
  const hasMoved = line.agreementId !== wanted.agreementId
  return sameUse(hasMoved ? { ...old, category: 'all' } : old, part)
}

/** The parts of a wanted line that no contested line bills. */
function freeParts(wanted: WantedLine, contested: BillingLine[]): Part[] {
  return wanted.parts.filter(
    (part) => !contested.some((line) => lineKey(line) !== lineKey(wanted) && bills(line, part, wanted)),
  )
}

function replacementOf(line: BillingLine, writing: LineToWrite[], contested: BillingLine[]): Replacement {
  const { agreementId, productId, lineId, quantity } = line
  const to = (left: number, parts: Part[]): Replacement => ({
    agreementId,
    productId,
    lineId,
    from: quantity,
    to: left,
    parts,
  })
  if (line.wanted) {
    const parts = freeParts(line.wanted, contested)
    return to(sum(parts), parts)
  }

  const moves = (old: Part) =>
    writing.some(({ wanted, mapped }) => mapped.some((part) => isTakenOver(line, old, part, wanted)))
  const rest = line.parts.filter((part) => !moves(part))
  return to(rest.length === 0 ? 0 : Math.max(0, quantity - sum(line.parts.filter(moves))), rest)
}

function sum(parts: Part[]): number {
  return parts.reduce((total, part) => total + part.quantity, 0)
}
