import { useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { Empty, Shown } from '../components/states.tsx'
import { useLoaded } from '../loaded.ts'
import { type Connection, connections, loadConnections } from '../psa.ts'
import { go, hrefOf } from '../route.ts'
import { isAdministrator } from '../sign-in.ts'
import { words } from '../words/words.ts'
import { Check } from './connection-check.tsx'
import { ConnectionForm } from './connection-form.tsx'
import { kinds } from './connection-kinds.ts'
import { PageSetup } from './page-setup.tsx'
import { PodRegistration } from './pod-registration.tsx'
import { TestState, TestWrite } from './test-write.tsx'

/** All connections, or the one that is edited: by its id, or a new one as `new` and its kind. */
export function Connections({ detail }: { detail: string[] }) {
  const loading = useLoaded('connections', loadConnections)
  return (
    <Shown of={loading.now} again={() => void loading.reload()}>
      {() => <Loaded all={connections.value ?? []} detail={detail} />}
    </Shown>
  )
}

function Loaded({ all, detail: [first, second] }: { all: Connection[]; detail: string[] }) {
  const kind = first === 'new' ? kinds.find((one) => one === second) : undefined
  const edited = all.find(({ id }) => id === first)
  if (isAdministrator() && kind !== undefined) return <ConnectionForm key={kind} kind={kind} taken={all} />
  if (isAdministrator() && edited !== undefined) return <ConnectionForm key={edited.id} connection={edited} />
  return (
    <>
      {all.length === 0 && <Empty>{words.connections.empty}</Empty>}
      <ul class="cards">
        {all.map((connection) => (
          <li key={connection.id} class="card">
            <ConnectionCard connection={connection} />
          </li>
        ))}
      </ul>
      {isAdministrator() && (
        <div class="buttons">
          {kinds.map((one) => (
            <a key={one} class="button" href={hrefOf({ tab: 'settings', rest: ['connections', 'new', one] })}>
              {words.connections.add(words.connections.kinds[one])}
            </a>
          ))}
        </div>
      )}
    </>
  )
}

function ConnectionCard({ connection }: { connection: Connection }) {
  const { id, kind, name, baseUrl, needsTestWrite } = connection
  return (
    <>
      <h2>{name}</h2>
      <p class="quiet">
        {words.connections.kinds[kind]}
        {baseUrl !== null && ` · ${baseUrl}`}
      </p>
      {needsTestWrite && <TestState connection={connection} />}
      {isAdministrator() && (
        <>
          <Check id={id} />
          {needsTestWrite && <TestWrite connection={connection} />}
          <div class="buttons">
            <a class="button" href={hrefOf({ tab: 'settings', rest: ['connections', id] })}>
              {words.actions.edit}
              <span class="visually-hidden"> {name}</span>
            </a>
            <Remove id={id} name={name} />
          </div>
          {kind === 'connectwise' && <PodRegistration id={id} />}
          {(kind === 'autotask' || kind === 'tigerpaw') && <PageSetup id={id} />}
        </>
      )}
    </>
  )
}

function Remove({ id, name }: { id: string; name: string }) {
  const [asked, setAsked] = useState(false)
  if (!asked) {
    return (
      <button type="button" onClick={() => setAsked(true)}>
        {words.actions.remove}
        <span class="visually-hidden"> {name}</span>
      </button>
    )
  }
  return (
    <>
      <Action
        run={async () => {
          await answerOf(api.connections[':id'].$delete({ param: { id } }))
          await loadConnections()
          go({ tab: 'settings', rest: ['connections'] })
        }}
      >
        {words.connections.reallyRemove(name)}
      </Action>
      <button type="button" onClick={() => setAsked(false)}>
        {words.actions.cancel}
      </button>
    </>
  )
}
