import { strToU8, Zip, ZipDeflate, type Zippable, zipSync } from 'fflate'

export type Encoding = 'utf-8' | 'utf-8 with mark' | 'utf-16le' | 'utf-16be'

/** A table as CSV. */
export function csvFile(
  rows: string[][],
  {
    delimiter = ',',
    lineEnd = '\r\n',
    encoding = 'utf-8',
  }: { delimiter?: string; lineEnd?: string; encoding?: Encoding } = {},
): Uint8Array {
  const cell = (text: string) => (/["\n\r,;|\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return encoded(rows.map((row) => row.map(cell).join(delimiter)).join(lineEnd), encoding)
}

export function encoded(text: string, encoding: Encoding): Uint8Array {
  if (encoding === 'utf-8') return strToU8(text)
  if (encoding === 'utf-8 with mark') return strToU8(`\ufeff${text}`)
  const bytes = new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'))
  if (encoding === 'utf-16le') return bytes
  return bytes.map((_, at) => bytes[at % 2 === 0 ? at + 1 : at - 1] ?? 0)
}

/** A cell of a workbook: text, a number, a day as the number that a workbook makes of it, or a formula and its value. */
export type SheetCell = string | number | { day: number } | { formula: string; value: string } | null

export interface WorkbookOptions {
  /** As some programs write it: with a prefix before each name. */
  prefix?: string
  /** Texts within the cells rather than in a table of their own. */
  inline?: boolean
  hidden?: boolean
  from1904?: boolean
}

/** The parts of a workbook with these sheets, in the order in which Excel stores them. */
export function workbookParts(
  sheets: { name: string; rows: SheetCell[][]; hidden?: boolean }[],
  { prefix = '', inline = false, from1904 = false }: WorkbookOptions = {},
): Record<string, string> {
  const texts: string[] = []
  const tag = (name: string, attributes: string, content: string) =>
    `<${prefix}${name}${attributes === '' ? '' : ` ${attributes}`}>${content}</${prefix}${name}>`
  const namespace = prefix === '' ? '' : `xmlns:${prefix.replace(':', '')}="urn:main"`

  const cellOf = (cell: SheetCell, at: string): string => {
    if (cell === null) return ''
    if (typeof cell === 'number') return tag('c', `r="${at}"`, tag('v', '', String(cell)))
    if (typeof cell === 'string') {
      if (inline) return tag('c', `r="${at}" t="inlineStr"`, tag('is', '', tag('t', '', escaped(cell))))
      texts.push(cell)
      return tag('c', `r="${at}" t="s"`, tag('v', '', String(texts.length - 1)))
    }
    if ('day' in cell) return tag('c', `r="${at}" s="1"`, tag('v', '', String(cell.day)))
    return tag('c', `r="${at}"`, tag('f', '', cell.formula) + tag('v', '', cell.value))
  }
  const sheetOf = (rows: SheetCell[][]) =>
    tag(
      'worksheet',
      namespace,
      tag(
        'sheetData',
        '',
        rows
          .map((cells, row) =>
            tag(
              'row',
              `r="${row + 1}"`,
              cells.map((cell, column) => cellOf(cell, `${columnName(column)}${row + 1}`)).join(''),
            ),
          )
          .join(''),
      ),
    )

  const parts: Record<string, string> = {}
  for (const [index, { rows }] of sheets.entries())
    parts[`xl/worksheets/sheet${index + 1}.xml`] = sheetOf(rows)
  parts['xl/workbook.xml'] =
    `<workbook xmlns:r="urn:r"><workbookPr date1904="${from1904 ? 1 : 0}"/><sheets>${sheets
      .map(
        ({ name, hidden }, index) =>
          `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"${hidden ? ' state="hidden"' : ''}/>`,
      )
      .join('')}</sheets></workbook>`
  parts['xl/_rels/workbook.xml.rels'] = `<Relationships>${sheets
    .map((_, index) => `<Relationship Id="rId${index + 1}" Target="worksheets/sheet${index + 1}.xml"/>`)
    .join('')}</Relationships>`
  parts['xl/styles.xml'] =
    '<styleSheet><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
  if (!inline) {
    parts['xl/sharedStrings.xml'] = tag(
      'sst',
      namespace,
      texts.map((text) => tag('si', '', tag('t', '', escaped(text)))).join(''),
    )
  }
  return parts
}

export function zipped(parts: Record<string, string>): Uint8Array {
  const files: Zippable = {}
  for (const [name, text] of Object.entries(parts)) files[name] = strToU8(text)
  return zipSync(files)
}

/** The same by a program that does not know how long a file is before it has written it. */
export function zippedAsStream(parts: Record<string, string>): Uint8Array {
  const chunks: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    chunks.push(chunk)
  })
  for (const [name, text] of Object.entries(parts)) {
    const file = new ZipDeflate(name)
    zip.add(file)
    const bytes = strToU8(text)
    file.push(bytes.subarray(0, bytes.length >> 1))
    file.push(bytes.subarray(bytes.length >> 1), true)
  }
  zip.end()
  return new Uint8Array(Buffer.concat(chunks))
}

export function xlsxFile(rows: SheetCell[][], options: WorkbookOptions = {}): Uint8Array {
  return zipped(workbookParts([{ name: 'Report', rows }], options))
}

/** The bytes as they may arrive. */
export function inChunks(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + size))
      at += size
    },
  })
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26))
  return index < 26 ? letter : `${columnName(Math.floor(index / 26) - 1)}${letter}`
}
