import { useId, useRef, useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { type Failure, failureOf } from '../failure.ts'
import type { Preview, Source } from '../report.ts'
import { sending } from '../send-file.ts'
import { words } from '../words/words.ts'
import { ReportForm } from './report-form.tsx'
import { NotTaken, Taken } from './report-taking.tsx'

type Shown =
  | { state: 'nothing' }
  | { state: 'looking' }
  | { state: 'refused'; failure: Failure }
  | { state: 'looked_at'; number: number; file: File; preview: Preview }
  | { state: 'taken'; companies: number }

/** Chooses a file, shows what is in it, and takes it in. */
export function ReportUpload({ source, reload }: { source: Source; reload: () => Promise<void> }) {
  const [shown, setShown] = useState<Shown>({ state: 'nothing' })
  const chosen = useRef(0)

  async function look(file: File): Promise<void> {
    const number = ++chosen.current
    const show = (next: Shown) => {
      // Of files that are chosen in haste the last one counts.
      if (number === chosen.current) setShown(next)
    }
    show({ state: 'looking' })
    try {
      const [preview] = await Promise.all([
        answerOf(
          api.sources[':id'].report.preview.$post(
            { param: { id: source.id } },
            { fetch: sending(file, new AbortController().signal, () => {}) },
          ),
        ),
        // What is today may be another day than when the screen was opened.
        reload(),
      ])
      show({ state: 'looked_at', number, file, preview })
    } catch (error) {
      show({ state: 'refused', failure: failureOf(error) })
    }
  }
  return (
    <>
      <FileChoice onChoose={(file) => void look(file)} />
      {shown.state === 'looking' && <p role="status">{words.reports.looking}</p>}
      {shown.state === 'refused' && <NotTaken failure={shown.failure} />}
      {shown.state === 'taken' && <Taken companies={shown.companies} />}
      {shown.state === 'looked_at' && (
        <ReportForm
          key={shown.number}
          source={source}
          file={shown.file}
          preview={shown.preview}
          reload={reload}
          onTaken={(companies) => setShown({ state: 'taken', companies })}
        />
      )}
    </>
  )
}

/** A file can be dropped onto the field as well: browsers do that by themselves. */
function FileChoice({ onChoose }: { onChoose: (file: File) => void }) {
  const id = useId()
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {words.reports.file}
      </label>
      <input
        id={id}
        class="drop"
        type="file"
        accept=".csv,.txt,.tsv,.xlsx"
        aria-describedby={`${id}-hint`}
        onClick={({ currentTarget }) => {
          // The same file, mended, can be chosen once more.
          currentTarget.value = ''
        }}
        onChange={({ currentTarget: { files } }) => {
          const file = files?.[0]
          if (file !== undefined) onChoose(file)
        }}
      />
      <p id={`${id}-hint`} class="quiet">
        {words.reports.drop}
      </p>
    </div>
  )
}
