import { applicationOf } from './catalogue.ts'
import { searchKey } from './matching.ts'
import type { ColumnMapping } from './report-columns.ts'
import { type ReportField, reportFields } from './report-fields.ts'
import { readDate } from './report-date.ts'
import { readNumber } from './report-number.ts'
import type { ReportProblem } from './report-problem.ts'
import { kindWords, licenceWords, totalWords, unitWords } from './report-words.ts'
import type { ReportedUse } from './reported-use.ts'
import { contradictionOf, isCloud, sumOf } from './stated-counts.ts'
import type { DeviceCounts, LeftOutReason, Unit } from './usage.ts'

/** One row of a table, as a file has it. */
export interface TableRow {
  /** As a spreadsheet numbers it, from 1. */
  number: number
  cells: { text: string; isFormula: boolean }[]
}

/** What a row says; uses are whole only where there are no problems. */
export interface ReadRow {
  uses: ReportedUse[]
  problems: ReportProblem[]
}

const longestText = 300

/**
 * Reads rows of a file with this header, which the mapping has to fit.
 *
 * @param onDay the day that the report is of, `YYYY-MM-DD`; licences that ended before it do not count
 */
export function rowReader(
  mapping: ColumnMapping,
  headers: string[],
  onDay: string,
): (row: TableRow) => ReadRow {
  const places = new Map<ReportField, { at: number; header: string } | { value: string }>()
  for (const field of reportFields) {
    const from = mapping[field]
    if (from === undefined) continue
    places.set(field, 'value' in from ? from : { at: headers.indexOf(from.column), header: from.column })
  }
  return (row) => readRow(row, places, onDay)
}

type Places = Map<ReportField, { at: number; header: string } | { value: string }>

function readRow(row: TableRow, places: Places, onDay: string): ReadRow {
  const problems: ReportProblem[] = []
  const headerOf = (field: ReportField) => {
    const place = places.get(field)
    return place !== undefined && 'header' in place ? place.header : null
  }
  const fault = (field: ReportField | null, code: string, message: string) => {
    problems.push({ code, message, row: row.number, column: field === null ? null : headerOf(field) })
  }

  /** Empty where nothing stands there, or the field comes from nowhere. */
  const textOf = (field: ReportField): string => {
    const place = places.get(field)
    if (place === undefined) return ''
    if ('value' in place) return place.value
    const cell = row.cells[place.at]
    if (cell === undefined) return ''
    if (cell.isFormula) {
      fault(field, 'formula_cell', 'This cell holds a formula. Paste the values instead, and save again.')
      return ''
    }
    if (cell.text.length <= longestText) return cell.text
    fault(
      field,
      'text_too_long',
      `This text has more than ${longestText} letters. Is the column the right one?`,
    )
    return ''
  }

  const numberOf = (field: ReportField): number | null => {
    const text = textOf(field)
    if (text === '') return null
    const number = readNumber(text)
    if (typeof number === 'number') return number
    fault(field, number.code, number.message)
    return null
  }

  const wordOf = <Value>(
    field: ReportField,
    words: ReadonlyMap<string, Value>,
    advice: string,
  ): Value | null => {
    const text = textOf(field)
    if (text === '') return null
    const value = words.get(plainWord(text))
    if (value !== undefined) return value
    fault(field, `unknown_${field}`, `"${text.slice(0, 40)}" is not known here. ${advice}`)
    return null
  }

  const customer = customerOf(textOf('company_id'), textOf('company'))
  const licenceName = textOf('application')
  const hasUse = licenceName !== ''
  if (customer === null && problems.length === 0) {
    fault(
      places.has('company_id') ? 'company_id' : 'company',
      'cell_empty',
      'The company is missing in this row.',
    )
  } else if (customer !== null && !hasUse && totalWords.has(plainWord(customer.name))) {
    fault(null, 'total_row', 'This row looks like the sum of all others. Take it out of the file.')
  }
  const kind = wordOf('kind', kindWords, 'Write workspace or company.') ?? 'workspace'
  const unit = wordOf('unit', unitWords, 'Write device, user, mailbox or core.')
  const leftOut = leftOutOf(
    [
      wordOf('licence_type', licenceWords, statusAdvice),
      wordOf('licence_status', licenceWords, statusAdvice),
    ],
    expiredOn(),
  )
  const counts = countsOf()
  const stated = numberOf('quantity')
  const mailboxes = numberOf('mailboxes')
  if (problems.length > 0 || customer === null) return { uses: [], problems }

  const use = (licence: string, of: { unit: Unit | null; quantity: number; counts: DeviceCounts | null }) => {
    const application = applicationOf(licence)
    return {
      companyId: customer.id,
      company: customer.name,
      kind,
      application: application.key,
      applicationName: application.name,
      licenceName: licence,
      unit: of.unit ?? application.unit,
      quantity: of.quantity,
      counts: of.counts,
      leftOut,
    }
  }
  const uses = [
    ...(hasUse ? [mainUse()] : []),
    ...(mailboxes !== null && !isMailboxUse()
      ? [use('office-365', { unit: 'mailbox', quantity: mailboxes, counts: null })]
      : []),
  ].filter((one) => one !== null)
  if (uses.length === 0 && problems.length === 0) {
    fault(
      places.has('application') ? 'application' : 'mailboxes',
      'cell_empty',
      'This row says of nothing how much is used.',
    )
  }
  return problems.length > 0 ? { uses: [], problems } : { uses, problems }

  function isMailboxUse(): boolean {
    return hasUse && stated === null && (unit ?? applicationOf(licenceName).unit) === 'mailbox'
  }

  function mainUse(): ReportedUse | null {
    const { key, unit: ownUnit } = applicationOf(licenceName)
    const countsAs = unit ?? ownUnit
    const sum = counts === null || countsAs !== 'device' ? null : sumOf(counts)
    const quantity = stated ?? sum ?? (isMailboxUse() ? mailboxes : null)
    if (quantity === null) {
      // A row that is there for its mailboxes alone may name a licence that nobody uses.
      if (mailboxes !== null && !places.has('quantity')) return null
      fault('quantity', 'cell_empty', 'How much is used is missing in this row. Write 0 where nothing is.')
      return null
    }
    switch (contradictionOf({ application: key, unit: countsAs, quantity, counts })) {
      case 'counts_not_for_unit':
        fault(
          'workstations',
          'counts_not_for_unit',
          `Devices are told apart here, but the licence counts by ${countsAs}. Leave these three empty, or write device as the unit.`,
        )
        break
      case 'counts_differ':
        fault(
          'quantity',
          'counts_differ',
          `${quantity} is not the sum of workstations, servers and other devices, ${sum}.`,
        )
        break
      case null:
    }
    return use(licenceName, { unit, quantity, counts: countsAs === 'device' || isCloud(key) ? counts : null })
  }

  function countsOf(): DeviceCounts | null {
    const before = problems.length
    const [workstations, servers, other] = [numberOf('workstations'), numberOf('servers'), numberOf('other')]
    if (workstations !== null && servers !== null && other !== null) return { workstations, servers, other }
    const isPartly = workstations !== null || servers !== null || other !== null
    if (isPartly && problems.length === before) {
      fault(
        workstations === null ? 'workstations' : servers === null ? 'servers' : 'other',
        'counts_incomplete',
        'Fill workstations, servers and other devices all three, or none of them.',
      )
    }
    return null
  }

  function expiredOn(): LeftOutReason | null {
    const until = readDate(textOf('expires'))
    if (until !== null && typeof until === 'object') {
      fault('expires', until.code, until.message)
      return null
    }
    return until !== null && until < onDay ? 'expired' : null
  }
}

const statusAdvice =
  'Whether the licence counts can not be told. If this column says nothing about that, do not match it.'

/** Two spellings of a name without an id are one customer where only letter case and spaces differ. */
function customerOf(id: string, name: string): { id: string; name: string } | null {
  const called = name === '' ? id : name
  const known = id === '' ? name.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase() : id
  return known === '' ? null : { id: known, name: called }
}

/** A licence that is left out for several reasons keeps the first of type, status and end. */
function leftOutOf(
  said: ('counts' | LeftOutReason | null)[],
  ended: LeftOutReason | null,
): LeftOutReason | null {
  for (const one of said) if (one !== null && one !== 'counts') return one
  return ended
}

function plainWord(text: string): string {
  return searchKey(text)
    .replace(/[^\p{L}\p{N}∞]+/gu, ' ')
    .trim()
}
