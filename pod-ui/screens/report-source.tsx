import { useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { Empty, Notice } from '../components/states.tsx'
import { type Failure, failureOf } from '../failure.ts'
import { day, daysAgo, instant } from '../format.ts'
import type { Source } from '../report.ts'
import { mayEdit } from '../sign-in.ts'
import { words } from '../words/words.ts'
import { Part } from './part.tsx'
import { ReportHistory } from './report-history.tsx'
import { ReportUpload } from './report-upload.tsx'
import { type Confirm, NotTaken, Taken } from './report-taking.tsx'

/** One source: what is in force, how a newer one comes, and what came before. */
export function ReportSource({ source, reload }: { source: Source; reload: () => Promise<void> }) {
  return (
    <Part title={source.name}>
      <Freshness source={source} />
      {source.way === 'feed' ? (
        mayEdit() && <ReadNow source={source} reload={reload} />
      ) : mayEdit() ? (
        <ReportUpload source={source} reload={reload} />
      ) : (
        <p class="quiet">{words.reports.technicians}</p>
      )}
      <ReportHistory source={source} reload={reload} />
    </Part>
  )
}

function Freshness({ source: { way, report, ageDays, maxAgeDays, stale } }: { source: Source }) {
  if (report === null) {
    const waiting = mayEdit() ? words.reports.none : words.reports.noneYet
    return <Empty>{way === 'feed' ? words.reports.neverRead : waiting}</Empty>
  }
  const age = ageDays ?? 0
  const title = way === 'feed' ? words.reports.feedOf : words.reports.reportOf
  const parts = [
    title(day(report.asOf), daysAgo(age)),
    words.reports.companies(report.companies),
    words.reports.rows(report.rows),
    way === 'feed' ? words.reports.lastRead(instant(report.receivedAt)) : words.reports.by(report.receivedBy),
  ]
  return (
    <>
      <p class="summary">{parts.join(', ')}</p>
      {stale && <Notice tone="warn">{words.reports.stale(age, maxAgeDays)}</Notice>}
    </>
  )
}

/** A run reads the feed by itself; this is for who does not want to wait. */
function ReadNow({ source: { id }, reload }: { source: Source; reload: () => Promise<void> }) {
  const [reading, setReading] = useState(false)
  const [taken, setTaken] = useState<number | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)

  async function read(query: Confirm): Promise<void> {
    setReading(true)
    setTaken(null)
    setFailure(null)
    try {
      const { report } = await answerOf(api.sources[':id'].pull.$post({ param: { id }, query }))
      await reload()
      setTaken(report.companies)
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setReading(false)
    }
  }
  return (
    <>
      <div>
        <button type="button" disabled={reading} aria-busy={reading} onClick={() => void read({})}>
          {words.reports.readNow}
        </button>
      </div>
      {taken !== null && <Taken companies={taken} />}
      {failure !== null && <NotTaken failure={failure} onConfirm={(confirm) => void read(confirm)} />}
    </>
  )
}
