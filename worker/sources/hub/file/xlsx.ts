import { ReportRefused, refusedFile } from '../../../domain/report-problem.ts'
import { joined } from './chunks.ts'
import type { FileRow } from './row.ts'
import { sheetReader } from './sheet.ts'
import { sharedTexts, stylesOf, visibleSheets } from './workbook.ts'
import { unpacked } from './zip.ts'

/** As it arrives; with its table of texts it has to fit into a Worker's memory. */
const mostBytes = 16_000_000

/** Rows of a workbook's first visible sheet, in pieces. The packed workbook is kept as a whole, its sheet never. */
export async function* workbookRows(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<FileRow[]> {
  const packed = await collected(chunks)
  const parts = partsOf(packed)
  const [first, ...others] = intact(() => visibleSheets(parts.workbook, parts.relations))
  if (first === undefined) {
    throw refusedFile(
      'no_sheet',
      'The workbook has no sheet that is visible. Put the report on its first sheet.',
    )
  }
  const reader = sheetReader({
    texts: parts.texts,
    ...intact(() => stylesOf(parts.styles, parts.workbook)),
  })
  let rows = 0
  let isThere = false
  for (const { text } of unpacked(packed, (name) => name === first.path)) {
    isThere = true
    const piece = intact(() => reader.write(text))
    rows += piece.length
    if (piece.length > 0) yield piece
  }
  if (!isThere) throw unreadable()
  intact(() => reader.end())
  if (rows === 0 && others.length > 0) {
    throw refusedFile(
      'empty_sheet',
      `The first sheet, "${first.name}", is empty. Put the report on the first sheet.`,
    )
  }
}

async function collected(chunks: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    size += chunk.length
    if (size > mostBytes) {
      throw refusedFile(
        'file_too_large',
        `The workbook is larger than ${mostBytes / 1_000_000} MB. Save it as CSV (UTF-8) instead.`,
      )
    }
  }
  return joined(parts)
}

/** What is needed besides the sheet: small, but for the table of texts. */
function partsOf(packed: Uint8Array) {
  const small = { workbook: '', relations: '', styles: '' }
  const texts = sharedTexts()
  const places: Record<string, (text: string) => void> = {
    'xl/workbook.xml': (text) => {
      small.workbook += text
    },
    'xl/_rels/workbook.xml.rels': (text) => {
      small.relations += text
    },
    'xl/styles.xml': (text) => {
      small.styles += text
    },
    'xl/sharedStrings.xml': (text) => intact(() => texts.write(text)),
  }
  for (const { name, text } of unpacked(packed, (one) => one in places)) places[name]?.(text)
  if (small.workbook === '') {
    throw refusedFile(
      'wrong_file',
      'This is a packed file, but no Excel workbook. Unpack it, and send the report in it as CSV (UTF-8) or .xlsx.',
    )
  }
  return { ...small, texts: intact(() => texts.end()) }
}

/** @throws ReportRefused where the XML within is broken */
function intact<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof ReportRefused) throw error
    throw unreadable()
  }
}

function unreadable(): ReportRefused {
  return refusedFile(
    'unreadable_file',
    'The workbook is damaged or was cut off. Save it again, and send it once more.',
  )
}
