import type { InferResponseType } from 'hono/client'
import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { Notice, Shown } from '../components/states.tsx'
import { useAfterDecisions } from '../decisions.ts'
import { clock, day } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { psas } from '../psa.ts'
import { hrefOf } from '../route.ts'
import { mayEdit } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { tenantWords } from '../words/tenants.ts'
import { words } from '../words/words.ts'
import { Dismissed } from './today-dismissed.tsx'
import { LeftBehind } from './today-left-behind.tsx'
import { Drift } from './today-drift.tsx'
import { FirstSteps } from './first-steps.tsx'
import { History } from './today-history.tsx'
import { Leaks } from './today-leaks.tsx'
import { Problems } from './today-problems.tsx'
import { Soon } from './today-soon.tsx'
import { Waiting } from './today-waiting.tsx'

type Body = InferResponseType<typeof api.today.$get, 200>

/** How things stand, and what waits for a person. */
export function Today() {
  const loading = useLoaded('today', (signal) => answerOf(api.today.$get({}, { init: { signal } })), 20_000)
  const again = () => void loading.reload()
  useAfterDecisions(again)
  return (
    <section class="section" aria-labelledby="today-title">
      <h1 id="today-title">{words.app.tabs.today}</h1>
      <FirstSteps />
      <Shown of={loading.now} again={again}>
        {(body) => (
          <>
            <Summary body={body} onStarted={again} />
            <Waiting
              key={`waiting ${body.run?.id}`}
              psa={psas.value.length > 1 ? '' : (body.psa?.name ?? '')}
            />
            {body.run !== null && <Problems run={body.run} onStarted={again} />}
            <Leaks key={`leaks ${body.run?.id}`} />
            <Drift key={`drift ${body.run?.id}`} />
            <LeftBehind key={`left ${body.run?.id}`} />
            <Dismissed key={`dismissed ${body.run?.id}`} />
            <Soon key={`soon ${body.run?.id}`} />
            <History key={`history ${body.run?.id}`} />
          </>
        )}
      </Shown>
    </section>
  )
}

/** One sentence. */
function Summary({ body, onStarted }: { body: Body; onStarted: () => void }) {
  const { run, active, agreed, waiting, psa, dailyRunAt } = body
  const name = psas.value.length > 1 ? words.today.yourPsas : (psa?.name ?? words.today.thePsa)
  const tone = run === null ? 'plain' : waiting > 0 || run.state !== 'done' ? 'warn' : 'good'
  return (
    <Notice tone={active === null ? tone : 'plain'}>
      <p class="summary">
        {run === null ? words.today.noRun(dailyRunAt) : sentence(run, agreed, waiting, name)}
        {active !== null && ` ${words.today.running}`}
      </p>
      {active !== null ? (
        <a href={hrefOf({ tab: 'runs', rest: [active.id] })}>{words.today.followRun}</a>
      ) : (
        mayEdit() && (
          <Action
            run={async () => {
              await answerOf(api.runs.$post({ json: {} }))
              onStarted()
            }}
          >
            {words.runs.runNow}
          </Action>
        )
      )}
    </Notice>
  )
}

function sentence(
  run: NonNullable<Body['run']>,
  agreed: Body['agreed'],
  waiting: number,
  psa: string,
): string {
  const when = run.finishedAt === null ? '' : clock(run.finishedAt)
  const { one, many } = tenantWords()
  const parts = [
    words.today.agree(agreed.companies, psaWords(), psa, agreed.today, agreed.thisWeek),
    ...(waiting > 0 ? [words.today.wait(waiting)] : []),
    ...(run.counts.incomplete > 0 ? [words.today.unread(run.counts.incomplete, one, many)] : []),
    ...(run.counts.failed > 0 ? [words.today.failed(run.counts.failed)] : []),
  ]
  return words.today.finished(day(run.day), when, run.state === 'failed', parts.join(', '))
}
