import { useEffect, useState } from 'preact/hooks'
import { conflictsOf, type Drafts } from '../drafts.ts'
import { type Failure, failureOf, problemsOf, takenOf } from '../failure.ts'
import { instant } from '../format.ts'
import { failureText, notSavedText } from '../words/failure.ts'
import { words } from '../words/words.ts'
import { announce } from './announcer.tsx'
import { Dialog } from './dialog.tsx'
import { saveWithHost } from './save-with-host.ts'

/**
 * Sticks to the bottom as long as something is changed and not saved.
 *
 * @param save saves all drafts and settles with how many changes that were
 * @param reload reads again what is stored; called once that is no longer what is shown
 * @param nameOf what a row is called
 * @param textOf a value in words, for the two sides of a conflict
 */
export function SaveBar<Value>({
  drafts,
  save,
  reload,
  nameOf,
  textOf,
}: {
  drafts: Drafts<Value>
  save: () => Promise<number>
  reload: () => Promise<void>
  nameOf: (key: string) => string
  textOf: (value: Value) => string
}) {
  const [saving, setSaving] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const changed = drafts.all.value.size

  async function saveNow(): Promise<string[]> {
    setSaving(true)
    setFailure(null)
    try {
      const sent = drafts.all.value
      const changes = await save()
      await reload()
      drafts.saved(sent)
      announce(words.drafts.saved(changes))
      return []
    } catch (error) {
      const failed = failureOf(error)
      const conflicts = conflictsOf<Value>(failed)
      if (conflicts.length > 0) {
        await reload()
        drafts.clash(conflicts)
      } else setFailure(failed)
      announce(notSavedText(failed))
      return [failureText(failed)]
    } finally {
      setSaving(false)
    }
  }
  useEffect(() => saveWithHost(changed === 0 ? null : saveNow))
  useEffect(() => {
    if (changed === 0) setFailure(null)
  }, [changed])

  if (changed === 0) return null
  return (
    <div class="save-bar">
      {failure !== null && (
        <div class="notice notice-bad" role="alert">
          <p>
            <strong>{notSavedText(failure)}</strong> {failureText(failure)}
          </p>
          <Details failure={failure} />
        </div>
      )}
      <p>{saving ? words.drafts.saving : words.drafts.unsaved(changed)}</p>
      <button type="button" class="primary" disabled={saving} onClick={() => void saveNow()}>
        {words.actions.save}
      </button>
      <button type="button" disabled={saving} onClick={drafts.discard}>
        {words.actions.discard}
      </button>
      {drafts.conflicts.value.length > 0 && <Conflicts drafts={drafts} nameOf={nameOf} textOf={textOf} />}
    </div>
  )
}

function Conflicts<Value>({
  drafts,
  nameOf,
  textOf,
}: {
  drafts: Drafts<Value>
  nameOf: (key: string) => string
  textOf: (value: Value) => string
}) {
  const close = () => drafts.clash([])
  return (
    <Dialog title={words.drafts.conflictTitle} onClose={close} wide>
      <p>{words.drafts.conflictText}</p>
      {drafts.conflicts.value.map((conflict) => {
        const draft = drafts.all.value.get(conflict.key)
        return (
          <section key={conflict.key} class="conflict">
            <h3>{nameOf(conflict.key)}</h3>
            <dl>
              <dt>{words.drafts.yours}</dt>
              <dd>{draft === undefined ? '–' : textOf(draft.after)}</dd>
              <dt>{conflict.by === null ? words.drafts.stored : words.drafts.storedBy(conflict.by)}</dt>
              <dd>
                {textOf(conflict.stored)}
                {conflict.at !== null && <small> · {instant(conflict.at)}</small>}
              </dd>
            </dl>
            <button type="button" onClick={() => drafts.keepMine(conflict)}>
              {words.drafts.keepMine}
            </button>
            <button type="button" onClick={() => drafts.takeTheirs(conflict)}>
              {words.drafts.takeTheirs}
            </button>
          </section>
        )
      })}
    </Dialog>
  )
}

/** What exactly is wrong, row by row, where the Worker says so. */
function Details({ failure }: { failure: Failure }) {
  const texts = [
    ...problemsOf(failure).map(({ message }) => message),
    ...takenOf(failure).map(({ company, takenBy }) => words.drafts.taken(company.name, takenBy.name)),
  ]
  return texts.length === 0 ? null : (
    <ul>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  )
}
