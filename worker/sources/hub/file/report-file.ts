import { refusedFile, ReportRefused } from '../../../domain/report-problem.ts'
import { chunksOf, withHead } from './chunks.ts'
import { csvRows } from './csv.ts'
import { fileKind, headBytes } from './file-kind.ts'
import type { FileRow } from './row.ts'
import { workbookRows } from './xlsx.ts'

/** As many as can be laid down in the database in one go. */
const mostRows = 300_000

const mostCells = 200

/**
 * The rows of a report in order, its header first, in pieces; rows without anything are passed over, and cells that are
 * missing at the end are empty. Whatever the size of the file, only a piece of it is kept at a time; of a workbook its
 * packed form and its table of texts as well.
 *
 * @throws ReportRefused where it is no such file, or breaks off
 */
export async function* rowsOfFile(body: ReadableStream<Uint8Array>): AsyncGenerator<FileRow[]> {
  const { head, all } = await withHead(chunksOf(body), headBytes)
  try {
    const kind = fileKind(head)
    let width = 0
    let rows = 0
    for await (const piece of kind === 'xlsx' ? workbookRows(all) : csvRows(all, kind)) {
      for (const row of piece) {
        if (rows === 0) width = lastFilled(row)
        assertFits(row, width)
        rows++
      }
      if (rows > mostRows) {
        throw refusedFile(
          'too_many_rows',
          `The file has more than ${mostRows} rows. Split it into several connections.`,
        )
      }
      yield piece.map((row) => ofWidth(row, width))
    }
  } finally {
    await all.return(undefined)
  }
}

function lastFilled({ cells }: FileRow): number {
  return cells.findLastIndex(({ text, isFormula }) => text !== '' || isFormula) + 1
}

/** @throws ReportRefused */
function assertFits(row: FileRow, width: number): void {
  if (width > mostCells) {
    throw refusedFile('too_many_columns', `The file has more than ${mostCells} columns. Is it the right one?`)
  }
  if (lastFilled(row) <= width) return
  const message = `This row has ${lastFilled(row)} cells, and the header names ${width}. Look for a separator too many, or a cell without a header.`
  throw new ReportRefused([{ code: 'too_many_cells', message, row: row.number, column: null }])
}

function ofWidth({ number, cells }: FileRow, width: number): FileRow {
  const nothing = { text: '', isFormula: false }
  return { number, cells: Array.from({ length: width }, (_, at) => cells[at] ?? nothing) }
}
