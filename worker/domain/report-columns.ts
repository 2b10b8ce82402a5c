import * as z from 'zod'
import { applicationOf } from './catalogue.ts'
import { applications } from './applications.ts'
import { searchKey } from './matching.ts'
import { type ReportField, reportFields } from './report-fields.ts'
import { headerWords } from './report-words.ts'
import type { ReportProblem } from './report-problem.ts'

const source = z.union([
  z.strictObject({ column: z.string().min(1).max(300) }),
  z.strictObject({ value: z.string().min(1).max(300) }),
])

/** Where each field comes from: a column of the file by its header, or one value for all rows. */
export const columnMapping = z.partialRecord(z.enum(reportFields), source)
export type ColumnMapping = z.output<typeof columnMapping>

const counts = ['workstations', 'servers', 'other'] as const

/** Fields that hold numbers alone. */
const numeric: readonly ReportField[] = ['quantity', ...counts, 'mailboxes']

/** Fields of which one value may hold for a whole file. */
const fixable: readonly ReportField[] = ['kind', 'application', 'unit']

/**
 * Why a file with this header can't be read with the mapping; empty where it can.
 */
export function mappingProblems(mapping: ColumnMapping, headers: string[]): ReportProblem[] {
  const has = (field: ReportField) => mapping[field] !== undefined
  const counted = counts.filter(has)
  return [
    ...reportFields.flatMap((field) => placeProblems(field, mapping, headers)),
    ...(has('company_id') || has('company')
      ? []
      : [missing('company', 'Say which column names the company, or holds its id.')]),
    ...(has('application') || has('mailboxes')
      ? []
      : [
          missing(
            'application',
            'Say which column names the licence, or choose one application for all rows.',
          ),
        ]),
    ...(has('quantity') || has('mailboxes') || counted.length === counts.length
      ? []
      : [missing('quantity', 'Say which column holds how many are used.')]),
    ...(counted.length === 0 || counted.length === counts.length
      ? []
      : [
          missing(
            'workstations',
            'Match workstations, servers and other devices all three, or none of them.',
          ),
        ]),
  ]
}

function missing(column: ReportField, message: string): ReportProblem {
  return { code: 'column_missing', message, row: null, column }
}

function placeProblems(field: ReportField, mapping: ColumnMapping, headers: string[]): ReportProblem[] {
  const from = mapping[field]
  if (from === undefined) return []
  if ('value' in from) {
    if (fixable.includes(field)) return []
    const message = 'This differs from row to row, so it has to come from a column.'
    return [{ code: 'value_not_allowed', message, row: null, column: field }]
  }
  const found = headers.filter((header) => header === from.column).length
  if (found === 0) {
    const message = `The file has no column "${from.column}". It has: ${headers.join(', ')}.`
    return [{ code: 'column_not_found', message, row: null, column: from.column }]
  }
  if (found > 1) {
    const message = `The file has ${found} columns "${from.column}". Give each a name of its own.`
    return [{ code: 'duplicate_column', message, row: null, column: from.column }]
  }
  const other = reportFields.find((one) => {
    const place = mapping[one]
    return one < field && place !== undefined && 'column' in place && place.column === from.column
  })
  if (other === undefined) return []
  const message = `This column is matched twice, as ${other} and as ${field}. Choose one.`
  return [{ code: 'column_taken_twice', message, row: null, column: from.column }]
}

/**
 * The most likely meaning of a file's columns, by their header in any of the languages that we know, and by what stands
 * in the first rows. What is not clear is left open. Never the number of licences that were bought for the number in use.
 */
export function guessColumns(headers: string[], sample: string[][]): ColumnMapping {
  const free = new Set(headers.filter((header) => header !== '' && isAlone(header, headers)))
  const guess: ColumnMapping = {}
  for (const field of reportFields) {
    const fits = (header: string) => fitOf(field, header, valuesOf(header, headers, sample))
    const [best] = [...free].filter((header) => fits(header) > 0).toSorted((a, b) => fits(b) - fits(a))
    if (best === undefined) continue
    guess[field] = { column: best }
    free.delete(best)
  }
  return counts.every((field) => guess[field] !== undefined) ? guess : withoutCounts(guess)
}

function withoutCounts(guess: ColumnMapping): ColumnMapping {
  const { workstations: _, servers: __, other: ___, ...rest } = guess
  return rest
}

function isAlone(header: string, headers: string[]): boolean {
  return headers.filter((other) => other === header).length === 1
}

function valuesOf(header: string, headers: string[], sample: string[][]): string[] {
  const at = headers.indexOf(header)
  return sample.map((row) => row[at] ?? '').filter((value) => value !== '')
}

/** How well a column fits a field; 0 where it does not. */
function fitOf(field: ReportField, header: string, values: string[]): number {
  const byName = nameFit(field, header)
  if (numeric.includes(field)) {
    const isNumeric = values.every((value) => /^[\d.,]+$/.test(value))
    return isNumeric ? byName : 0
  }
  if (field !== 'application') return byName
  const known = values.filter((value) => isCatalogued(value)).length
  return known > 0 ? 100 * known + byName : values.length === 0 ? byName : byName / 2
}

function isCatalogued(licence: string): boolean {
  const { key } = applicationOf(licence)
  return applications.some((one) => one.key === key)
}

/** An own name fits best, then one that is a known word, then one that begins or ends with one. */
function nameFit(field: ReportField, header: string): number {
  const plain = plainHeader(header)
  if (plain === field.replace('_', ' ')) return 50
  const { is, has, never } = headerWords[field]
  const words = plain.split(' ')
  if (never.some((word) => words.includes(word) || plain === word)) return 0
  if (is.includes(plain)) return 20 - is.indexOf(plain) / 10
  return has.some((word) => ` ${plain} `.includes(` ${word} `)) ? 5 : 0
}

function plainHeader(header: string): string {
  return searchKey(header)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
