import type { ComponentChildren } from 'preact'
import { count } from '../format.ts'

/** A part of a screen with how much there is in it. */
export function Part({
  title,
  number,
  children,
}: {
  title: string
  number?: number
  children: ComponentChildren
}) {
  return (
    <section class="section part" aria-label={title}>
      <h2>
        {title} {number !== undefined && <span class="badge">{count(number)}</span>}
      </h2>
      {children}
    </section>
  )
}
