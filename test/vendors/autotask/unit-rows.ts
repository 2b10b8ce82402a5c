import type { Row, Values } from '../row.ts'
import type { UnitsName } from './entities/entity.ts'
import type { Lines } from './lines.ts'
import { complete, type LineKind, lineKinds, midnight, type Store } from './store.ts'
import { costOf, priceOf, type Timeline, type UnitsRow } from './units.ts'

/** A timeline is never changed but replaced, and thousands are read for each question. */
const shownBefore = new WeakMap<Timeline, Row[]>()

/** What lines bill in each stretch of days, as the API shows it; ordered by id. */
export function unitRows(store: Store, lines: Lines, name: UnitsName): Row[] {
  return lineKinds
    .filter(({ units }) => units === name)
    .flatMap((kind) =>
      store.tables[kind.lines].all().flatMap((line) => shown(kind, line, lines.timelineOf(kind, line))),
    )
    .map((row) => (store.unitsShown.has(row.id) ? { ...row, ...store.unitsShown.get(row.id) } : row))
    .sort((a, b) => a.id - b.id)
}

function shown(kind: LineKind, line: Row, timeline: Timeline): Row[] {
  const known = shownBefore.get(timeline)
  if (known) return known
  const rows = timeline.rows.map((row) => ({
    ...complete(kind.units, valuesOf(kind, line, row)),
    id: row.id,
  }))
  shownBefore.set(timeline, rows)
  return rows
}

function valuesOf({ soldID, lineID }: LineKind, line: Row, row: UnitsRow): Values {
  return {
    contractID: line.contractID ?? null,
    [soldID]: line[soldID] ?? null,
    [lineID]: line.id,
    startDate: midnight(row.startDate),
    endDate: midnight(row.endDate),
    units: row.units,
    price: priceOf(row),
    cost: costOf(row),
    internalCurrencyPrice: priceOf(row),
    approveAndPostDate: row.postedAt,
  }
}
