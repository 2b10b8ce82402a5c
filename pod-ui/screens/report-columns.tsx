import { Field as TextField } from '../components/field.tsx'
import { Rows } from '../components/rows.tsx'
import { Select } from '../components/select.tsx'
import {
  columnOf,
  fieldsOfTakenColumns,
  type Columns,
  type Field,
  fields,
  isRequired,
  missingFields,
  type Preview,
  stillTrue,
} from '../report.ts'
import { tenantKindText } from '../words/tenants.ts'
import { words } from '../words/words.ts'
import { Faults, faultText } from './report-faults.tsx'

/** What each column of a file means, as it was guessed or as it was the last time, to be set right. */
export function ReportColumns({
  preview,
  columns,
  onChange,
}: {
  preview: Preview
  columns: Columns
  onChange: (columns: Columns) => void
}) {
  const taken = fields.map((field) => columnOf(field, columns))
  const general = stillTrue(preview, columns).filter(
    ({ row, column }) => row === null && (column === null || !taken.includes(column)),
  )
  const missing = missingFields(columns)
  const twice = fieldsOfTakenColumns(columns)
  const faultOf = (field: Field) =>
    missing.includes(field) ? words.reports.missing : twice.includes(field) ? words.reports.twice : null
  return (
    <>
      <p class="quiet">{preview.remembered ? words.reports.remembered : words.reports.guessed}</p>
      {missing.length === 0 && general.length > 0 && <Faults faults={general} />}
      <Rows
        label={words.reports.columns}
        rows={fields}
        keyOf={(field) => field}
        columns={[
          {
            key: 'field',
            title: words.reports.field,
            isHeader: true,
            cell: (field) => (
              <>
                {words.reports.fields[field]}
                {isRequired(field, columns) && <span class="quiet"> {words.reports.required}</span>}
              </>
            ),
          },
          {
            key: 'column',
            title: words.reports.column,
            cell: (field) => (
              <ColumnChoice
                field={field}
                preview={preview}
                columns={columns}
                fault={faultOf(field)}
                onChange={(place) => onChange({ ...columns, [field]: place })}
              />
            ),
          },
          {
            key: 'example',
            title: words.reports.example,
            cell: (field) => <span class="value">{exampleOf(field, columns, preview)}</span>,
          },
        ]}
      />
    </>
  )
}

type Place = Columns[Field]

function ColumnChoice({
  field,
  preview,
  columns,
  fault,
  onChange,
}: {
  field: Field
  preview: Preview
  columns: Columns
  /** What has to be mended here first. */
  fault: string | null
  onChange: (place: Place) => void
}) {
  const place = columns[field]
  const taken = columnOf(field, columns)
  const found = stillTrue(preview, columns).find(
    ({ row, column }) => row === null && column !== null && column === taken,
  )
  return (
    <>
      <Select
        label={words.reports.fields[field]}
        hideLabel
        value={textOf(field, place)}
        error={fault ?? (found === undefined ? null : faultText(found))}
        onChange={(text) => onChange(placeOf(text))}
      >
        <option value="">{words.reports.notInFile}</option>
        {preview.columns.map((column, index) => (
          <option key={index} value={`column:${column}`}>
            {column}
          </option>
        ))}
        <FixedChoices field={field} />
      </Select>
      {field === 'application' && place !== undefined && 'value' in place && (
        <TextField
          label={words.reports.applicationName}
          value={place.value}
          onInput={(value) => onChange({ value })}
        />
      )}
    </>
  )
}

/** What may be the same for all rows of a file. */
function FixedChoices({ field }: { field: Field }) {
  switch (field) {
    case 'kind':
      return (
        <optgroup label={words.reports.sameForAll}>
          {(['workspace', 'company'] as const).map((kind) => (
            <option key={kind} value={`value:${kind}`}>
              {tenantKindText(kind)}
            </option>
          ))}
        </optgroup>
      )
    case 'unit':
      return (
        <optgroup label={words.reports.sameForAll}>
          {(['device', 'user', 'mailbox', 'core'] as const).map((unit) => (
            <option key={unit} value={`value:${unit}`}>
              {words.reports.units[unit]}
            </option>
          ))}
        </optgroup>
      )
    case 'application':
      return <option value="value:">{words.reports.sameApplication}</option>
    default:
      return null
  }
}

/** Of a choice; whichever application is the same for all rows, it is one choice. */
function textOf(field: Field, place: Place): string {
  if (place === undefined) return ''
  if ('column' in place) return `column:${place.column}`
  return field === 'application' ? 'value:' : `value:${place.value}`
}

function placeOf(text: string): Place {
  const rest = text.slice(text.indexOf(':') + 1)
  if (text === '') return undefined
  return text.startsWith('column:') ? { column: rest } : { value: rest }
}

function exampleOf(field: Field, columns: Columns, { columns: headers, rows }: Preview): string {
  const place = columns[field]
  if (place === undefined) return '–'
  if ('value' in place) return place.value
  return rows[0]?.cells[headers.indexOf(place.column)] ?? '–'
}
