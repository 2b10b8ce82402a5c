import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { rowAt, startsOf } from './row-places.ts'

/** So many rows beyond either edge are in the page as well, so that a turn of the wheel finds them there. */
const beyond = 6

export interface InSight {
  from: number
  /** The row behind the last one. */
  to: number
  /** The height of the rows before `from`, in pixels. */
  above: number
  /** The height of the rows from `to` on, in pixels. */
  below: number
}

/**
 * Which rows of a list are in sight while the whole page is scrolled. What is in sight stays where it is when a row
 * above it turns out to be of another height.
 *
 * @param table whose rows with an `aria-rowindex` are those from `from` to `to`
 */
export function useRowsInSight(
  keys: string[],
  estimate: number,
  table: { current: HTMLTableElement | null },
): InSight {
  const heights = useRef(new Map<string, number>())
  const [measured, setMeasured] = useState(0)
  const [, setMoved] = useState(0)
  const starts = useMemo(() => startsOf(keys, heights.current, estimate), [keys, measured])
  const drawn = useRef({ keys, starts, from: 0, to: 0 })

  function inSight() {
    const top = topOf(table.current)
    return {
      from: Math.max(0, rowAt(starts, -top) - beyond),
      to: Math.min(keys.length, rowAt(starts, window.innerHeight - top) + 1 + beyond),
    }
  }
  const { from, to } = inSight()
  drawn.current = { keys, starts, from, to }
  const follow = useRef(inSight)
  follow.current = inSight

  useEffect(() => {
    const move = () => {
      const now = follow.current()
      if (now.from !== drawn.current.from || now.to !== drawn.current.to) setMoved((moves) => moves + 1)
    }
    const measure = () => {
      const { keys, starts, from } = drawn.current
      const top = topOf(table.current)
      let isNews = false
      let grownAbove = 0
      for (const [nth, row] of [...(table.current?.tBodies[0]?.rows ?? [])].filter(isDrawn).entries()) {
        const key = keys[from + nth] ?? ''
        const { height } = row.getBoundingClientRect()
        const grown = height - (heights.current.get(key) ?? estimate)
        if (grown === 0) continue
        isNews = true
        heights.current.set(key, height)
        if ((starts[from + nth] ?? 0) < -top) grownAbove += grown
      }
      if (isNews) setMeasured((times) => times + 1)
      if (grownAbove !== 0) window.scrollBy(0, grownAbove)
      move()
    }
    const sizes = new ResizeObserver(measure)
    if (table.current !== null) sizes.observe(table.current)
    sizes.observe(document.body)
    window.addEventListener('scroll', move, { passive: true })
    window.addEventListener('resize', move)
    return () => {
      sizes.disconnect()
      window.removeEventListener('scroll', move)
      window.removeEventListener('resize', move)
    }
  }, [])

  return { from, to, above: starts[from] ?? 0, below: (starts.at(-1) ?? 0) - (starts[to] ?? 0) }
}

/** Where the rows begin, in pixels below the upper edge of the window. */
function topOf(table: HTMLTableElement | null): number {
  return table?.tBodies[0]?.getBoundingClientRect().top ?? 0
}

function isDrawn(row: HTMLTableRowElement): boolean {
  return row.ariaRowIndex !== null
}
