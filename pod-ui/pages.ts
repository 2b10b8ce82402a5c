import { useEffect, useRef, useState } from 'preact/hooks'
import { type Failure, failureOf } from './failure.ts'

interface Page {
  items: unknown[]
  nextCursor: string | null
}

export interface Pages<Body extends Page> {
  /** Of all pages that came so far. */
  items: Body['items'][number][]
  /** The first page as it was answered; null until it is there. */
  first: Body | null
  /** Whether every page is there. */
  complete: boolean
  /** Why no further page came; what came before stays. */
  failure: Failure | null
  /** Settles when all of it was asked for again. */
  reload: () => Promise<void>
}

/** Asks for a whole list, page after page, anew whenever `question` changes; shown as it comes. */
export function usePages<Body extends Page>(
  question: string,
  load: (cursor: string | null, signal: AbortSignal) => Promise<Body>,
): Pages<Body> {
  const nothing = { items: [], first: null, complete: false, failure: null }
  const [shown, setShown] = useState<Omit<Pages<Body>, 'reload'>>(nothing)
  const [round, setRound] = useState(0)
  const waiting = useRef<(() => void)[]>([])
  const settle = () => {
    for (const go of waiting.current.splice(0)) go()
  }
  const before = useRef(question)
  const latest = useRef(load)
  latest.current = load

  useEffect(() => {
    const controller = new AbortController()
    // A list that is asked for again stays in sight until its first page is there.
    if (before.current !== question) setShown(nothing)
    before.current = question

    const read = async () => {
      let cursor: string | null = null
      let items: Body['items'][number][] = []
      let first: Body | null = null
      do {
        const page: Body = await latest.current(cursor, controller.signal)
        if (controller.signal.aborted) return
        items = [...items, ...page.items]
        first ??= page
        cursor = page.nextCursor
        setShown({ items, first, complete: cursor === null, failure: null })
      } while (cursor !== null)
    }
    read()
      .catch((error) => {
        if (!controller.signal.aborted) setShown((was) => ({ ...was, failure: failureOf(error) }))
      })
      .finally(() => {
        if (!controller.signal.aborted) settle()
      })
    return () => controller.abort()
  }, [question, round])
  useEffect(() => settle, [])

  function reload(): Promise<void> {
    setRound((was) => was + 1)
    return new Promise((resolve) => waiting.current.push(resolve))
  }

  return { ...shown, reload }
}
