import { VendorError } from '../../vendor/error.ts'

/** Rows are counted from 1. */
export interface RowRange {
  startRow: number
  pageSize: number
}

export interface RowPage<Row> {
  rows: Row[]
  /** Null after the last page. */
  nextRow: number | null
}

interface ReadPage {
  startRow: number
  /** How many rows came. */
  count: number
  NextRow?: number | null | undefined
  TotalCount?: number | null | undefined
}

/** A list that is longer than this many pages is not believed. */
const mostPages = 1000

/**
 * Where the next page begins; null after the last.
 *
 * @throws VendorError `unexpected_reply` where the pages end or stand still before all rows came
 */
export function nextRow(vendor: string, { startRow, count, NextRow, TotalCount }: ReadPage): number | null {
  const next = NextRow ?? 0
  const last = startRow - 1 + count
  const isEnd = next === 0 || (TotalCount != null && next > TotalCount)
  if (!isEnd && next > startRow) return next
  const isComplete = TotalCount == null ? isEnd : last >= TotalCount
  if (isComplete) return null
  throw new VendorError(vendor, {
    kind: 'unexpected_reply',
    issues: `after row ${last} of ${TotalCount ?? 'an unknown number'} the next one is told to be ${next}`,
  })
}

/** Every row of a list, page after page. */
export async function allRows<Row>(
  vendor: string,
  read: (range: RowRange) => Promise<RowPage<Row>>,
): Promise<Row[]> {
  const rows: Row[] = []
  let startRow = 1
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await read({ startRow, pageSize: 100 })
    rows.push(...page.rows)
    if (page.nextRow === null) return rows
    startRow = page.nextRow
  }
  throw new VendorError(vendor, {
    kind: 'unexpected_reply',
    issues: `a list has more than ${mostPages} pages`,
  })
}
