import type { InferResponseType } from 'hono/client'
import type { api } from './api.ts'
import type { Failure } from './failure.ts'

type Routes = (typeof api.sources)[':id']

export type Source = InferResponseType<typeof api.sources.$get, 200>['items'][number]
export type Report = NonNullable<Source['report']>
export type Preview = InferResponseType<Routes['report']['preview']['$post'], 200>

/** Where each of our fields is found in a file: in a column, or the same for all rows. */
export type Columns = Preview['mapping']
export type Field = keyof Columns

/** One thing that is wrong with a report, with the row of a spreadsheet and the header of its column. */
export type Fault = Preview['problems'][number]

/** What is wrong with a report that was refused; empty where it failed for another reason. */
export function faultsOf({ code, details }: Failure): Fault[] {
  return code === 'report_refused' && Array.isArray(details) ? details.filter(isFault) : []
}

function isFault(one: unknown): one is Fault {
  return typeof one === 'object' && one !== null && 'code' in one && 'message' in one && 'row' in one
}

/** In the order in which a person thinks of them. */
export const fields: Field[] = [
  'company',
  'company_id',
  'kind',
  'application',
  'unit',
  'quantity',
  'workstations',
  'servers',
  'other',
  'mailboxes',
  'licence_type',
  'licence_status',
  'expires',
]

const counts: Field[] = ['workstations', 'servers', 'other']

/** Fields that a report can't do without, and that are not found yet. */
export function missingFields(columns: Columns): Field[] {
  const has = (field: Field) => columns[field] !== undefined
  const isCounted = has('quantity') || counts.every(has)
  return [
    ...(has('company') || has('company_id') ? [] : (['company'] as const)),
    ...(has('application') || (has('mailboxes') && !isCounted) ? [] : (['application'] as const)),
    ...(isCounted || has('mailboxes') ? [] : (['quantity'] as const)),
    ...(counts.some(has) ? counts.filter((field) => !has(field)) : []),
  ]
}

/** Fields that are taken from a column that another one before them has already. */
export function fieldsOfTakenColumns(columns: Columns): Field[] {
  return fields.filter((field, index) => {
    const column = columnOf(field, columns)
    return column !== null && fields.slice(0, index).some((before) => columnOf(before, columns) === column)
  })
}

/** Whether something would be missing without the field. */
export function isRequired(field: Field, columns: Columns): boolean {
  return missingFields({ ...columns, [field]: undefined }).includes(field)
}

/** The header of the column that a field is taken from; null where it is taken from none. */
export function columnOf(field: Field, columns: Columns): string | null {
  const place = columns[field]
  return place !== undefined && 'column' in place ? place.column : null
}

/** What was found wrong with a file, as far as it is about what is still taken as it was when it was found. */
export function stillTrue({ problems, mapping }: Preview, columns: Columns): Fault[] {
  return problems.filter(({ column }) => {
    const about = fields.filter((field) => column !== null && columnOf(field, mapping) === column)
    return about.length === 0
      ? columns === mapping
      : about.every((field) => columnOf(field, columns) === column)
  })
}
