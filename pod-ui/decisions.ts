import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

const made = signal(0)

/** Tells every list on the screen that somebody decided something: a change can stand in several of them. */
export function tellDecided(): void {
  made.value++
}

/** Asks anew after each decision, wherever it was made. */
export function useAfterDecisions(reload: () => unknown): void {
  const now = made.value
  const seen = useRef(now)
  useEffect(() => {
    if (seen.current !== now) void reload()
    seen.current = now
  }, [now])
}
