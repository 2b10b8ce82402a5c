import { chosenPsa, psaConnection, psas } from '../psa.ts'
import { words } from '../words/words.ts'
import { Select } from './select.tsx'

/** Turns the screen to another PSA; nothing where there is one only. */
export function PsaChoice() {
  if (psas.value.length < 2) return null
  return (
    <Select
      label={words.companies.psa}
      value={psaConnection.value ?? ''}
      onChange={(value) => {
        chosenPsa.value = value
      }}
    >
      {psas.value.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  )
}
