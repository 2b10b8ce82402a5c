import { addDays } from '../../../domain/day.ts'
import type { FileCell, FileRow } from './row.ts'
import type { Styles } from './workbook.ts'
import { xmlReader } from './xml.ts'

/**
 * Reads a worksheet as it arrives.
 *
 * @param texts that cells name by their number
 */
export function sheetReader({ texts, isDate, from1904 }: Styles & { texts: string[] }) {
  let rows: FileRow[] = []
  let row: FileRow | null = null
  let cell = { at: 0, type: '', style: -1, value: '', isFormula: false }
  let isValue = false
  let hints = 0
  let lastRow = 0

  const reader = xmlReader({
    open(name, attribute) {
      if (name === 'row') {
        lastRow = Number(attribute('r') ?? lastRow + 1)
        row = { number: lastRow, cells: [] }
      } else if (name === 'c') {
        cell = {
          at: columnOf(attribute('r')) ?? row?.cells.length ?? 0,
          type: attribute('t') ?? 'n',
          style: Number(attribute('s') ?? -1),
          value: '',
          isFormula: false,
        }
      } else if (name === 'f') cell.isFormula = true
      else if (name === 'rPh') hints++
      else if (name === 'v' || name === 't') isValue = hints === 0
    },
    close(name) {
      if (name === 'v' || name === 't') isValue = false
      else if (name === 'rPh') hints--
      else if (name === 'c' && row !== null) place(row)
      else if (name === 'row' && row !== null) {
        if (row.cells.some(({ text, isFormula }) => text !== '' || isFormula)) rows.push(row)
        row = null
      }
    },
    text(text) {
      if (isValue) cell.value += text
    },
  })

  function place({ cells }: FileRow): void {
    while (cells.length < cell.at) cells.push({ text: '', isFormula: false })
    cells[cell.at] = { text: textOf(cell).trim(), isFormula: cell.isFormula } satisfies FileCell
  }

  function textOf({ type, style, value }: typeof cell): string {
    if (type === 's') return texts[Number(value)] ?? ''
    if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE'
    if (type !== 'n' || value === '') return value
    const number = Number(value)
    if (Number.isNaN(number)) return value
    return isDate[style] === true ? dateOf(number, from1904) : String(number)
  }

  return {
    /** The rows that became whole. */
    write(text: string): FileRow[] {
      reader.write(text)
      const whole = rows
      rows = []
      return whole
    },
    /** @throws Error where the sheet breaks off */
    end: () => reader.end(),
  }
}

/** `BC17` is the 54th column, with the index 54 - 1. */
function columnOf(place: string | undefined): number | null {
  const letters = /^[A-Z]+/.exec(place ?? '')?.[0]
  if (letters === undefined) return null
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

/** Days since the last but one of 1899, since the format takes 1900 for a leap year. */
function dateOf(days: number, from1904: boolean): string {
  return addDays(from1904 ? '1904-01-01' : '1899-12-30', Math.floor(days))
}
