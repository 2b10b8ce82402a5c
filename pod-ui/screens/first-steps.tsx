import { api, answerOf } from '../api.ts'
import { useLoaded } from '../loaded.ts'
import { hrefOf, type Route } from '../route.ts'
import { isAdministrator } from '../sign-in.ts'
import { words } from '../words/words.ts'

type Step = 'kaspersky' | 'psa' | 'products' | 'companies' | 'dryRun' | 'billing'

const steps: { step: Step; to: Route; administrator: boolean }[] = [
  { step: 'kaspersky', to: { tab: 'settings', rest: ['connections', 'new', 'ksc'] }, administrator: true },
  { step: 'psa', to: { tab: 'settings', rest: ['connections', 'new', 'connectwise'] }, administrator: true },
  { step: 'products', to: { tab: 'products', rest: [] }, administrator: false },
  { step: 'companies', to: { tab: 'companies', rest: [] }, administrator: false },
  { step: 'dryRun', to: { tab: 'runs', rest: [] }, administrator: false },
  { step: 'billing', to: { tab: 'companies', rest: [] }, administrator: false },
]

/** What is connected already is changed there. */
const connections: Route = { tab: 'settings', rest: ['connections'] }

/** The path from nothing to the first billed line; gone once it is walked. */
export function FirstSteps() {
  const loading = useLoaded(
    'first steps',
    (signal) => answerOf(api['first-steps'].$get({}, { init: { signal } })),
    20_000,
  )
  if (loading.now.state !== 'ready') return null
  const done = loading.now.value
  if (done.billing) return null
  const next = steps.find(({ step }) => !done[step])?.step
  return (
    <section class="section part" aria-labelledby="first-steps-title">
      <h2 id="first-steps-title">{words.firstSteps.title}</h2>
      <ol class="first-steps">
        {steps.map(({ step, to, administrator }) => (
          <li
            key={step}
            class={done[step] ? 'done' : ''}
            {...(step === next ? { 'aria-current': 'step' } : {})}
          >
            <span aria-hidden="true">{done[step] ? '✓' : '○'}</span>
            {done[step] && <span class="visually-hidden">{words.firstSteps.done} </span>}
            {administrator && !isAdministrator() ? (
              <span>
                {words.firstSteps[step]} <span class="quiet">{words.firstSteps.byAdministrator}</span>
              </span>
            ) : (
              <a href={hrefOf(administrator && done[step] ? connections : to)}>{words.firstSteps[step]}</a>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
