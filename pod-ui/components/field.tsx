import { useId } from 'preact/hooks'

const types = {
  text: { type: 'text', autocomplete: 'off' },
  date: { type: 'date', autocomplete: 'off' },
  number: { type: 'number', autocomplete: 'off' },
  time: { type: 'time', autocomplete: 'off' },
  secret: { type: 'password', autocomplete: 'new-password' },
} as const

/** A text to enter, with its label, a hint and what is wrong with it. */
export function Field({
  label,
  value,
  onInput,
  hint,
  error = null,
  type = 'text',
  max,
  secret = false,
  long = false,
  disabled = false,
}: {
  label: string
  value: string
  onInput: (text: string) => void
  hint?: string
  error?: string | null
  type?: 'text' | 'date' | 'number' | 'time'
  /** The last day that can be chosen. */
  max?: string
  secret?: boolean
  /** Several lines. */
  long?: boolean
  disabled?: boolean
}) {
  const id = useId()
  const described = [hint === undefined ? '' : `${id}-hint`, error === null ? '' : `${id}-error`]
    .filter((one) => one !== '')
    .join(' ')
  const shared = {
    id,
    value,
    disabled,
    'aria-invalid': error !== null,
    ...(described === '' ? {} : { 'aria-describedby': described }),
  }
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      {long ? (
        <textarea {...shared} onInput={(event) => onInput(event.currentTarget.value)} />
      ) : (
        <input
          {...shared}
          {...types[secret ? 'secret' : type]}
          {...(max === undefined ? {} : { max })}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} class="quiet">
          {hint}
        </p>
      )}
      {error !== null && (
        <p id={`${id}-error`} class="field-error">
          {error}
        </p>
      )}
    </div>
  )
}
