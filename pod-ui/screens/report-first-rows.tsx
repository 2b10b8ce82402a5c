import { columnOf, type Columns, fields, type Preview, stillTrue } from '../report.ts'
import { words } from '../words/words.ts'
import { Faults } from './report-faults.tsx'

/** So many rows show what a file is like. */
const mostShown = 10

/** The first rows of a file, with the columns that are used set off, and what is wrong in them below. */
export function FirstRows({
  preview,
  columns,
  isRefused,
}: {
  preview: Preview
  columns: Columns
  /** Whether the faults of all rows are told elsewhere. */
  isRefused: boolean
}) {
  const meanings = Map.groupBy(fields, (field) => columnOf(field, columns))
  const faults = stillTrue(preview, columns).filter(({ row }) => row !== null)
  const classOf = (row: number, column: string) => {
    if (faults.some((fault) => fault.row === row && fault.column === column)) return 'faulty'
    return meanings.has(column) ? 'chosen' : ''
  }
  return (
    <>
      <h4>{words.reports.firstRows}</h4>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to scroll by keyboard, too */}
      <section class="scrolls" tabIndex={0} aria-label={words.reports.firstRows}>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">{words.reports.row}</th>
              {preview.columns.map((column, index) => (
                <th key={index} scope="col" class={meanings.has(column) ? 'chosen' : ''}>
                  {column}
                  <p class="quiet">
                    {meanings
                      .get(column)
                      ?.map((field) => words.reports.fields[field])
                      .join(', ')}
                  </p>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.rows.slice(0, mostShown).map(({ row, cells }) => (
              <tr key={row}>
                <th scope="row">{row}</th>
                {preview.columns.map((column, index) => (
                  <td key={index} class={classOf(row, column)}>
                    {cells[index] ?? ''}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {faults.length > 0 && !isRefused && (
        <div class="notice notice-warn problem">
          <p>{words.reports.inFirstRows}</p>
          <Faults faults={faults} />
        </div>
      )}
      <p class="quiet">{words.reports.checkedLater}</p>
    </>
  )
}
