import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

/** Shown when it is unfolded, and not made before that. */
export function Folded({
  summary,
  children,
}: {
  summary: ComponentChildren
  children: () => ComponentChildren
}) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {open && children()}
    </details>
  )
}
