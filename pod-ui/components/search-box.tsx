import { useId, useState } from 'preact/hooks'
import { words } from '../words/words.ts'

/** Searches when its button or Enter is pressed, and at once when it is emptied. */
export function SearchBox({
  label,
  value,
  onSearch,
}: {
  label: string
  value: string
  onSearch: (text: string) => void
}) {
  const id = useId()
  const [typed, setTyped] = useState(value)
  return (
    <search>
      <form
        class="search-box"
        onSubmit={(event) => {
          event.preventDefault()
          onSearch(typed.trim())
        }}
      >
        <label class="visually-hidden" for={id}>
          {label}
        </label>
        <input
          id={id}
          type="search"
          placeholder={label}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value)
            if (event.currentTarget.value === '') onSearch('')
          }}
        />
        <button type="submit">{words.actions.search}</button>
      </form>
    </search>
  )
}
