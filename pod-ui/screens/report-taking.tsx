import { useEffect, useRef } from 'preact/hooks'
import { Action } from '../components/action.tsx'
import { Failed, Notice } from '../components/states.tsx'
import type { Failure } from '../failure.ts'
import { faultsOf } from '../report.ts'
import { words } from '../words/words.ts'
import { Faults } from './report-faults.tsx'
import { startRun } from './runs.tsx'

const fewKnown = 'few_known_companies'

/** Sent with a report that is to be taken in although few of its companies are known. */
export type Confirm = { confirm?: typeof fewKnown }

/** What a run will bill by. */
export function Taken({ companies }: { companies: number }) {
  const notice = useRef<HTMLDivElement>(null)
  // What had the focus is gone.
  useEffect(() => notice.current?.focus(), [])
  return (
    <div ref={notice} class="notice notice-good" role="status" tabIndex={-1}>
      <p>{words.reports.taken(companies)}</p>
      <Action run={() => startRun(false)}>{words.runs.runNow}</Action>
    </div>
  )
}

/**
 * Why a report was not taken in, or not even looked at.
 *
 * @param onConfirm sends it again, where a person says that it is right all the same
 */
export function NotTaken({
  failure,
  onConfirm,
}: {
  failure: Failure
  onConfirm?: (confirm: Confirm) => void
}) {
  if (failure.code === 'given_up') return <Notice tone="warn">{words.reports.givenUp}</Notice>
  const faults = faultsOf(failure)
  if (faults.length === 0) return <Failed failure={failure} />
  return (
    <div class="notice notice-bad problem" role="alert">
      <p>
        <strong>{words.reports.refused}</strong>
      </p>
      <Faults faults={faults} />
      {onConfirm !== undefined && faults.some(({ code }) => code === fewKnown) && (
        <button type="button" onClick={() => onConfirm({ confirm: fewKnown })}>
          {words.reports.allTheSame}
        </button>
      )}
    </div>
  )
}
