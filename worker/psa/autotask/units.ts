import { type ContractServiceRecord, covers, type UnitsRecord } from './records.ts'

/** What the rows say about the units of one contract service on one day. */
export type UnitsFound =
  | { kind: 'covered'; row: UnitsRecord }
  | { kind: 'no_rows' }
  /** There are rows, but of other days; `before` is the last one before the day. */
  | { kind: 'other_days'; before: UnitsRecord | undefined }
  /** Rows contradict each other, or it cannot be said whose they are. */
  | { kind: 'unclear' }

/**
 * A row without a contract service belongs to the only contract service of its service, where that has no row of its own
 * for the day.
 *
 * @param onContract all contract services of the line's contract
 * @param rows of that contract; where none covers `day`, all of the line's own must be there
 */
export function unitsOn(
  day: string,
  line: ContractServiceRecord,
  onContract: ContractServiceRecord[],
  rows: UnitsRecord[],
): UnitsFound {
  const own = rows.filter(({ contractServiceID }) => contractServiceID === line.id)
  const stray = rows.filter((row) => row.contractServiceID == null && row.serviceID === line.serviceID)
  const ofDay = own.filter((row) => covers(row, day))
  const [row, ...others] = ofDay.length > 0 ? ofDay : stray.filter((each) => covers(each, day))

  const isOnlyOne = onContract.filter(({ serviceID }) => serviceID === line.serviceID).length === 1
  if (others.length > 0) return { kind: 'unclear' }
  if (row !== undefined && (row.contractServiceID != null || isOnlyOne)) return { kind: 'covered', row }
  if (stray.length > 0 && !isOnlyOne) return { kind: 'unclear' }

  const all = [...own, ...stray]
  if (all.length === 0) return { kind: 'no_rows' }
  const before = all
    .filter(({ endDate }) => endDate < day)
    .toSorted((a, b) => b.endDate.localeCompare(a.endDate))[0]
  return { kind: 'other_days', before }
}
