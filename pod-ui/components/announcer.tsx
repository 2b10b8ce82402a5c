import { signal } from '@preact/signals'

const spoken = signal('')

/** Says something to people who can't see the screen, e.g. how many rows match. */
export function announce(text: string): void {
  spoken.value = text
}

export function Announcer() {
  return (
    <p class="visually-hidden" role="status" aria-live="polite">
      {spoken.value}
    </p>
  )
}
