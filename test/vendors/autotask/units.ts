import { countOf, dayAfter, type Days, earlier, later, monthsAfter } from './days.ts'

/** What is billed from some day on. */
export interface Level {
  units: number
  unitPrice: number
  unitCost: number
}

/** One stretch of days with the same units; a billing period has one, or several where units changed inside it. */
export interface UnitsRow extends Level, Days {
  id: number
  /** The whole billing period; longer than the row where it is split or the contract ends inside it. */
  period: Days
  /** When the row was approved and posted; null where it was not. */
  postedAt: string | null
}

/** What a change to rows posted before still has to charge, or to credit where negative. */
export interface Owed {
  adjustmentID: number
  on: string
  units: number
  amount: number
}

/**
 * The units of one service on a contract, over time.
 *
 * @see docs/vendors/autotask.md
 */
export interface Timeline {
  /** The day from which billing periods are stepped. */
  firstDay: string
  periodMonths: number
  /** Holds until an adjustment changes it. */
  opening: Level
  /** Ordered by day, without gaps; ids need not be in that order. */
  rows: UnitsRow[]
  /** The days on which units were adjusted, once for each time. */
  adjustedOn: string[]
  owed: Owed[]
}

export interface Adjustment {
  id: number
  /** First day on which it holds; must be a day of the timeline. */
  on: string
  /** May be 0 where only price or cost change. */
  unitChange: number
  unitPrice?: number
  unitCost?: number
}

/** Something that posting puts on the bill. */
export interface Billed extends Days {
  units: number
  unitPrice: number
  amount: number
  /** The row that is billed, or null for what an adjustment owes. */
  rowID: number | null
  adjustmentID: number | null
}

type NextId = () => number

export function startTimeline(firstDay: string, periodMonths: number, opening: Level): Timeline {
  return { firstDay, periodMonths, opening, rows: [], adjustedOn: [], owed: [] }
}

/**
 * Has rows for every period that starts until `through`. Later periods go on with the units of the last row. Safe to
 * repeat; makes up for a contract end that was moved later.
 */
export function extended(timeline: Timeline, endDate: string, through: string, nextId: NextId): Timeline {
  const last = timeline.rows.at(-1)
  const wanted = earlier(endDate, through)
  const isCut = last !== undefined && last.endDate < earlier(last.period.endDate, endDate)
  if (last && !isCut && last.period.endDate >= wanted) return timeline

  const rows = [...timeline.rows]
  if (last && isCut) {
    const end = earlier(last.period.endDate, endDate)
    if (last.postedAt === null) rows.splice(-1, 1, { ...last, endDate: end })
    else rows.push({ ...last, id: nextId(), startDate: dayAfter(last.endDate), endDate: end, postedAt: null })
  }
  const level = last ?? timeline.opening
  for (let n = 0; ; n++) {
    const period = periodOf(timeline, n)
    if (period.startDate > wanted) break
    if (last && period.startDate <= last.period.startDate) continue
    rows.push({
      id: nextId(),
      startDate: period.startDate,
      endDate: earlier(period.endDate, endDate),
      period,
      units: level.units,
      unitPrice: level.unitPrice,
      unitCost: level.unitCost,
      postedAt: null,
    })
  }
  return { ...timeline, rows }
}

function periodOf({ firstDay, periodMonths }: Timeline, n: number): Days {
  return {
    startDate: monthsAfter(firstDay, n * periodMonths),
    endDate: dayAfter(monthsAfter(firstDay, (n + 1) * periodMonths), -1),
  }
}

/**
 * Changes units, price or cost from a day on, in later periods too. A row in which the day lies is split before it.
 *
 * Not safe to repeat: each call adds `unitChange` once more.
 *
 * @returns null where a row would have fewer than no units
 */
export function adjusted(timeline: Timeline, adjustment: Adjustment, nextId: NextId): Timeline | null {
  const { on, unitChange, unitPrice, unitCost } = adjustment
  const rows = timeline.rows.flatMap((row) => {
    if (row.endDate < on) return [row]
    const isSplit = row.startDate < on
    const changed: UnitsRow = {
      ...row,
      id: isSplit ? nextId() : row.id,
      startDate: later(row.startDate, on),
      units: row.units + unitChange,
      unitPrice: unitPrice ?? row.unitPrice,
      unitCost: unitCost ?? row.unitCost,
    }
    return isSplit ? [{ ...row, endDate: dayAfter(on, -1) }, changed] : [changed]
  })
  if (rows.some(({ units }) => units < 0)) return null
  const amount = cents(postedPriceFrom(rows, on) - postedPriceFrom(timeline.rows, on))
  const owed: Owed[] = amount === 0 ? [] : [{ adjustmentID: adjustment.id, on, units: unitChange, amount }]
  return {
    ...timeline,
    rows,
    adjustedOn: [...timeline.adjustedOn, on],
    owed: [...timeline.owed, ...owed],
  }
}

/** What posted rows bill for the days from `on` on. */
function postedPriceFrom(rows: UnitsRow[], on: string): number {
  return rows
    .filter((row) => row.postedAt !== null && row.endDate >= on)
    .reduce((sum, row) => sum + priceOf({ ...row, startDate: later(row.startDate, on) }), 0)
}

/** Without the days after `endDate` and whatever was changed on them. */
export function cutAfter(timeline: Timeline, endDate: string): Timeline {
  return {
    ...timeline,
    rows: timeline.rows
      .filter(({ startDate }) => startDate <= endDate)
      .map((row) => ({ ...row, endDate: earlier(row.endDate, endDate) })),
    adjustedOn: timeline.adjustedOn.filter((on) => on <= endDate),
    owed: timeline.owed.filter(({ on }) => on <= endDate),
  }
}

/** Approves and posts the rows that start until `through`, and what adjustments of posted rows owe. Safe to repeat. */
export function posted(timeline: Timeline, through: string, at: string): [Timeline, Billed[]] {
  const billed: Billed[] = timeline.owed.map(({ on, units, amount, adjustmentID }) => ({
    startDate: on,
    endDate: on,
    units,
    unitPrice: timeline.rows.find((row) => row.startDate <= on && on <= row.endDate)?.unitPrice ?? 0,
    amount,
    rowID: null,
    adjustmentID,
  }))
  const rows = timeline.rows.map((row) => {
    if (row.postedAt !== null || row.startDate > through) return row
    const { startDate, endDate, units, unitPrice } = row
    if (units > 0) {
      billed.push({
        startDate,
        endDate,
        units,
        unitPrice,
        amount: priceOf(row),
        rowID: row.id,
        adjustmentID: null,
      })
    }
    return { ...row, postedAt: at }
  })
  return [{ ...timeline, rows, owed: [] }, billed]
}

/** Of the whole row, not of one unit; two decimals. */
export function priceOf(row: UnitsRow): number {
  return prorated(row.unitPrice, row)
}

/** Of the whole row, not of one unit; two decimals. */
export function costOf(row: UnitsRow): number {
  return prorated(row.unitCost, row)
}

function prorated(perUnit: number, row: UnitsRow): number {
  return cents((perUnit * row.units * countOf(row)) / countOf(row.period))
}

/** Half a cent away from nought, whatever the binary fraction made of it. */
function cents(amount: number): number {
  const rounded = Math.round(Number((Math.abs(amount) * 100).toFixed(6))) / 100
  return amount < 0 && rounded > 0 ? -rounded : rounded
}
