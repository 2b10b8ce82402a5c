import type { Row, Values } from '../row.ts'
import type { Lines } from './lines.ts'
import { complete, existing, type LineKind, lineKinds, midnight, numberOf, type Store } from './store.ts'
import { type Billed, posted } from './units.ts'

/**
 * Approves and posts what every line bills for periods that start until `through`, and makes the billing items. Safe
 * to repeat.
 *
 * @param at an instant
 */
export function postThrough(store: Store, lines: Lines, through: string, at: string): void {
  for (const kind of lineKinds) {
    for (const line of store.tables[kind.lines].all()) {
      const [timeline, billed] = posted(lines.timelineOf(kind, line, through), through, at)
      store.timelines.set(line.id, timeline)
      for (const item of billed) {
        store.tables.BillingItems.insert(
          complete('BillingItems', { ...valuesOf(store, kind, line, item), postedDate: at }),
        )
      }
    }
  }
}

function valuesOf(store: Store, kind: LineKind, line: Row, item: Billed): Values {
  const contract = existing(store, 'Contracts', numberOf(line, 'contractID'))
  const sold = existing(store, kind.sold, numberOf(line, kind.soldID))
  return {
    companyID: contract.companyID ?? null,
    contractID: contract.id,
    [kind.soldID]: sold.id,
    [kind.lineID]: line.id,
    [kind.periodID]: item.rowID,
    [kind.adjustmentID]: item.adjustmentID,
    itemName: sold.name ?? null,
    itemDate: midnight(item.startDate),
    quantity: item.units,
    rate: item.unitPrice,
    extendedPrice: item.amount,
    totalAmount: item.amount,
  }
}
