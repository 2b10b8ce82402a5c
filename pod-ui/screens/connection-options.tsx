import { useId } from 'preact/hooks'
import { Field } from '../components/field.tsx'
import { Switch } from '../components/switch.tsx'
import { words } from '../words/words.ts'
import type { Kind, Options } from './connection-kinds.ts'

const bookings = ['daily', 'periodStart'] as const

/** How a PSA of this kind is billed; nothing where there is nothing to choose. */
export function OptionFields({
  kind,
  options,
  onChange,
  faultAt,
}: {
  kind: Kind
  options: Options
  onChange: (options: Options) => void
  faultAt: (path: string) => string | null
}) {
  const id = useId()
  switch (kind) {
    case 'ksc':
    case 'connectwise':
      return null
    case 'autotask':
      return (
        <>
          <div class="field">
            <label class="field-label" for={id}>
              {words.connections.booking}
            </label>
            <select
              id={id}
              value={`${options.booking}`}
              onChange={({ currentTarget: { value } }) => onChange({ ...options, booking: value })}
            >
              {bookings.map((booking) => (
                <option key={booking} value={booking}>
                  {words.connections.bookings[booking]}
                </option>
              ))}
            </select>
          </div>
          <Switch
            label={words.connections.createMissingService}
            on={options.createMissingService === true}
            onChange={(createMissingService) => onChange({ ...options, createMissingService })}
          />
        </>
      )
    case 'tigerpaw':
      return (
        <Field
          label={words.connections.externalProduct}
          hint={words.connections.externalProductHint}
          value={`${options.externalProduct}`}
          onInput={(externalProduct) => onChange({ ...options, externalProduct })}
          error={faultAt('options.externalProduct')}
        />
      )
  }
}
