import { api, answerOf } from '../api.ts'
import { useLoaded } from '../loaded.ts'
import { hrefOf, type Route } from '../route.ts'
import { isAdministrator } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { tenantWords } from '../words/tenants.ts'
import { words } from '../words/words.ts'
import { type Kind, psaKinds, sourceKinds } from './connection-kinds.ts'

type Step = 'kaspersky' | 'psa' | 'products' | 'companies' | 'dryRun' | 'billing'

/** Where what is connected already is changed. */
const connections: Route = { tab: 'settings', rest: ['connections'] }

const steps: { step: Step; to: Route; connects?: readonly Kind[] }[] = [
  { step: 'kaspersky', to: connections, connects: sourceKinds },
  { step: 'psa', to: connections, connects: psaKinds },
  { step: 'products', to: { tab: 'products', rest: [] } },
  { step: 'companies', to: { tab: 'companies', rest: [] } },
  { step: 'dryRun', to: { tab: 'runs', rest: [] } },
  { step: 'billing', to: { tab: 'companies', rest: [] } },
]

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
        {steps.map(({ step, to, connects }) => (
          <li
            key={step}
            class={done[step] ? 'done' : ''}
            {...(step === next ? { 'aria-current': 'step' } : {})}
          >
            <span aria-hidden="true">{done[step] ? '✓' : '○'}</span>
            {done[step] && <span class="visually-hidden">{words.firstSteps.done} </span>}
            {connects !== undefined && !isAdministrator() ? (
              <span>
                {textOf(step)} <span class="quiet">{words.firstSteps.byAdministrator}</span>
              </span>
            ) : connects === undefined || done[step] ? (
              <a href={hrefOf(to)}>{textOf(step)}</a>
            ) : (
              <Connect text={textOf(step)} kinds={connects} />
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

/** A link to the form of each kind. */
function Connect({ text, kinds }: { text: string; kinds: readonly Kind[] }) {
  return (
    <span class="buttons">
      {text}:{' '}
      {kinds.map((kind) => (
        <a key={kind} href={hrefOf({ tab: 'settings', rest: ['connections', 'new', kind] })}>
          {words.connections.kinds[kind]}
        </a>
      ))}
    </span>
  )
}

function textOf(step: Step): string {
  switch (step) {
    case 'products':
      return words.firstSteps.products(psaWords().productsTab)
    case 'companies':
      return words.firstSteps.companies(psaWords().companiesNoun, tenantWords().many)
    default:
      return words.firstSteps[step]
  }
}
