import type { ComponentChildren } from 'preact'
import type { Failure } from '../failure.ts'
import type { Loaded } from '../loaded.ts'
import { failureText } from '../words/failure.ts'
import { words } from '../words/words.ts'

/** Grey bars in the place of what is still loading; they appear only where it takes a moment. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div class="skeleton" role="status" aria-label={words.app.loading}>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} class="skeleton-line" />
      ))}
    </div>
  )
}

/** Nothing is there, and what to do about it. */
export function Empty({ children, action }: { children: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>{children}</p>
      {action}
    </div>
  )
}

/** What happened, and a way to try again. */
export function Failed({ failure, again }: { failure: Failure; again?: () => void }) {
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>{words.failures.title}.</strong> {failureText(failure)}
      </p>
      {again && (
        <button type="button" onClick={again}>
          {words.actions.tryAgain}
        </button>
      )}
    </div>
  )
}

export function Notice({
  tone = 'plain',
  children,
}: {
  tone?: 'plain' | 'good' | 'warn' | 'bad'
  children: ComponentChildren
}) {
  return <div class={`notice notice-${tone}`}>{children}</div>
}

/** Draws every state of something that is loaded. */
export function Shown<Value>({
  of,
  again,
  lines,
  children,
}: {
  of: Loaded<Value>
  again?: () => void
  lines?: number
  children: (value: Value) => ComponentChildren
}) {
  switch (of.state) {
    case 'loading':
      return <Skeleton {...(lines === undefined ? {} : { lines })} />
    case 'failed':
      return <Failed failure={of.failure} {...(again === undefined ? {} : { again })} />
    case 'ready':
      return <>{children(of.value)}</>
  }
}
