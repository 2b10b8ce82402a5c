import type { Row, Values } from '../row.ts'
import { later, monthsAfter } from './days.ts'
import { entities } from './entities.ts'
import { recurringService } from './entities/contracts.ts'
import { invalidReference, refused } from './errors.ts'
import {
  complete,
  dayOf,
  existing,
  type LineKind,
  lineKinds,
  numberOf,
  serviceLines,
  type Store,
} from './store.ts'
import {
  adjusted,
  type Adjustment,
  cutAfter,
  extended,
  startTimeline,
  type Timeline,
  type UnitsRow,
} from './units.ts'

const monthsOf: Record<number, number> = { 2: 1, 3: 3, 4: 6, 5: 12 }

export interface UnitsPolicy {
  /** What becomes of a second adjustment of the same line and day. */
  duplicates: 'error' | 'merge'
  /** How far ahead there are rows. */
  ahead: 'two_periods' | 'contract_end'
}

/** What lines stand on contracts and how many units each has on each day. */
export interface Lines {
  /** Puts a service or bundle on a contract; `units` hold from the contract's first day on. */
  add(kind: LineKind, values: Values, units?: number, id?: number): Row
  /**
   * Books what a client sends as an adjustment, or what a person enters in the screens, where the day's
   * adjustments may be several.
   *
   * @returns the adjustment's id
   * @throws ApiError where a rule forbids it; nothing is stored then
   */
  adjust(kind: LineKind, values: Values, by: 'client' | 'person'): number
  /** With rows as far ahead as there are at this time, and at least until `through`. */
  timelineOf(kind: LineKind, line: Row, through?: string): Timeline
  /** What a line bills until `through`, further ahead than there may be rows; ordered by day. */
  foreseen(kind: LineKind, line: Row, through: string): UnitsRow[]
  /** To be called when a contract's last day has changed. */
  contractMoved(contractID: number): void
  remove(kind: LineKind, lineID: number): void
}

export function createLines(store: Store, policy: UnitsPolicy, now: () => Date): Lines {
  const horizons = new Map<string, string>()
  const nextUnitsID = (kind: LineKind) => () => store.unitIds[kind.units].next()

  function contractOf(line: Values): Row {
    return existing(store, 'Contracts', numberOf(line, 'contractID'))
  }

  function twoPeriodsAhead({ firstDay, periodMonths }: Timeline): string {
    const from = later(now().toISOString().slice(0, 10), firstDay)
    const key = `${from} ${periodMonths}`
    const day = horizons.get(key) ?? monthsAfter(from, 2 * periodMonths)
    horizons.set(key, day)
    return day
  }

  function timelineOf(kind: LineKind, line: Row, through = ''): Timeline {
    const timeline = store.timelines.get(line.id)
    if (!timeline) throw new Error(`The line ${line.id} has no units`)
    const contractEnd = dayOf(contractOf(line), 'endDate')
    const horizon = policy.ahead === 'contract_end' ? contractEnd : twoPeriodsAhead(timeline)
    const current = extended(timeline, contractEnd, later(horizon, through), nextUnitsID(kind))
    store.timelines.set(line.id, current)
    return current
  }

  /** The line that an adjustment names, or null where it names a contract and a service that is not on it. */
  function namedLine({ lines, lineID, soldID }: LineKind, values: Values): Row | null {
    const named = values[lineID]
    if (typeof named === 'number') {
      const line = store.tables[lines].get(named)
      const isElsewhere = typeof values.contractID === 'number' && line?.contractID !== values.contractID
      if (!line || isElsewhere) throw invalidReference(lineID, entities[lines].singular)
      return line
    }
    if (typeof values.contractID !== 'number' || typeof values[soldID] !== 'number') {
      throw refused(`Either ${lineID} or both contractID and ${soldID} must be given.`)
    }
    return (
      store.tables[lines]
        .all()
        .find((line) => line.contractID === values.contractID && line[soldID] === values[soldID]) ?? null
    )
  }

  function assertInside(contract: Row, on: string): void {
    if (contract.contractType !== recurringService) {
      throw refused('The Contract must be of the type Recurring Service.')
    }
    if (on < dayOf(contract, 'startDate') || on > dayOf(contract, 'endDate')) {
      throw refused('effectiveDate must be between the start date and end date of the Contract')
    }
  }

  function add(kind: LineKind, values: Values, units = 0, id?: number): Row {
    const contract = existing(store, 'Contracts', numberOf(values, 'contractID'))
    if (contract.contractType !== recurringService) {
      throw refused('The Contract must be of the type Recurring Service.')
    }
    const sold = existing(store, kind.sold, numberOf(values, kind.soldID))
    const unitPrice = Number(values.unitPrice ?? sold.unitPrice ?? 0)
    const unitCost = Number(values.unitCost ?? sold.unitCost ?? 0)
    const row = store.tables[kind.lines].insert(
      complete(kind.lines, { ...values, unitPrice, unitCost, internalCurrencyUnitPrice: unitPrice }),
      id,
    )
    const months = monthsOf[numberOf(sold, 'periodType')] ?? 1
    const opening = { units, unitPrice, unitCost }
    store.timelines.set(row.id, startTimeline(dayOf(contract, 'startDate'), months, opening))
    return row
  }

  function adjust(kind: LineKind, values: Values, by: 'client' | 'person'): number {
    const on = dayOf(values, 'effectiveDate')
    const named = namedLine(kind, values)
    assertInside(contractOf(named ?? values), on)
    const unitChange = Number(values.unitChange ?? 0)
    if (!named && unitChange < 0) throw negativeUnits()

    const line = named ?? add(kind, lineValues(kind, values))
    const before = timelineOf(kind, line, on)
    if (by === 'client' && policy.duplicates === 'error' && before.adjustedOn.includes(on)) {
      throw refused('Attempt to insert duplicate data into contract_service_period')
    }
    const adjustment: Adjustment = {
      id: store.adjustmentIds[kind.adjustments].next(),
      on,
      unitChange,
      ...(typeof values.adjustedUnitPrice === 'number' ? { unitPrice: values.adjustedUnitPrice } : {}),
      ...(typeof values.adjustedUnitCost === 'number' ? { unitCost: values.adjustedUnitCost } : {}),
    }
    const after = adjusted(before, adjustment, nextUnitsID(kind))
    if (!after) throw negativeUnits()

    store.timelines.set(line.id, after)
    store.tables[kind.lines].put({
      ...line,
      ...(adjustment.unitPrice === undefined ? {} : { unitPrice: adjustment.unitPrice }),
      ...(adjustment.unitCost === undefined ? {} : { unitCost: adjustment.unitCost }),
    })
    if (by === 'client' && kind === serviceLines) {
      store.accepted.push({
        id: adjustment.id,
        contractServiceID: line.id,
        effectiveDate: on,
        unitChange,
      })
    }
    return adjustment.id
  }

  return {
    add,
    adjust,
    timelineOf,
    foreseen(kind, line, through) {
      const contractEnd = dayOf(contractOf(line), 'endDate')
      return extended(timelineOf(kind, line), contractEnd, through, () => 0).rows
    },
    contractMoved(contractID) {
      const endDate = dayOf(existing(store, 'Contracts', contractID), 'endDate')
      for (const kind of lineKinds) {
        for (const line of store.tables[kind.lines].all()) {
          const timeline = store.timelines.get(line.id)
          if (timeline && line.contractID === contractID) {
            store.timelines.set(line.id, cutAfter(timeline, endDate))
          }
        }
      }
    },
    remove(kind, lineID) {
      store.tables[kind.lines].remove(lineID)
      store.timelines.delete(lineID)
    },
  }
}

function lineValues({ soldID }: LineKind, values: Values): Values {
  return { contractID: values.contractID ?? null, [soldID]: values[soldID] ?? null }
}

function negativeUnits(): Error {
  return refused('The number of units cannot become negative.')
}
