import type { InferResponseType } from 'hono/client'
import { useId, useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { Field } from '../components/field.tsx'
import { Rows } from '../components/rows.tsx'
import { SaveBar } from '../components/save-bar.tsx'
import { Empty, Shown } from '../components/states.tsx'
import { createDrafts } from '../drafts.ts'
import { useLoaded } from '../loaded.ts'
import { psaConnection } from '../psa.ts'
import { words } from '../words/words.ts'

type Person = InferResponseType<typeof api.people.$get, 200>['items'][number]
type Role = Person['role']

const drafts = createDrafts<Person[]>()
const key = 'people'
const roles: Role[] = ['viewer', 'technician', 'administrator']

/** Who may do more than look. */
export function People() {
  const loading = useLoaded('people', (signal) => answerOf(api.people.$get({}, { init: { signal } })))
  return (
    <Shown of={loading.now} again={() => void loading.reload()}>
      {({ items }) => (
        <>
          <p class="quiet">{words.people.hint}</p>
          <List stored={items} />
          <Add stored={items} />
          <SaveBar
            drafts={drafts}
            save={async () => {
              const draft = drafts.all.value.get(key)
              if (draft === undefined) return 0
              await answerOf(api.people.$put({ json: draft }))
              return 1
            }}
            reload={loading.reload}
            nameOf={() => words.settings.pages.people}
            textOf={(people) =>
              people.map(({ member, role }) => `${member}: ${words.app.roles[role]}`).join(', ') || '–'
            }
          />
        </>
      )}
    </Shown>
  )
}

function List({ stored }: { stored: Person[] }) {
  const now = drafts.of(key, stored)
  if (now.length === 0) return <Empty>{words.people.empty}</Empty>
  const change = (person: Person, role: Role | null) =>
    drafts.change(
      key,
      stored,
      now.flatMap((one) => (one !== person ? [one] : role === null ? [] : [{ ...one, role }])),
    )
  return (
    <Rows
      label={words.settings.pages.people}
      rows={now}
      keyOf={({ connection, member }) => `${connection}/${member}`}
      columns={[
        { key: 'member', title: words.people.member, isHeader: true, cell: ({ member }) => member },
        { key: 'connection', title: words.people.connection, cell: ({ connection }) => connection },
        {
          key: 'role',
          title: words.people.role,
          cell: (person) => (
            <RoleSelect
              label={`${words.people.role}: ${person.member}`}
              role={person.role}
              onChange={(role) => change(person, role)}
            />
          ),
        },
        {
          key: 'remove',
          title: words.actions.remove,
          hideTitle: true,
          cell: (person) => (
            <button type="button" onClick={() => change(person, null)}>
              {words.actions.remove}
              <span class="visually-hidden"> {person.member}</span>
            </button>
          ),
        },
      ]}
    />
  )
}

function Add({ stored }: { stored: Person[] }) {
  const [member, setMember] = useState('')
  const [role, setRole] = useState<Role>('technician')
  const now = drafts.of(key, stored)
  const connection = psaConnection.value
  const isThere = now.some(
    (one) => one.connection === connection && one.member.toLowerCase() === member.trim().toLowerCase(),
  )
  return (
    <form
      class="toolbar"
      onSubmit={(event) => {
        event.preventDefault()
        if (connection === null || member.trim() === '' || isThere) return
        drafts.change(key, stored, [...now, { connection, member: member.trim(), role }])
        setMember('')
      }}
    >
      <Field
        label={words.people.member}
        value={member}
        onInput={setMember}
        error={isThere ? words.people.isThere : null}
      />
      <RoleSelect label={words.people.role} role={role} onChange={setRole} showLabel />
      <button type="submit" disabled={connection === null}>
        {words.actions.add}
      </button>
    </form>
  )
}

function RoleSelect({
  label,
  role,
  onChange,
  showLabel = false,
}: {
  label: string
  role: Role
  onChange: (role: Role) => void
  showLabel?: boolean
}) {
  const id = useId()
  return (
    <div class="field">
      <label class={showLabel ? 'field-label' : 'visually-hidden'} for={id}>
        {label}
      </label>
      <select
        id={id}
        value={role}
        onChange={({ currentTarget: { value } }) => onChange(roles.find((one) => one === value) ?? 'viewer')}
      >
        {roles.map((one) => (
          <option key={one} value={one}>
            {words.app.roles[one]}
          </option>
        ))}
      </select>
    </div>
  )
}
