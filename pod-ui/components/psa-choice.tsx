import { useId } from 'preact/hooks'
import { chosenPsa, psaConnection, psas } from '../psa.ts'
import { words } from '../words/words.ts'

/** Turns the screen to another PSA; nothing where there is one only. */
export function PsaChoice() {
  const id = useId()
  if (psas.value.length < 2) return null
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {words.companies.psa}
      </label>
      <select
        id={id}
        value={psaConnection.value ?? ''}
        onChange={({ currentTarget: { value } }) => {
          chosenPsa.value = value
        }}
      >
        {psas.value.map(({ id: connection, name }) => (
          <option key={connection} value={connection}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}
