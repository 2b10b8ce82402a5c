import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { type Failure, failureOf } from '../failure.ts'
import { failureText } from '../words/failure.ts'

/** A button for something that takes a moment and may fail; it can't be pressed twice meanwhile. */
export function Action({
  run,
  children,
  primary = false,
  disabled = false,
  label,
}: {
  run: () => Promise<unknown>
  children: ComponentChildren
  primary?: boolean
  disabled?: boolean
  /** Read out in place of what is shown, e.g. with the name of the row. */
  label?: string
}) {
  const [running, setRunning] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  async function start(): Promise<void> {
    setRunning(true)
    setFailure(null)
    try {
      await run()
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setRunning(false)
    }
  }
  return (
    <>
      <button
        type="button"
        class={primary ? 'primary' : ''}
        aria-label={label}
        aria-busy={running}
        disabled={disabled || running}
        onClick={() => void start()}
      >
        {children}
      </button>
      {failure !== null && (
        <span class="action-failure" role="alert">
          {failureText(failure)}
        </span>
      )}
    </>
  )
}
