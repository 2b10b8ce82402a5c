import { Field } from '../components/field.tsx'
import { Select } from '../components/select.tsx'
import { Switch } from '../components/switch.tsx'
import { words } from '../words/words.ts'
import type { Kind, Options } from './connection-kinds.ts'

const bookings = ['daily', 'periodStart'] as const

/** What is chosen for a connection of this kind; nothing where there is nothing to choose. */
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
  switch (kind) {
    case 'ksc':
    case 'connectwise':
      return null
    case 'hub':
      return (
        <Field
          label={words.connections.maxAgeHours}
          hint={words.connections.maxAgeHoursHint}
          type="number"
          value={`${options.maxAgeHours}`}
          onInput={(text) => onChange({ ...options, maxAgeHours: Math.round(Number(text)) })}
          error={faultAt('options.maxAgeHours')}
        />
      )
    case 'autotask':
      return (
        <>
          <Select
            label={words.connections.booking}
            value={`${options.booking}`}
            onChange={(booking) => onChange({ ...options, booking })}
          >
            {bookings.map((booking) => (
              <option key={booking} value={booking}>
                {words.connections.bookings[booking]}
              </option>
            ))}
          </Select>
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
