import { capital } from '../format.ts'
import type { Fault } from '../report.ts'
import { words } from '../words/words.ts'

/** So many are told one by one. */
const mostShown = 20

/** What is wrong with a report, each with the row and the column where it stands. */
export function Faults({ faults }: { faults: Fault[] }) {
  return (
    <>
      <ul>
        {faults.slice(0, mostShown).map((fault) => (
          <li key={`${fault.row} ${fault.column} ${fault.code}`}>{placedText(fault)}</li>
        ))}
      </ul>
      {faults.length > mostShown && <p>{words.reports.moreFaults(faults.length - mostShown)}</p>}
    </>
  )
}

/** In this language where it has a sentence for it. */
export function faultText({ code, message }: Fault): string {
  return words.reports.faults[code] ?? message
}

function placedText(fault: Fault): string {
  const { row, column } = fault
  const place = [
    ...(row === null ? [] : [`${words.reports.row} ${row}`]),
    ...(column === null ? [] : [`${words.reports.inColumn} ${column}`]),
  ]
  const text = faultText(fault)
  return place.length === 0 ? text : `${capital(place.join(', '))}: ${text}`
}
