import { refusedFile } from '../../../domain/report-problem.ts'
import { readXml, xmlReader } from './xml.ts'

export interface Sheet {
  name: string
  /** In the workbook's ZIP. */
  path: string
}

/** How numbers are to be read. */
export interface Styles {
  /** By the number of a cell's style: whether it shows a number as a date. */
  isDate: boolean[]
  /** Whether days are counted from 1904, as old Macintosh workbooks do. */
  from1904: boolean
}

/** Sheets that are not hidden, in the order of their tabs. */
export function visibleSheets(workbook: string, relations: string): Sheet[] {
  const paths = new Map<string, string>()
  readXml(relations, (name, attribute) => {
    const [id, target] = [attribute('Id'), attribute('Target')]
    if (name !== 'Relationship' || id === undefined || target === undefined) return
    paths.set(id, target.startsWith('/') ? target.slice(1) : `xl/${target}`)
  })
  const sheets: Sheet[] = []
  readXml(workbook, (name, attribute) => {
    const path = paths.get(attribute('id') ?? '')
    const isHidden = (attribute('state') ?? 'visible') !== 'visible'
    if (name === 'sheet' && !isHidden && path !== undefined)
      sheets.push({ name: attribute('name') ?? '', path })
  })
  return sheets
}

export function stylesOf(styles: string, workbook: string): Styles {
  const formats = new Map<number, string>()
  const isDate: boolean[] = []
  let isInCells = false
  const reader = xmlReader({
    open(name, attribute) {
      if (name === 'numFmt') formats.set(Number(attribute('numFmtId')), attribute('formatCode') ?? '')
      if (name === 'cellXfs') isInCells = true
      if (name === 'xf' && isInCells) isDate.push(showsDate(Number(attribute('numFmtId') ?? 0), formats))
    },
    close(name) {
      if (name === 'cellXfs') isInCells = false
    },
  })
  if (styles !== '') {
    reader.write(styles)
    reader.end()
  }
  let from1904 = false
  readXml(workbook, (name, attribute) => {
    if (name === 'workbookPr') from1904 = ['1', 'true'].includes(attribute('date1904') ?? '')
  })
  return { isDate, from1904 }
}

/** Formats that every workbook knows by number, or one of its own with a year, month or day in it. */
function showsDate(format: number, own: ReadonlyMap<number, string>): boolean {
  const code = own.get(format)
  if (code === undefined) {
    return (
      (format >= 14 && format <= 17) ||
      format === 22 ||
      (format >= 27 && format <= 36) ||
      (format >= 50 && format <= 58)
    )
  }
  return /[yd]/i.test(code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, ''))
}

/** Letters that the table of texts may have in all. */
const mostLetters = 12_000_000

/** The texts that cells name by their number; phonetic hints left out. */
export function sharedTexts() {
  const texts: string[] = []
  let current = ''
  let letters = 0
  let isText = false
  let hints = 0
  let isBegun = false
  const reader = xmlReader({
    open(name) {
      if (name === 'si') current = ''
      if (name === 'rPh') hints++
      if (name === 't') isText = hints === 0
    },
    close(name) {
      if (name === 't') isText = false
      if (name === 'rPh') hints--
      if (name !== 'si') return
      texts.push(current)
      letters += current.length
      if (letters > mostLetters) {
        throw refusedFile(
          'file_too_large',
          'The workbook holds too much text. Save it as CSV (UTF-8) instead.',
        )
      }
    },
    text(text) {
      if (isText) current += text
    },
  })
  return {
    write(text: string): void {
      isBegun = true
      reader.write(text)
    },
    /** Empty where the workbook has no such table. */
    end(): string[] {
      if (isBegun) reader.end()
      return texts
    },
  }
}
