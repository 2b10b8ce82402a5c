import type { InferResponseType } from 'hono/client'
import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { connections } from '../psa.ts'
import { hrefOf } from '../route.ts'
import { mayEdit } from '../sign-in.ts'
import { words } from '../words/words.ts'
import { Part } from './part.tsx'

type Run = NonNullable<InferResponseType<typeof api.today.$get, 200>['run']>
type Problem = Run['problems'][number]

/** So many of one kind are shown one by one. */
const mostShown = 20

/** What went wrong in the last run, by its cause. */
export function Problems({ run, onStarted }: { run: Run; onStarted: () => void }) {
  if (run.problems.length === 0) return null
  const byCode = Map.groupBy(run.problems, ({ code }) => code)
  return (
    <Part title={words.problems.title} number={run.problems.length}>
      {[...byCode].map(([code, problems]) => (
        <article key={code} class="notice notice-bad problem">
          <h3>{titleOf(code)}</h3>
          <ul>
            {problems.slice(0, mostShown).map((problem) => (
              <li key={`${problem.tenant}${problem.company}${problem.message}`}>{problem.message}</li>
            ))}
          </ul>
          {problems.length > mostShown && <p>{words.problems.more(problems.length - mostShown)}</p>}
          {code === 'source_stale' && problems.some(isOfReport) && (
            <a class="button" href={hrefOf({ tab: 'reports', rest: [] })}>
              {words.companies.toReports}
            </a>
          )}
          {mayEdit() && <Again problems={problems} onStarted={onStarted} />}
        </article>
      ))}
    </Part>
  )
}

/** Reads the tenants that are concerned, or all where none are named. */
function Again({ problems, onStarted }: { problems: Problem[]; onStarted: () => void }) {
  const tenants = [...new Set(problems.flatMap(({ tenant }) => (tenant === undefined ? [] : [tenant])))]
  return (
    <Action
      run={async () => {
        await answerOf(api.runs.$post({ json: tenants.length === 0 ? {} : { tenants } }))
        onStarted()
      }}
    >
      {words.actions.tryAgain}
    </Action>
  )
}

/** Only a newer report mends what is known by reports. */
function isOfReport({ tenant }: Problem): boolean {
  return (connections.value ?? []).some(({ id, kind }) => kind === 'hub' && tenant?.startsWith(`${id}/`))
}

function titleOf(code: string): string {
  const known: Record<string, string> = words.problems.titles
  return known[code] ?? code
}
