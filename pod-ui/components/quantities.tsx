import { count, difference } from '../format.ts'
import { quantityText, type Unit } from '../words/quantity.ts'
import { words } from '../words/words.ts'

/** From, to with what it counts, and the difference; `from` is null where nothing is billed yet. */
export function Quantities({
  from,
  to,
  units = [],
}: {
  from: number | null
  to: number
  units?: Unit[] | undefined
}) {
  const by = to - (from ?? 0)
  return (
    <span class="quantities">
      <span class="visually-hidden">
        {words.waiting.fromTo(from === null ? '–' : count(from), quantityText(to, units))}
      </span>
      <span aria-hidden="true">
        {from === null ? '–' : count(from)} → <strong>{quantityText(to, units)}</strong>
      </span>{' '}
      <span class={by < 0 ? 'badge badge-bad' : 'badge badge-good'}>{difference(by)}</span>
    </span>
  )
}
