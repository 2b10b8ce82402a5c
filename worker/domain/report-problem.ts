/** One thing that is wrong with a report. */
export interface ReportProblem {
  /** Snake-case, for programs. */
  code: string
  /** What is wrong and how to mend it, in words. */
  message: string
  /** As a spreadsheet numbers it: the header stands in row 1. Null where it is about the whole file. */
  row: number | null
  /** The header of the column; null where it is about a whole row or the whole file. */
  column: string | null
}

/** A report that can't be taken in; nothing of it is kept. */
export class ReportRefused extends Error {
  override name = 'ReportRefused'
  readonly problems: ReportProblem[]

  /** @param problems at least one */
  constructor(problems: ReportProblem[]) {
    super(problems[0]?.message ?? '')
    this.problems = problems
  }
}

/** A report refused for one reason that is about the whole file. */
export function refusedFile(code: string, message: string): ReportRefused {
  return new ReportRefused([{ code, message, row: null, column: null }])
}
