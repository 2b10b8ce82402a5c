/** What a row of a report may say. A column of our own is called like the field. */
export const reportFields = [
  'company_id',
  'company',
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
] as const
export type ReportField = (typeof reportFields)[number]
