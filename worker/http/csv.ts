import type { Context } from 'hono'
import { accepts } from 'hono/accepts'

/** A number is for calculating with; a text never is. */
type Cell = string | number

/** Comma-separated text with a line for each row, as spreadsheets read it. */
export function csv(rows: Cell[][]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

/** Whether the caller wants a list as `text/csv` rather than as JSON. */
export function wantsCsv(c: Context): boolean {
  const supports = ['application/json', 'text/csv']
  return accepts(c, { header: 'Accept', supports, default: 'application/json' }) === 'text/csv'
}

/** Sends parts as they come, so that a long list is never in memory as a whole. */
export function csvFile(c: Context, name: string, parts: Iterable<Cell[][]> | AsyncIterable<Cell[][]>) {
  const rows = Symbol.asyncIterator in parts ? parts[Symbol.asyncIterator]() : parts[Symbol.iterator]()
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await rows.next()
      if (next.done) controller.close()
      else controller.enqueue(encoder.encode(csv(next.value)))
    },
  })
  return c.body(body, 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${name.replace(/[^\w-]+/g, '_')}.csv"`,
  })
}

/** A name that a spreadsheet would take for a formula is marked as text by an apostrophe. */
function cell(value: Cell): string {
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
