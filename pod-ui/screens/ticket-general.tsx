import { useState } from 'preact/hooks'
import { companies } from '../choices.ts'
import { Combobox, type Option } from '../components/combobox.tsx'
import { Field } from '../components/field.tsx'
import { FilingFields } from '../components/filing-fields.tsx'
import { Switch } from '../components/switch.tsx'
import { type AllRules, changeRules, type OwnCompany, rulesNow, type TicketRules } from '../ticket-rules.ts'
import { psaWords } from '../words/psa.ts'
import { words } from '../words/words.ts'

/** What holds for all rules of one PSA. */
export function TicketGeneral({
  connection,
  rules,
  stored,
  own,
  disabled,
  onChange,
}: {
  connection: string
  /** Undefined where there are none yet. */
  rules: TicketRules | undefined
  stored: AllRules
  /** What those are called that were chosen before. */
  own: OwnCompany[]
  disabled: boolean
  onChange: (part: Partial<TicketRules>) => void
}) {
  const [chosen, setChosen] = useState<Option | null>(null)
  const company = rules?.health.company ?? null
  const name = [chosen, ...own.filter((one) => one.connection === connection)].find(
    (one) => one?.id === company,
  )?.name
  return (
    <div class="form">
      <FilingFields
        connection={connection}
        value={rules ?? {}}
        general={null}
        disabled={disabled}
        onChange={(filing) => onChange(filing as Partial<TicketRules>)}
      />
      {rules && (
        <>
          <Field
            label={words.tickets.reopenDays}
            hint={words.tickets.reopenDaysHint}
            type="number"
            disabled={disabled}
            value={`${rules.reopenDays}`}
            onInput={(text) => onChange({ reopenDays: Math.round(Number(text)) })}
          />
          <Switch
            label={words.tickets.healthOn}
            on={rules.health.on}
            disabled={disabled}
            onChange={(on) => onChange({ health: { ...rules.health, on } })}
          />
          {rules.health.on && (
            <Combobox
              label={words.tickets.ownCompany}
              value={company === null ? null : { id: company, name: name ?? `#${company}` }}
              placeholder={words.tickets.ownCompanyFound}
              disabled={disabled}
              search={(text, signal) => companies(connection, text, signal)}
              onChoose={(option) => {
                setChosen(option)
                onChange({ health: { ...rules.health, company: option.id } })
              }}
              onClear={() => onChange({ health: { ...rules.health, company: null } })}
            />
          )}
          <LeftOut connection={connection} stored={stored} disabled={disabled} />
        </>
      )}
    </div>
  )
}

/** Companies that get no tickets. */
function LeftOut({
  connection,
  stored,
  disabled,
}: {
  connection: string
  stored: AllRules
  disabled: boolean
}) {
  const now = rulesNow(stored)
  const own = now.companies.filter(({ company, off }) => off && company.connection === connection)
  const put = (all: AllRules['companies']) => changeRules(stored, { ...now, companies: all })
  const without = (id: string) =>
    now.companies.filter(({ company }) => company.connection !== connection || company.id !== id)
  const title = words.tickets.leftOut(psaWords(connection).companiesNoun)
  return (
    <fieldset class="guard-rails">
      <legend class="field-label">{title}</legend>
      <ul>
        {own.map(({ company, name }) => (
          <li key={company.id}>
            {name ?? `#${company.id}`}{' '}
            {!disabled && (
              <button type="button" onClick={() => put(without(company.id))}>
                {words.actions.remove}
                <span class="visually-hidden"> {name}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {!disabled && (
        <Combobox
          label={psaWords(connection).company}
          value={null}
          search={(text, signal) => companies(connection, text, signal)}
          onChoose={({ id, name }) => put([...without(id), { company: { connection, id }, off: true, name }])}
        />
      )}
    </fieldset>
  )
}
