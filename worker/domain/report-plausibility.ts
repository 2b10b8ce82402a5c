import { type ReportProblem, ReportRefused, refusedFile } from './report-problem.ts'

/** A company that a report spells or classes in several ways under one id, in the order of its rows. */
export interface Spellings {
  id: string
  ways: { row: number; name: string; kind: string }[]
}

/** An application of which a report states twice how much a company uses. */
export interface RepeatedUse {
  company: string
  application: string
  first_row: number
  row: number
}

/** @throws ReportRefused where the report contradicts itself */
export function assertConsistent(repeated: RepeatedUse[], spelled: Spellings[]): void {
  const problems = [
    ...repeated.map(
      ({ company, application, first_row, row }): ReportProblem => ({
        code: 'duplicate_use',
        message: `${company} already has ${application} in row ${first_row}. Give each company one row for each application.`,
        row,
        column: null,
      }),
    ),
    ...spelled.flatMap(({ id, ways }) => differentCompanies(id, ways)),
  ]
  if (problems.length > 0) throw new ReportRefused(problems)
}

/** Letter case and spaces make no other company of it. */
function differentCompanies(id: string, ways: Spellings['ways']): ReportProblem[] {
  const [first] = ways
  const other = ways.find(
    (way) => first !== undefined && (plain(way.name) !== plain(first.name) || way.kind !== first.kind),
  )
  if (first === undefined || other === undefined) return []
  return [
    {
      code: 'duplicate_company',
      message: `The id ${id} stands for "${first.name}" (${first.kind}) in row ${first.row} and for "${other.name}" (${other.kind}) here. Give each company an id of its own.`,
      row: other.row,
      column: null,
    },
  ]
}

function plain(name: string): string {
  return name.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase()
}

/** Given with a report to take it in although few of its companies are known. */
export const confirmFewKnown = 'few_known_companies'

/**
 * A report of somebody else's customers has few companies that are known, and lacks most of those that are. One that
 * has only some of ours, or ours and many new ones, is no such thing.
 *
 * @throws ReportRefused
 */
export function assertOurs(of: { companies: number; known: number; shared: number }): void {
  if (of.shared * 2 >= of.companies || of.shared * 2 >= of.known) return
  throw refusedFile(
    confirmFewKnown,
    `Of the ${of.known} companies that are known here, only ${of.shared} are among the ${of.companies} of this report. It may be the report of another provider. If it is yours all the same, confirm that and send it again.`,
  )
}
