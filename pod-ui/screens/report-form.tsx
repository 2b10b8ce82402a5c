import { useRef, useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { Field } from '../components/field.tsx'
import { Notice } from '../components/states.tsx'
import { type Failure, failureOf } from '../failure.ts'
import { day } from '../format.ts'
import { type Columns, fieldsOfTakenColumns, missingFields, type Preview, type Source } from '../report.ts'
import { sending } from '../send-file.ts'
import { words } from '../words/words.ts'
import { ReportColumns } from './report-columns.tsx'
import { FirstRows } from './report-first-rows.tsx'
import { type Confirm, NotTaken } from './report-taking.tsx'

/** A file that was looked at: what its columns mean, of which day it is, and taking it in. */
export function ReportForm({
  source,
  file,
  preview,
  reload,
  onTaken,
}: {
  source: Source
  file: File
  preview: Preview
  reload: () => Promise<void>
  onTaken: (companies: number) => void
}) {
  const { today, report } = source
  const [columns, setColumns] = useState<Columns>(preview.mapping)
  const [asOf, setAsOf] = useState(today)
  /** Which share of the file has gone; null while none is sent. */
  const [sent, setSent] = useState<number | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const controller = useRef<AbortController | null>(null)
  const isToCome = asOf > today
  const isReadable = missingFields(columns).length === 0 && fieldsOfTakenColumns(columns).length === 0
  const isReady = isReadable && asOf !== '' && !isToCome

  async function takeIn(confirm: Confirm): Promise<void> {
    setFailure(null)
    setSent(0)
    controller.current = new AbortController()
    try {
      const query = { asOf, fileName: file.name, columns: JSON.stringify(columns), ...confirm }
      const taken = await answerOf(
        api.sources[':id'].report.$put(
          { param: { id: source.id }, query },
          { fetch: sending(file, controller.current.signal, setSent) },
        ),
      )
      await reload()
      onTaken(taken.report.companies)
    } catch (error) {
      const failed = failureOf(error)
      setFailure(failed)
      // It may be in force all the same.
      if (failed.code === 'given_up') void reload()
    } finally {
      setSent(null)
    }
  }
  return (
    <div class="form">
      <h3>{file.name}</h3>
      <ReportColumns preview={preview} columns={columns} onChange={setColumns} />
      <FirstRows preview={preview} columns={columns} isRefused={failure !== null} />
      <Field
        label={words.reports.asOf}
        hint={words.reports.asOfHint}
        type="date"
        max={today}
        value={asOf}
        onInput={setAsOf}
        error={isToCome ? words.reports.toCome : null}
      />
      {report !== null && asOf !== '' && asOf < report.asOf && (
        <Notice tone="warn">{words.reports.olderThanCurrent(day(report.asOf))}</Notice>
      )}
      {sent === null ? (
        <div>
          <button type="button" class="primary" disabled={!isReady} onClick={() => void takeIn({})}>
            {words.reports.takeIn}
          </button>
        </div>
      ) : (
        <Progress sent={sent} onCancel={() => controller.current?.abort()} />
      )}
      {failure !== null && <NotTaken failure={failure} onConfirm={(confirm) => void takeIn(confirm)} />}
    </div>
  )
}

/** How much of the file has gone; when all has, how long its rows take is not known. */
function Progress({ sent, onCancel }: { sent: number; onCancel: () => void }) {
  const text = sent < 1 ? words.reports.sending : words.reports.checking
  return (
    <div class="toolbar">
      <p role="status">{text}</p>
      <progress aria-label={text} {...(sent < 1 ? { value: sent } : {})} />
      <button type="button" onClick={onCancel}>
        {words.actions.cancel}
      </button>
    </div>
  )
}
