export interface FileCell {
  /** Without spaces at either end; empty where nothing stands there. */
  text: string
  /** Whether the cell computes what it shows. */
  isFormula: boolean
}

export interface FileRow {
  /** As a spreadsheet numbers it, from 1. */
  number: number
  cells: FileCell[]
}
