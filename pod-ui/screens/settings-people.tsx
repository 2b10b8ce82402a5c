import type { InferResponseType } from 'hono/client'
import { useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { announce } from '../components/announcer.tsx'
import { Copy } from '../components/copy.tsx'
import { Field } from '../components/field.tsx'
import { PsaChoice } from '../components/psa-choice.tsx'
import { Rows } from '../components/rows.tsx'
import { SaveBar } from '../components/save-bar.tsx'
import { Select } from '../components/select.tsx'
import { Empty, Notice, Shown } from '../components/states.tsx'
import { createDrafts } from '../drafts.ts'
import { useLoaded } from '../loaded.ts'
import { psaConnection, psaOf } from '../psa.ts'
import { words } from '../words/words.ts'

type Person = InferResponseType<typeof api.people.$get, 200>['items'][number]
type Role = Person['role']

const drafts = createDrafts<Person[]>()
const key = 'people'
const roles: Role[] = ['viewer', 'technician', 'administrator']

/** Who may do more than look. */
export function People() {
  const loading = useLoaded('people', async (signal) => {
    const [{ items }, { access }] = await Promise.all([
      answerOf(api.people.$get({}, { init: { signal } })),
      answerOf(api.session.$get({ query: {} }, { init: { signal } })),
    ])
    return { items, access }
  })
  const [link, setLink] = useState<Link | null>(null)
  return (
    <Shown of={loading.now} again={() => void loading.reload()}>
      {({ items, access }) => (
        <>
          <p class="quiet">{words.people.hint}</p>
          <List stored={items} onLink={access ? null : setLink} />
          <Add stored={items} onLink={access ? null : setLink} />
          {link !== null && (
            <Notice tone="good">
              <Copy key={link.url} label={words.people.linkFor(link.member)} text={link.url} />
            </Notice>
          )}
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

interface Link {
  member: string
  url: string
}

/** Null where there are no sign-in links. */
type OnLink = ((link: Link) => void) | null

function List({ stored, onLink }: { stored: Person[]; onLink: OnLink }) {
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
          key: 'link',
          title: words.people.makeLink,
          hideTitle: true,
          cell: ({ connection, member }) => (
            <MakeLink connection={connection} member={member} onLink={onLink} />
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

/** Nothing for people of ConnectWise, which proves them itself. */
function MakeLink({ connection, member, onLink }: { connection: string; member: string; onLink: OnLink }) {
  const kind = psaOf(connection)?.kind
  if (onLink === null || kind === undefined || kind === 'connectwise') return null
  return (
    <Action
      disabled={member === ''}
      label={`${words.people.makeLink}: ${member}`}
      run={async () => {
        const { url } = await answerOf(api.session.links.$post({ json: { connection, member } }))
        onLink({ member, url })
        announce(words.people.linkFor(member))
      }}
    >
      {words.people.makeLink}
    </Action>
  )
}

function Add({ stored, onLink }: { stored: Person[]; onLink: OnLink }) {
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
      <PsaChoice />
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
      {connection !== null && <MakeLink connection={connection} member={member.trim()} onLink={onLink} />}
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
  return (
    <Select
      label={label}
      hideLabel={!showLabel}
      value={role}
      onChange={(value) => onChange(roles.find((one) => one === value) ?? 'viewer')}
    >
      {roles.map((one) => (
        <option key={one} value={one}>
          {words.app.roles[one]}
        </option>
      ))}
    </Select>
  )
}
