import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

/** One of a few that are all shown at once. */
export function Select({
  label,
  hideLabel = false,
  value,
  onChange,
  error = null,
  disabled = false,
  children,
}: {
  label: ComponentChildren
  hideLabel?: boolean
  value: string
  onChange: (value: string) => void
  error?: string | null
  disabled?: boolean
  /** The options. */
  children: ComponentChildren
}) {
  const id = useId()
  return (
    <div class="field">
      <label class={hideLabel ? 'visually-hidden' : 'field-label'} for={id}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-invalid={error !== null}
        {...(error === null ? {} : { 'aria-describedby': `${id}-error` })}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {children}
      </select>
      {error !== null && (
        <p id={`${id}-error`} class="field-error">
          {error}
        </p>
      )}
    </div>
  )
}
