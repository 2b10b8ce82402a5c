import type { ComponentChildren } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import { useRowsInSight } from './rows-in-sight.ts'

export interface Column<Row> {
  key: string
  title: string
  /** Read out, but not shown. */
  hideTitle?: boolean
  /** Numbers stand at the right. */
  numeric?: boolean
  /** The cell that names its row. */
  isHeader?: boolean
  cell: (row: Row) => ComponentChildren
}

interface RowsProps<Row> {
  label: string
  rows: Row[]
  keyOf: (row: Row) => string
  columns: Column<Row>[]
  /** Height of a row in pixels before it was measured. */
  estimate?: number
  rowClass?: (row: Row) => string
}

/** Up to so many rows all are in the page, so that the browser's own search finds them. */
const fewRows = 60

/**
 * A table of any length: of a long one only the rows in sight are in the page. In a narrow frame each row becomes a
 * card.
 */
export function Rows<Row>(props: RowsProps<Row>) {
  return props.rows.length <= fewRows ? <ShortTable {...props} /> : <LongTable {...props} />
}

function ShortTable<Row>({ label, rows, keyOf, columns, rowClass }: RowsProps<Row>) {
  return (
    <table class="rows" aria-label={label}>
      <Head columns={columns} />
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} class={rowClass?.(row) ?? ''}>
            <Cells columns={columns} row={row} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function LongTable<Row>({ label, rows, keyOf, columns, estimate = 48, rowClass }: RowsProps<Row>) {
  const table = useRef<HTMLTableElement>(null)
  const keys = useMemo(() => rows.map(keyOf), [rows])
  const { from, to, above, below } = useRowsInSight(keys, estimate, table)

  return (
    <table ref={table} class="rows" aria-label={label} aria-rowcount={rows.length + 1}>
      <Head columns={columns} />
      <tbody>
        <Gap height={above} columns={columns.length} />
        {rows.slice(from, to).map((row, nth) => (
          <tr key={keys[from + nth]} aria-rowindex={from + nth + 2} class={rowClass?.(row) ?? ''}>
            <Cells columns={columns} row={row} />
          </tr>
        ))}
        <Gap height={below} columns={columns.length} />
      </tbody>
    </table>
  )
}

function Head<Row>({ columns }: { columns: Column<Row>[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column.key} scope="col" class={column.numeric ? 'numeric' : ''}>
            <span class={column.hideTitle ? 'visually-hidden' : ''}>{column.title}</span>
          </th>
        ))}
      </tr>
    </thead>
  )
}

function Cells<Row>({ columns, row }: { columns: Column<Row>[]; row: Row }) {
  return (
    <>
      {columns.map((column) => (
        <Cell key={column.key} column={column} row={row} />
      ))}
    </>
  )
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const numeric = column.numeric ? 'numeric' : ''
  return column.isHeader ? (
    <th scope="row" data-title={column.title}>
      {column.cell(row)}
    </th>
  ) : (
    <td class={numeric} data-title={column.hideTitle ? '' : column.title}>
      {column.cell(row)}
    </td>
  )
}

/** Holds the place of the rows that are out of sight. */
function Gap({ height, columns }: { height: number; columns: number }) {
  return height > 0 ? (
    <tr class="gap">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  ) : null
}
