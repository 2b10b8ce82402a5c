import { useId, useRef, useState } from 'preact/hooks'
import { words } from '../words/words.ts'

/** A text that people take elsewhere. */
export function Copy({ label, text }: { label: string; text: string }) {
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState(false)

  async function copy(): Promise<void> {
    field.current?.select()
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      // Pages around us may keep the newer way from their frames.
      document.execCommand('copy')
    }
    setCopied(true)
  }
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <div class="toolbar">
        <input id={id} ref={field} readOnly value={text} />
        <button type="button" onClick={() => void copy()}>
          {words.actions.copy} <span class="visually-hidden">{label}</span>
        </button>
        <span role="status">{copied && words.actions.copied}</span>
      </div>
    </div>
  )
}
