/** On or off, at once. */
export function Switch({
  label,
  on,
  onChange,
  disabled = false,
  describedBy,
  hideLabel = false,
}: {
  label: string
  on: boolean
  onChange: (on: boolean) => void
  disabled?: boolean
  describedBy?: string
  /** The name is still read out. */
  hideLabel?: boolean
}) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={on}
        aria-checked={on}
        disabled={disabled}
        aria-describedby={describedBy}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class={hideLabel ? 'visually-hidden' : ''}>{label}</span>
    </label>
  )
}
