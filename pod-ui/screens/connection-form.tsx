import { useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { announce } from '../components/announcer.tsx'
import { Field } from '../components/field.tsx'
import { Select } from '../components/select.tsx'
import { Failed } from '../components/states.tsx'
import { Switch } from '../components/switch.tsx'
import { type Failure, failureOf, problemsOf } from '../failure.ts'
import { type Connection, connections, loadConnections } from '../psa.ts'
import { go, hrefOf } from '../route.ts'
import { words } from '../words/words.ts'
import { Check } from './connection-check.tsx'
import { addresses, firstOptions, freeId, type Kind, readable, secrets } from './connection-kinds.ts'
import { OptionFields } from './connection-options.tsx'
import { TestState, TestWrite } from './test-write.tsx'

/** How the use of a source without an API arrives. */
type Way = 'report' | 'feed'

/** Adds a connection, or changes one: secrets that are left empty stay as they are. */
export function ConnectionForm(props: { connection: Connection } | { kind: Kind; taken: Connection[] }) {
  const stored = 'connection' in props ? props.connection : null
  const kind = 'connection' in props ? props.connection.kind : props.kind
  const [id] = useState(() => ('connection' in props ? props.connection.id : freeId(props.kind, props.taken)))
  const [name, setName] = useState(stored?.name ?? words.connections.kinds[kind])
  const [baseUrl, setBaseUrl] = useState(stored?.baseUrl ?? addresses[kind] ?? '')
  const [entered, setEntered] = useState<Record<string, string>>({})
  const [internal, setInternal] = useState(true)
  const [way, setWay] = useState<Way>(stored?.baseUrl ? 'feed' : 'report')
  const [needsToken, setNeedsToken] = useState(stored?.hasCredentials === true)
  const [options, setOptions] = useState({ ...firstOptions[kind], ...stored?.options })
  const [headers, setHeaders] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [saving, setSaving] = useState(false)
  const [saved, setSaved] = useState(false)
  const faults = failure?.code === 'invalid' ? problemsOf(failure) : []
  const faultAt = (path: string) => faults.find((fault) => fault.path === path)?.message ?? null
  const isUploaded = kind === 'hub' && way === 'report'
  const isFeed = kind === 'hub' && way === 'feed'
  const isWithoutSecrets = isUploaded || (isFeed && !needsToken)
  const names: readonly string[] = isWithoutSecrets ? [] : secrets[kind]
  const now = connections.value?.find((one) => one.id === id)

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    setSaving(true)
    setFailure(null)
    try {
      const isEntered = names.some((one) => (entered[one] ?? '') !== '')
      const isTokenMissing = isFeed && needsToken && stored?.hasCredentials !== true
      const credentials = {
        ...Object.fromEntries(names.map((one) => [one, entered[one] ?? ''])),
        ...(kind === 'ksc' ? { internal } : {}),
      }
      const json = {
        kind,
        name,
        baseUrl: isUploaded ? null : baseUrl,
        ...(isWithoutSecrets ? { credentials: null } : isEntered || isTokenMissing ? { credentials } : {}),
        ...(firstOptions[kind] === undefined ? {} : { options }),
        ...(isUploaded ? { headers: {} } : headers.trim() === '' ? {} : { headers: headersOf(headers) }),
      }
      await answerOf(api.connections[':id'].$put({ param: { id }, json }))
      await loadConnections()
      announce(words.drafts.saved(1))
      setEntered({})
      setHeaders('')
      setSaved(true)
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setSaving(false)
    }
  }

  return (
    <>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <h2>{stored === null ? words.connections.add(words.connections.kinds[kind]) : stored.name}</h2>
        <Field label={words.connections.name} value={name} onInput={setName} error={faultAt('name')} />
        {kind === 'hub' && (
          <Select
            label={words.connections.way}
            value={way}
            onChange={(value) => setWay(value === 'feed' ? 'feed' : 'report')}
          >
            <option value="report">{words.connections.ways.report}</option>
            <option value="feed">{words.connections.ways.feed}</option>
          </Select>
        )}
        {!isUploaded && (
          <Field
            label={words.connections.address}
            hint={words.connections.addressHints[kind]}
            value={baseUrl}
            onInput={setBaseUrl}
            error={faultAt('baseUrl')}
          />
        )}
        {isFeed && <Switch label={words.connections.needsToken} on={needsToken} onChange={setNeedsToken} />}
        {names.map((one) => (
          <Field
            key={one}
            label={words.connections.secrets[one as keyof typeof words.connections.secrets]}
            {...(stored?.hasCredentials ? { hint: words.connections.keepsStored } : {})}
            secret={!readable.has(one)}
            value={entered[one] ?? ''}
            onInput={(text) => setEntered({ ...entered, [one]: text })}
            error={faultAt(`credentials.${one}`)}
          />
        ))}
        {faultAt('credentials') !== null && <p class="field-error">{faultAt('credentials')}</p>}
        <OptionFields kind={kind} options={options} onChange={setOptions} faultAt={faultAt} />
        {kind === 'ksc' && (
          <Switch label={words.connections.internalUser} on={internal} onChange={setInternal} />
        )}
        {(kind === 'ksc' || isFeed) && (
          <Field
            label={words.connections.headers}
            hint={
              stored !== null && stored.headerNames.length > 0
                ? `${words.connections.headersHint} ${words.connections.storedHeaders(stored.headerNames.join(', '))}`
                : words.connections.headersHint
            }
            long
            value={headers}
            onInput={setHeaders}
            error={faults.find(({ path }) => path.startsWith('headers'))?.message ?? null}
          />
        )}
        {failure !== null && faults.length === 0 && <Failed failure={failure} />}
        <div class="buttons">
          <button type="submit" class="primary" disabled={saving}>
            {words.actions.save}
          </button>
          <a class="button" href={hrefOf({ tab: 'settings', rest: ['connections'] })}>
            {words.actions.back}
          </a>
        </div>
        {saved && <Check id={id} />}
        {saved && stored === null && (
          <div>
            <button type="button" onClick={() => go({ tab: 'today', rest: [] })}>
              {words.connections.nextStep}
            </button>
          </div>
        )}
      </form>
      {saved && now?.needsTestWrite && (
        <>
          <TestState connection={now} />
          <TestWrite connection={now} />
        </>
      )}
    </>
  )
}

/** A line for each header, `Name: value`. */
function headersOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
      }),
  )
}
