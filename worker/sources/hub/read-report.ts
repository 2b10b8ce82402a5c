import { type ColumnMapping, guessColumns, mappingProblems } from '../../domain/report-columns.ts'
import { reportFields } from '../../domain/report-fields.ts'
import { rowReader } from '../../domain/report-row.ts'
import { type ReportProblem, ReportRefused, refusedFile } from '../../domain/report-problem.ts'
import { rowsOfFile } from './file/report-file.ts'
import type { FileRow } from './file/row.ts'
import type { Arrived } from './report.ts'

/** How the files of a connection were read last. */
export interface RememberedColumns {
  headers: string[]
  mapping: ColumnMapping
}

/** So many faults are told; what follows is not looked at any more. */
const mostProblems = 100

/** So many rows show what a file is like. */
const previewRows = 20

/**
 * Reads a file to its end and hands over what its rows say.
 *
 * @param given how its columns are to be read; null where they are its own, or those of the last file
 * @param onDay the day that the report is of
 * @throws ReportRefused with every fault that was found
 */
export async function readReport(
  body: ReadableStream<Uint8Array>,
  {
    given,
    remembered,
    onDay,
  }: {
    given: ColumnMapping | null
    remembered: RememberedColumns | null
    onDay: string
  },
  add: (arrived: Arrived) => Promise<void>,
): Promise<{ rows: number; columns: RememberedColumns }> {
  const problems: ReportProblem[] = []
  let rows = 0
  let read: ReturnType<typeof reading> | null = null
  for await (const piece of rowsOfFile(body)) {
    const arrived: Arrived = { companies: [], uses: [] }
    for (const row of piece) {
      if (read === null) {
        read = reading(textsOf(row), given, remembered, onDay)
        continue
      }
      rows++
      const found = read.row(row)
      problems.push(...found.problems)
      if (problems.length >= mostProblems) throw new ReportRefused(problems.slice(0, mostProblems))
      for (const use of found.uses) {
        arrived.uses.push({ ...use, row: row.number, items: [] })
        arrived.companies.push({ id: use.companyId, name: use.company, kind: use.kind, row: row.number })
      }
    }
    if (problems.length === 0) await add(arrived)
  }
  if (problems.length > 0) throw new ReportRefused(problems)
  if (read === null || rows === 0) {
    throw refusedFile('no_rows', 'There is no row below the header. Is it the right file?')
  }
  return { rows, columns: read.columns }
}

/** @throws ReportRefused where the columns can't be read */
function reading(
  headers: string[],
  given: ColumnMapping | null,
  remembered: RememberedColumns | null,
  onDay: string,
) {
  const mapping = given ?? knownColumns(headers, remembered)
  if (mapping === null) {
    throw refusedFile(
      'columns_unknown',
      `It is not known yet what the columns of this file mean: ${headers.join(', ')}. Upload it once in the pod, where they are matched; from then on such files are read by themselves.`,
    )
  }
  const problems = mappingProblems(mapping, headers)
  if (problems.length > 0) throw new ReportRefused(problems)
  return { row: rowReader(mapping, headers, onDay), columns: { headers, mapping } }
}

/**
 * The mapping of a file that nobody has to be asked about: one with the header of the last file, or with columns of our
 * own names, or with those that the last mapping needs; else null.
 */
function knownColumns(headers: string[], remembered: RememberedColumns | null): ColumnMapping | null {
  const isLikeLast =
    remembered !== null && [...headers].sort().join('\n') === [...remembered.headers].sort().join('\n')
  const candidates = [...(isLikeLast ? [remembered.mapping] : []), ownColumns(headers), remembered?.mapping]
  return candidates.find((one) => one !== undefined && mappingProblems(one, headers).length === 0) ?? null
}

function ownColumns(headers: string[]): ColumnMapping {
  return Object.fromEntries(
    reportFields.flatMap((field) => {
      const column = headers.find((header) => header.toLowerCase() === field)
      return column === undefined ? [] : [[field, { column }]]
    }),
  )
}

export interface Preview {
  columns: string[]
  /** The one of the last such file, or else the best guess. */
  mapping: ColumnMapping
  remembered: boolean
  rows: { row: number; cells: string[] }[]
  /** Of the mapping and of the rows that are shown. */
  problems: ReportProblem[]
}

/**
 * The first rows of a file and what its columns may mean; the rest is not read.
 *
 * @throws ReportRefused where it is no such file
 */
export async function previewReport(
  body: ReadableStream<Uint8Array>,
  remembered: RememberedColumns | null,
  onDay: string,
): Promise<Preview> {
  const first: FileRow[] = []
  for await (const piece of rowsOfFile(body)) {
    first.push(...piece.slice(0, previewRows + 1 - first.length))
    if (first.length > previewRows) break
  }
  const [header, ...rows] = first
  if (header === undefined) throw refusedFile('empty_file', 'The file is empty. Is it the right one?')
  const columns = textsOf(header)
  const known = knownColumns(columns, remembered)
  const mapping = known ?? guessColumns(columns, rows.map(textsOf))
  const problems = mappingProblems(mapping, columns)
  return {
    columns,
    mapping,
    remembered: known !== null && known === remembered?.mapping,
    rows: rows.map((row) => ({ row: row.number, cells: textsOf(row) })),
    problems:
      problems.length > 0
        ? problems
        : rows.flatMap((row) => rowReader(mapping, columns, onDay)(row).problems),
  }
}

function textsOf(row: FileRow): string[] {
  return row.cells.map(({ text }) => text)
}
