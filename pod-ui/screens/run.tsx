import type { InferResponseType } from 'hono/client'
import { useState } from 'preact/hooks'
import { api, answerOf, fileOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { Quantities } from '../components/quantities.tsx'
import { Rows } from '../components/rows.tsx'
import { RunState } from '../components/run-state.tsx'
import { Empty, Failed, Shown, Skeleton } from '../components/states.tsx'
import { download } from '../download.ts'
import { count, day, instant } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { usePages } from '../pages.ts'
import { hrefOf } from '../route.ts'
import { psaWords } from '../words/psa.ts'
import { reasonText } from '../words/reasons.ts'
import { words } from '../words/words.ts'
import { Problems } from './today-problems.tsx'

type RunBody = InferResponseType<(typeof api.runs)[':id']['$get'], 200>['run']
const states = ['all', 'planned', 'held', 'verified', 'failed', 'superseded'] as const
type State = (typeof states)[number]

const pollMs = 3_000

/** One run, as it goes on and when it is over. */
export function Run({ id }: { id: string }) {
  const loading = useLoaded(
    id,
    (signal) => answerOf(api.runs[':id'].$get({ param: { id } }, { init: { signal } })),
    pollMs,
  )
  return (
    <section class="section" aria-labelledby="run-title">
      <p>
        <a href={hrefOf({ tab: 'runs', rest: [] })}>{words.runs.all}</a>
      </p>
      <Shown of={loading.now} again={() => void loading.reload()}>
        {({ run }) => (
          <>
            <h1 id="run-title">
              {run.dryRun ? words.runs.dryRunOf(day(run.day)) : words.runs.runOf(day(run.day))}{' '}
              <RunState state={run.state} />
            </h1>
            {run.finishedAt === null ? <Progress id={id} /> : <Result run={run} />}
            <Problems run={run} onStarted={() => void loading.reload()} />
            <Changes key={run.state} id={id} dryRun={run.dryRun} />
          </>
        )}
      </Shown>
    </section>
  )
}

/** How far it is; it goes on when the pod is closed. */
function Progress({ id }: { id: string }) {
  const loading = useLoaded(
    `progress ${id}`,
    (signal) => answerOf(api.runs[':id'].progress.$get({ param: { id } }, { init: { signal } })),
    pollMs,
  )
  if (loading.now.state !== 'ready') return <Skeleton lines={1} />
  const { tenants, companies, secondsLeft } = loading.now.value
  const done = tenants.done + companies.done
  const total = tenants.total + companies.total
  return (
    <div class="section">
      <progress value={done} max={Math.max(total, 1)} aria-label={words.runs.states.running} />
      <p role="status">
        {words.runs.progress(count(companies.done), count(companies.total), psaWords().companiesNoun)}
        {secondsLeft !== null && ` ${words.runs.left(Math.max(1, Math.round(secondsLeft / 60)))}`}
      </p>
    </div>
  )
}

function Result({ run }: { run: RunBody }) {
  const calls = Object.entries(run.calls)
  return (
    <dl>
      {run.startedAt !== null && (
        <>
          <dt>{words.runs.started}</dt>
          <dd>{instant(run.startedAt)}</dd>
        </>
      )}
      {run.finishedAt !== null && (
        <>
          <dt>{words.runs.finished}</dt>
          <dd>{instant(run.finishedAt)}</dd>
        </>
      )}
      {(['created', 'updated', 'unchanged', 'held', 'incomplete', 'failed'] as const).map((key) => (
        <>
          <dt>{words.runs.counts[key]}</dt>
          <dd>{count(run.counts[key])}</dd>
        </>
      ))}
      <dt>{words.runs.calls}</dt>
      <dd>{calls.map(([connection, number]) => `${connection}: ${count(number)}`).join(' · ') || '–'}</dd>
    </dl>
  )
}

function Changes({ id, dryRun }: { id: string; dryRun: boolean }) {
  const [state, setState] = useState<State>('all')
  const pages = usePages(JSON.stringify([id, state]), (cursor, signal) =>
    answerOf(
      api.runs[':id'].changes.$get(
        {
          param: { id },
          query: {
            expand: 'names',
            limit: '1000',
            ...(state === 'all' ? {} : { state }),
            ...(cursor === null ? {} : { cursor }),
          },
        },
        { init: { signal } },
      ),
    ),
  )
  const file = async () => download(await fileOf(`/api/runs/${id}/changes`, 'text/csv'), `run-${id}.csv`)
  return (
    <section class="section">
      <div class="toolbar">
        <h2>{dryRun ? words.runs.wouldChange : words.runs.changes}</h2>
        <fieldset class="chips">
          <legend class="visually-hidden">{words.companies.show}</legend>
          {states.map((one) => (
            <button key={one} type="button" aria-pressed={state === one} onClick={() => setState(one)}>
              {one === 'all' ? words.companies.filters.all : words.changeStates[one]}
            </button>
          ))}
        </fieldset>
        <Action run={file}>{words.actions.downloadCsv}</Action>
      </div>
      {pages.failure !== null && <Failed failure={pages.failure} again={pages.reload} />}
      {pages.first === null && pages.failure === null && <Skeleton />}
      {pages.complete && pages.items.length === 0 && (
        <Empty>{state === 'all' ? words.runs.noChanges : words.runs.noneOfState}</Empty>
      )}
      {pages.items.length > 0 && (
        <Rows
          label={words.runs.changes}
          rows={pages.items}
          keyOf={(change) => change.id}
          estimate={64}
          columns={[
            {
              key: 'company',
              title: psaWords().company,
              isHeader: true,
              cell: (change) => (
                <>
                  <a
                    href={hrefOf({
                      tab: 'company',
                      connection: change.connection,
                      company: change.companyId,
                    })}
                  >
                    {change.names?.company ?? `#${change.companyId}`}
                  </a>
                  <p class="quiet">{change.names?.product ?? `#${change.productId}`}</p>
                </>
              ),
            },
            {
              key: 'change',
              title: words.waiting.change,
              cell: ({ kind, from, to, names }) => (
                <Quantities from={kind === 'create' ? null : from} to={to} units={names?.units} />
              ),
            },
            {
              key: 'state',
              title: words.runs.state,
              cell: (change) => <span class="badge">{words.changeStates[change.state]}</span>,
            },
            {
              key: 'reason',
              title: words.waiting.reason,
              cell: ({ reason, connection }) => reasonText(reason, connection),
            },
          ]}
        />
      )}
    </section>
  )
}
