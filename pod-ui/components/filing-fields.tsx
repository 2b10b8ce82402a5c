import { useState } from 'preact/hooks'
import { type Failure, failureOf } from '../failure.ts'
import { useLoaded } from '../loaded.ts'
import { type Choice, type ChoiceList, type Filing, filingOn, ticketChoices } from '../ticket-rules.ts'
import { psaWords } from '../words/psa.ts'
import { words } from '../words/words.ts'
import { Select } from './select.tsx'
import { Failed } from './states.tsx'

/**
 * What tickets are filed under.
 *
 * @param general what holds where nothing else is chosen; null where that is what is chosen here
 */
export function FilingFields({
  connection,
  value,
  general,
  disabled,
  onChange,
}: {
  connection: string
  value: Filing
  general: Filing | null
  disabled: boolean
  onChange: (filing: Filing) => void
}) {
  const board = value.board ?? general?.board ?? ''
  const boards = useChoices(connection, 'board')
  const statuses = useChoices(connection, 'status', board)
  const types = useChoices(connection, 'type', board)
  const priorities = useChoices(connection, 'priority')
  const assignees = useChoices(connection, 'assignee')
  const [failure, setFailure] = useState<Failure | null>(null)
  const shared = { connection, disabled, inherits: general !== null }
  const failed = [boards, statuses, types, priorities, assignees].find((list) => list.failure !== null)

  async function chooseBoard(chosen: string | null | undefined): Promise<void> {
    setFailure(null)
    if (chosen == null) {
      onChange({ board: undefined, statusNew: undefined, statusClosed: undefined, type: undefined })
      return
    }
    try {
      onChange(await filingOn(connection, chosen, { ...general, ...value }))
    } catch (error) {
      setFailure(failureOf(error))
    }
  }

  return (
    <>
      {failure !== null && <Failed failure={failure} />}
      {failed?.failure != null && <Failed failure={failed.failure} again={failed.again} />}
      <ChoiceSelect
        {...shared}
        label={psaWords(connection).board}
        items={boards.items}
        value={value.board ?? (general === null ? '' : undefined)}
        onChange={(chosen) => void chooseBoard(chosen)}
      />
      {board !== '' && (
        <>
          <ChoiceSelect
            {...shared}
            label={words.tickets.statusNew}
            items={statuses.items}
            value={value.statusNew}
            onChange={(statusNew) => onChange({ statusNew: statusNew ?? undefined })}
          />
          <ChoiceSelect
            {...shared}
            label={words.tickets.statusClosed}
            items={statuses.items}
            value={value.statusClosed}
            onChange={(statusClosed) => onChange({ statusClosed: statusClosed ?? undefined })}
          />
          <ChoiceSelect
            {...shared}
            optional
            label={words.tickets.priority}
            items={priorities.items}
            value={value.priority}
            onChange={(priority) => onChange({ priority })}
          />
          <ChoiceSelect
            {...shared}
            optional
            label={words.tickets.type}
            items={types.items}
            value={value.type}
            onChange={(type) => onChange({ type })}
          />
          <ChoiceSelect
            {...shared}
            optional
            label={words.tickets.assignee}
            items={assignees.items}
            value={value.assignee}
            onChange={(assignee) => onChange({ assignee })}
          />
        </>
      )}
    </>
  )
}

function useChoices(connection: string, list: ChoiceList, board?: string) {
  const { now, reload } = useLoaded(JSON.stringify([connection, list, board]), (signal) =>
    ticketChoices(connection, list, board, signal),
  )
  return {
    /** Null until they are there. */
    items: now.state === 'ready' ? now.value : null,
    failure: now.state === 'failed' ? now.failure : null,
    again: () => void reload(),
  }
}

/** An id may be any text, so that each option says what it is. */
const chosen = (id: string) => `=${id}`
const inherited = 'general'
const nothing = 'nothing'

function ChoiceSelect({
  label,
  items,
  value,
  connection,
  disabled,
  inherits,
  optional = false,
  onChange,
}: {
  label: string
  items: Choice[] | null
  /** Undefined: as in General. Null: nothing. Empty: still to be chosen. */
  value: string | null | undefined
  connection: string
  disabled: boolean
  inherits: boolean
  /** Nothing may be chosen. */
  optional?: boolean
  onChange: (id: string | null | undefined) => void
}) {
  const isListed = value == null || items?.some(({ id }) => id === value) === true
  return (
    <Select
      label={label}
      disabled={disabled || items === null}
      value={value === undefined ? inherited : value === null ? nothing : chosen(value)}
      onChange={(option) =>
        onChange(option === inherited ? undefined : option === nothing ? null : option.slice(1))
      }
    >
      {inherits && <option value={inherited}>{words.tickets.asInGeneral}</option>}
      {optional && <option value={nothing}>{words.tickets.leftToPsa(psaWords(connection).name)}</option>}
      {!isListed && (
        <option value={chosen(value)} disabled>
          {items === null
            ? words.app.loading
            : value === ''
              ? words.companies.choose(label)
              : words.tickets.noLonger(value, psaWords(connection).name)}
        </option>
      )}
      {items?.map(({ id, name }) => (
        <option key={id} value={chosen(id)}>
          {name}
        </option>
      ))}
    </Select>
  )
}
