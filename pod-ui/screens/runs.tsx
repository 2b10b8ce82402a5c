import type { InferResponseType } from 'hono/client'
import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { Rows } from '../components/rows.tsx'
import { RunState } from '../components/run-state.tsx'
import { Empty, Failed, Skeleton } from '../components/states.tsx'
import { count, day, instant } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { go, hrefOf } from '../route.ts'
import { mayEdit } from '../sign-in.ts'
import { words } from '../words/words.ts'
import { Run } from './run.tsx'

type RunBody = InferResponseType<typeof api.runs.$get, 200>['items'][number]

/** All runs, or the one whose id the address names. */
export function Runs({ rest: [id] }: { rest: string[] }) {
  return id === undefined ? <RunList /> : <Run key={id} id={id} />
}

function RunList() {
  const loading = useLoaded(
    'runs',
    (signal) => answerOf(api.runs.$get({ query: { limit: '200' } }, { init: { signal } })),
    10_000,
  )
  return (
    <section class="section" aria-labelledby="runs-title">
      <div class="toolbar">
        <h1 id="runs-title">{words.app.tabs.runs}</h1>
        {mayEdit() && (
          <div class="buttons">
            <Action run={() => startRun(false)} primary>
              {words.runs.runNow}
            </Action>
            <Action run={() => startRun(true)}>{words.runs.dryRun}</Action>
          </div>
        )}
      </div>
      <p class="quiet">{words.runs.dryRunHint}</p>
      {loading.now.state === 'loading' && <Skeleton lines={5} />}
      {loading.now.state === 'failed' && (
        <Failed failure={loading.now.failure} again={() => void loading.reload()} />
      )}
      {loading.now.state === 'ready' &&
        (loading.now.value.items.length === 0 ? (
          <Empty>{words.runs.empty}</Empty>
        ) : (
          <RunTable runs={loading.now.value.items} />
        ))}
    </section>
  )
}

/** Starts a run and goes to its screen. */
export async function startRun(dryRun: boolean): Promise<void> {
  const { run } = await answerOf(api.runs.$post({ json: { dryRun } }))
  go({ tab: 'runs', rest: [run.id] })
}

function RunTable({ runs }: { runs: RunBody[] }) {
  return (
    <Rows
      label={words.app.tabs.runs}
      rows={runs}
      keyOf={({ id }) => id}
      columns={[
        {
          key: 'day',
          title: words.runs.day,
          isHeader: true,
          cell: (run) => (
            <>
              <a href={hrefOf({ tab: 'runs', rest: [run.id] })}>{day(run.day)}</a>
              <p class="quiet">
                {run.dryRun ? words.runs.dryRun : words.runs.triggers[run.trigger]}
                {run.startedAt !== null && ` · ${instant(run.startedAt)}`}
              </p>
            </>
          ),
        },
        { key: 'state', title: words.runs.state, cell: ({ state }) => <RunState state={state} /> },
        ...(['created', 'updated', 'unchanged', 'held', 'incomplete', 'failed'] as const).map((key) => ({
          key,
          title: words.runs.counts[key],
          numeric: true,
          cell: ({ counts }: RunBody) => count(counts[key]),
        })),
      ]}
    />
  )
}
