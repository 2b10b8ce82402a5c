import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { type Failure, failureOf } from './failure.ts'

/** What a screen knows of something that the Worker keeps. */
export type Loaded<Value> =
  | { state: 'loading' }
  | { state: 'failed'; failure: Failure }
  | { state: 'ready'; value: Value }

export interface Loading<Value> {
  now: Loaded<Value>
  /** Asks again; what is shown stays until the answer is there. */
  reload: () => Promise<void>
}

/**
 * Asks for something at once, and anew whenever `question` changes. An answer to an older question is thrown away.
 *
 * @param everyMs asks again and again, as long as the page is in sight
 */
export function useLoaded<Value>(
  question: string,
  load: (signal: AbortSignal) => Promise<Value>,
  everyMs?: number,
): Loading<Value> {
  const [now, setNow] = useState<Loaded<Value>>({ state: 'loading' })
  const asked = useRef<AbortController | null>(null)
  const latest = useRef(load)
  latest.current = load

  const reload = useCallback(async () => {
    asked.current?.abort()
    const controller = new AbortController()
    asked.current = controller
    try {
      const value = await latest.current(controller.signal)
      if (!controller.signal.aborted) setNow({ state: 'ready', value })
    } catch (error) {
      if (!controller.signal.aborted) setNow({ state: 'failed', failure: failureOf(error) })
    }
  }, [])

  useEffect(() => {
    setNow({ state: 'loading' })
    void reload()
    return () => asked.current?.abort()
  }, [question])

  useEffect(() => {
    if (everyMs === undefined) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void reload()
    }, everyMs)
    return () => clearInterval(timer)
  }, [everyMs])

  return { now, reload }
}
