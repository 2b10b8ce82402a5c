import type { InferResponseType } from 'hono/client'
import { useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { announce } from '../components/announcer.tsx'
import { Notice, Shown } from '../components/states.tsx'
import { useLoaded } from '../loaded.ts'
import { words } from '../words/words.ts'

type Pod = (typeof api.connections)[':id']['pod']
type Manual = InferResponseType<Pod['$get'], 200>['manual']

/** Puts the pod into the PSA's screens by one click, or says what to enter there. */
export function PodRegistration({ id }: { id: string }) {
  const [open, setOpen] = useState(false)
  return (
    <details class="section" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.registration.title}</summary>
      {open && <Registration id={id} />}
    </details>
  )
}

function Registration({ id }: { id: string }) {
  const loading = useLoaded(`pod ${id}`, (signal) =>
    answerOf(api.connections[':id'].pod.$get({ param: { id } }, { init: { signal } })),
  )
  const [problem, setProblem] = useState<string | null>(null)
  async function register(screens: string[]): Promise<void> {
    const answer = await answerOf(api.connections[':id'].pod.$post({ param: { id }, json: { screens } }))
    setProblem(answer.registered ? null : answer.problem.message)
    if (answer.registered) announce(words.registration.registered)
    await loading.reload()
  }
  return (
    <div class="section">
      <Shown of={loading.now} again={() => void loading.reload()} lines={2}>
        {(pod) => {
          const why = problem ?? pod.problem?.message ?? null
          return (
            <>
              {pod.registered === true && <Notice tone="good">{words.registration.registered}</Notice>}
              {pod.registered === false && pod.screens.length > 0 && (
                <ChooseScreens screens={pod.screens} onChosen={register} />
              )}
              {why !== null && <Notice tone="warn">{why}</Notice>}
              {(pod.registered !== true || why !== null) && <ByHand manual={pod.manual} />}
              <p class="quiet">{words.registration.thenShow}</p>
            </>
          )
        }}
      </Shown>
    </div>
  )
}

type Screen = InferResponseType<Pod['$get'], 200>['screens'][number]

/** The screens on which a bill means something are proposed. */
function ChooseScreens({
  screens,
  onChosen,
}: {
  screens: Screen[]
  onChosen: (ids: string[]) => Promise<void>
}) {
  const [chosen, setChosen] = useState(
    screens.filter(({ name }) => /^(company|agreement)s?$/i.test(name)).map((screen) => screen.id),
  )
  return (
    <fieldset class="chips">
      <legend>{words.registration.onScreens}</legend>
      {screens.map((screen) => (
        <label key={screen.id}>
          <input
            type="checkbox"
            checked={chosen.includes(screen.id)}
            onChange={({ currentTarget: { checked } }) =>
              setChosen(checked ? [...chosen, screen.id] : chosen.filter((one) => one !== screen.id))
            }
          />{' '}
          {screen.name}
        </label>
      ))}
      <Action run={() => onChosen(chosen)} disabled={chosen.length === 0} primary>
        {words.registration.register}
      </Action>
    </fieldset>
  )
}

function ByHand({ manual }: { manual: Manual }) {
  return (
    <>
      <p>{words.registration.byHand}</p>
      <dl>
        <dt>{words.registration.description}</dt>
        <dd>{manual.description}</dd>
        <dt>URL</dt>
        <dd>
          <code>{manual.url}</code>
        </dd>
        <dt>Origin</dt>
        <dd>
          <code>{manual.origin}</code>
        </dd>
        <dt>{words.registration.type}</dt>
        <dd>{manual.type}</dd>
        <dt>clientId</dt>
        <dd>{words.registration.sameClientId}</dd>
        <dt>{words.registration.height}</dt>
        <dd>{manual.podHeight}</dd>
      </dl>
    </>
  )
}
