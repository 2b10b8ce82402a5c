import Papa from 'papaparse'
import { ReportRefused, refusedFile } from '../../../domain/report-problem.ts'
import { joined } from './chunks.ts'
import type { FileKind } from './file-kind.ts'
import type { FileCell, FileRow } from './row.ts'

const mostBytes = 100_000_000

/** Of one row, in letters. */
const longestRow = 65_536

/** So many letters tell what stands between the cells. */
const sampleLength = 16_384

/** Rows of text with commas, semicolons, tabs or bars between cells; in pieces as large as the chunks. */
export async function* csvRows(
  chunks: AsyncGenerator<Uint8Array>,
  kind: Exclude<FileKind, 'xlsx'>,
): AsyncGenerator<FileRow[]> {
  const decode = decoder(kind)
  let rest = ''
  let parser: Papa.Parser | null = null
  let rows = 0
  let bytes = 0

  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > mostBytes) {
      const most = `${mostBytes / 1_000_000} MB`
      throw refusedFile('file_too_large', `The file is larger than ${most}. Split it, or leave columns out.`)
    }
    rest += decode(chunk, false)
    if (parser === null && rest.length < sampleLength) continue
    yield take(false)
  }
  rest += decode(new Uint8Array(), true)
  yield take(true)

  function take(isLast: boolean): FileRow[] {
    if (parser === null) {
      const begun = begin(rest)
      parser = begun.parser
      rest = begun.rest
    }
    const { data, errors, meta }: Papa.ParseResult<string[]> = parser.parse(rest, 0, !isLast)
    const found: FileRow[] = []
    for (const cells of data) {
      rows++
      const row = { number: rows, cells: cells.map(cellOf) }
      if (row.cells.some(({ text }) => text !== '')) found.push(row)
    }
    if (errors.some(({ code }) => code === 'MissingQuotes')) throw unclosedQuote(rows)
    rest = isLast ? '' : rest.slice(meta.cursor)
    if (rest.length > longestRow) throw rest.includes('"') ? unclosedQuote(rows + 1) : rowTooLong(rows + 1)
    return found
  }
}

/** A reader for the delimiter that the text has; a first line `sep=;` names it. */
function begin(text: string): { parser: Papa.Parser; rest: string } {
  const named = /^sep=(.)\n/i.exec(text)
  const guessed = Papa.parse(text.slice(0, sampleLength), {
    preview: 10,
    skipEmptyLines: true,
    delimitersToGuess: [';', ',', '\t', '|'],
  }).meta.delimiter
  const delimiter = named?.[1] ?? guessed
  return {
    parser: new Papa.Parser({ delimiter, newline: '\n', quoteChar: '"' }),
    rest: named === null ? text : text.slice(named[0].length),
  }
}

function cellOf(text: string): FileCell {
  const trimmed = text.replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g, '')
  return { text: trimmed, isFormula: trimmed.startsWith('=') }
}

/** Text of the chunks, with LF at the end of each line. */
function decoder(kind: Exclude<FileKind, 'xlsx'>) {
  const encoding = kind === 'utf-8' ? 'utf-8' : 'utf-16le'
  const decoding = new TextDecoder(encoding, { fatal: true, ignoreBOM: false })
  let half: Uint8Array = new Uint8Array()
  let heldBack = ''
  let lines = 0

  function bytesOf(chunk: Uint8Array): Uint8Array {
    if (kind !== 'utf-16be') return chunk
    const all = joined([half, chunk])
    const even = all.length - (all.length % 2)
    half = all.slice(even)
    return swapped(all.subarray(0, even))
  }

  return (chunk: Uint8Array, isLast: boolean): string => {
    const bytes = bytesOf(chunk)
    let decoded: string
    try {
      decoded = decoding.decode(bytes, { stream: !isLast })
    } catch {
      const loose = new TextDecoder(encoding).decode(bytes)
      throw wrongEncoding(lines + linesIn(loose.slice(0, Math.max(0, loose.indexOf('\ufffd')))) + 1)
    }
    const text = heldBack + decoded
    // A CR at the end may be half of a CRLF.
    heldBack = text.endsWith('\r') && !isLast ? '\r' : ''
    const whole = text.slice(0, text.length - heldBack.length).replace(/\r\n?/g, '\n')
    lines += linesIn(whole)
    return whole
  }
}

function linesIn(text: string): number {
  return text.split('\n').length - 1
}

function swapped(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length)
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    result[at] = bytes[at + 1] ?? 0
    result[at + 1] = bytes[at] ?? 0
  }
  return result
}

function wrongEncoding(row: number): ReportRefused {
  const message =
    'The letters of this row can not be read: the file is not in UTF-8. In Excel, save it as "CSV UTF-8 (comma delimited)", or as a workbook.'
  return new ReportRefused([{ code: 'wrong_encoding', message, row, column: null }])
}

function rowTooLong(row: number): ReportRefused {
  const message = `This row has more than ${longestRow} letters. Is this the right file?`
  return new ReportRefused([{ code: 'row_too_long', message, row, column: null }])
}

function unclosedQuote(row: number): ReportRefused {
  const message =
    'A quotation mark that opens in this row is never closed, so that the rest of the file can not be told apart. Save it again from the program that made it.'
  return new ReportRefused([{ code: 'unclosed_quote', message, row, column: null }])
}
