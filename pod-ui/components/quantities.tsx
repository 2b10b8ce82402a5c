import { count, difference } from '../format.ts'
import { words } from '../words/words.ts'

/** From, to and the difference; `from` is null where nothing is billed yet. */
export function Quantities({ from, to }: { from: number | null; to: number }) {
  const by = to - (from ?? 0)
  return (
    <span class="quantities">
      <span class="visually-hidden">
        {words.waiting.fromTo(from === null ? '–' : count(from), count(to))}
      </span>
      <span aria-hidden="true">
        {from === null ? '–' : count(from)} → <strong>{count(to)}</strong>
      </span>{' '}
      <span class={by < 0 ? 'badge badge-bad' : 'badge badge-good'}>{difference(by)}</span>
    </span>
  )
}
