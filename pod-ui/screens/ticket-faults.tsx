import { Field } from '../components/field.tsx'
import { FilingFields } from '../components/filing-fields.tsx'
import { Folded } from '../components/folded.tsx'
import { Rows } from '../components/rows.tsx'
import { Switch } from '../components/switch.tsx'
import {
  atLevel,
  eventRule,
  type Filing,
  isAtLevel,
  type Level,
  reasons,
  severities,
  statusRule,
  type TicketRules,
} from '../ticket-rules.ts'
import { words } from '../words/words.ts'

interface Shared {
  rules: TicketRules
  disabled: boolean
  onChange: (part: Partial<TicketRules>) => void
}

/** Which events become tickets. */
export function EventRules({ rules, disabled, onChange }: Shared) {
  const put = (changes: TicketRules['events']) => onChange({ events: { ...rules.events, ...changes } })
  return (
    <Faults
      title={words.tickets.pages.events}
      rules={rules}
      disabled={disabled}
      hint={words.tickets.eventsHint}
      numberLabel={words.tickets.lifetimeDays}
      faults={severities.map((severity) => {
        const rule = eventRule(rules, severity)
        return {
          key: severity,
          title: words.tickets.severities[severity],
          on: rule.on,
          number: rule.lifetimeDays,
          filing: rule,
          onNumber: (lifetimeDays) => put({ [severity]: { ...rule, lifetimeDays } }),
          onFiling: (filing) => put({ [severity]: { ...rule, ...filing } as typeof rule }),
          switched: (on) => ({ events: { [severity]: { ...rule, on } } }),
        }
      })}
      onSwitch={(changes) => put(Object.assign({}, ...changes.map(({ events }) => events)))}
    />
  )
}

/** Which reasons for which devices are Warning or Critical become tickets. */
export function StatusRules({ rules, disabled, onChange, level }: Shared & { level: Level }) {
  const put = (changes: TicketRules['statuses']) => onChange({ statuses: { ...rules.statuses, ...changes } })
  return (
    <Faults
      title={words.tickets.pages[level]}
      rules={rules}
      disabled={disabled}
      hint={words.tickets.statusHint}
      numberLabel={words.tickets.delayMinutes}
      faults={reasons.map((reason) => {
        const rule = statusRule(rules, reason)
        return {
          key: reason,
          title: words.tickets.reasons[reason],
          on: isAtLevel(rule, level),
          number: rule.delayMinutes,
          filing: rule,
          onNumber: (delayMinutes) => put({ [reason]: { ...rule, delayMinutes } }),
          onFiling: (filing) => put({ [reason]: { ...rule, ...filing } as typeof rule }),
          switched: (on) => ({ statuses: { [reason]: atLevel(rule, level, on) } }),
        }
      })}
      onSwitch={(changes) => put(Object.assign({}, ...changes.map(({ statuses }) => statuses)))}
    />
  )
}

type Changes = Partial<Pick<TicketRules, 'events' | 'statuses'>>

interface Fault {
  key: string
  title: string
  on: boolean
  number: number
  filing: Filing
  onNumber: (number: number) => void
  onFiling: (filing: Filing) => void
  switched: (on: boolean) => Changes
}

function Faults({
  title,
  hint,
  numberLabel,
  rules,
  disabled,
  faults,
  onSwitch,
}: {
  title: string
  hint: string
  numberLabel: string
  rules: TicketRules
  disabled: boolean
  faults: Fault[]
  onSwitch: (changes: Changes[]) => void
}) {
  return (
    <>
      <p class="quiet">{hint}</p>
      {!disabled && (
        <div class="buttons">
          {[true, false].map((on) => (
            <button
              key={`${on}`}
              type="button"
              onClick={() =>
                onSwitch(faults.filter((fault) => fault.on !== on).map((fault) => fault.switched(on)))
              }
            >
              {on ? words.tickets.allOn : words.tickets.allOff}
            </button>
          ))}
        </div>
      )}
      <Rows
        label={title}
        rows={faults}
        keyOf={({ key }) => key}
        columns={[
          {
            key: 'fault',
            title,
            isHeader: true,
            cell: (fault) => (
              <Switch
                label={fault.title}
                on={fault.on}
                disabled={disabled}
                onChange={(on) => onSwitch([fault.switched(on)])}
              />
            ),
          },
          {
            key: 'number',
            title: numberLabel,
            hideTitle: true,
            cell: (fault) =>
              fault.on && (
                <Field
                  label={numberLabel}
                  type="number"
                  disabled={disabled}
                  value={`${fault.number}`}
                  onInput={(text) => fault.onNumber(Math.round(Number(text)))}
                />
              ),
          },
          {
            key: 'filing',
            title: words.tickets.filing,
            hideTitle: true,
            cell: (fault) =>
              fault.on && (
                <Folded summary={isOwn(fault.filing) ? words.tickets.ownFiling : words.tickets.asInGeneral}>
                  {() => (
                    <div class="form">
                      <FilingFields
                        connection={rules.connection}
                        value={fault.filing}
                        general={rules}
                        disabled={disabled}
                        onChange={fault.onFiling}
                      />
                    </div>
                  )}
                </Folded>
              ),
          },
        ]}
      />
    </>
  )
}

function isOwn({ board, statusNew, statusClosed, priority, type, assignee }: Filing): boolean {
  return [board, statusNew, statusClosed, priority, type, assignee].some((value) => value !== undefined)
}
