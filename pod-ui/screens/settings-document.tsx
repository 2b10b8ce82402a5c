import { useState } from 'preact/hooks'
import { Action } from '../components/action.tsx'
import { Notice } from '../components/states.tsx'
import { fileOf, replaceDocument } from '../api.ts'
import { download } from '../download.ts'
import { type Failure, failureOf, problemsOf } from '../failure.ts'
import { loadConnections } from '../psa.ts'
import { failureText, notSavedText } from '../words/failure.ts'
import { words } from '../words/words.ts'

/** The whole configuration as one file. */
export function Document() {
  const [file, setFile] = useState<File | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [changes, setChanges] = useState<number | null>(null)

  async function replace(): Promise<void> {
    if (file === null) return
    setFailure(null)
    setChanges(null)
    try {
      setChanges(await replaceDocument(await file.text()))
      setFile(null)
      await loadConnections()
    } catch (error) {
      setFailure(failureOf(error))
    }
  }
  return (
    <div class="form">
      <p class="quiet">{words.document.hint}</p>
      <div>
        <Action run={async () => download(await fileOf('/api/config', 'application/json'), 'tallypod.json')}>
          {words.document.download}
        </Action>
      </div>
      <div class="field">
        <label class="field-label" for="document-file">
          {words.document.file}
        </label>
        <input
          id="document-file"
          type="file"
          accept="application/json,.json"
          onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
        />
      </div>
      <div>
        <Action run={replace} disabled={file === null} primary>
          {words.document.replace}
        </Action>
      </div>
      {changes !== null && <Notice tone="good">{words.drafts.saved(changes)}</Notice>}
      {failure !== null && (
        <div class="notice notice-bad" role="alert">
          <p>
            <strong>{notSavedText(failure)}</strong> {failureText(failure)}
          </p>
          <ul>
            {problemsOf(failure).map(({ path, message }) => (
              <li key={path}>
                <code>{path}</code>: {message}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
