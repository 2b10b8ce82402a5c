import { api, answerOf } from '../api.ts'
import { LineChart } from '../components/line-chart.tsx'
import { count, day, shortDay } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { hrefOf } from '../route.ts'
import { unitTitles } from '../words/quantity.ts'
import { words } from '../words/words.ts'
import { Part } from './part.tsx'

/** As many lines as can be told apart. */
const mostLines = 6

/** Licences in use over the months, and how the runs of the last days went. */
export function History() {
  const loading = useLoaded('history', (signal) => answerOf(api.history.$get({}, { init: { signal } })))
  if (loading.now.state !== 'ready') return null
  const { days, applications, runs } = loading.now.value
  const shown = applications.slice(0, mostLines)
  if (shown.length === 0 && runs.length === 0) return null
  return (
    <Part title={words.history.title}>
      {shown.length > 0 && (
        <>
          <LineChart
            label={words.history.title}
            days={days}
            series={shown.map(({ key, name, quantities }) => ({ key, name, values: quantities }))}
          />
          <ul class="legend">
            {shown.map(({ key, name, units }, index) => (
              <li key={key} class={`chart-colour-${index}`}>
                {name} <span class="quiet">({unitTitles(units)})</span>
              </li>
            ))}
          </ul>
          <details>
            <summary>{words.history.asTable}</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to scroll by keyboard, too */}
            <section class="scrolls" tabIndex={0} aria-label={words.history.title}>
              <table class="plain-table">
                <thead>
                  <tr>
                    <th scope="col">{words.products.application}</th>
                    {days.map((on) => (
                      <th key={on} scope="col" class="numeric">
                        {shortDay(on)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {shown.map(({ key, name, units, quantities }) => (
                    <tr key={key}>
                      <th scope="row">
                        {name} <span class="quiet">({unitTitles(units)})</span>
                      </th>
                      {quantities.map((quantity, index) => (
                        <td key={days[index]} class="numeric">
                          {quantity === null ? '–' : count(quantity)}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </details>
        </>
      )}
      {runs.length > 0 && (
        <ol class="run-days" aria-label={words.history.runs}>
          {runs.map(({ day: on, state, id }) => (
            <li key={on}>
              <a
                class={`run-day run-${state}`}
                href={hrefOf({ tab: 'runs', rest: [id] })}
                title={`${day(on)}: ${words.runs.states[state]}`}
              >
                <span class="visually-hidden">
                  {day(on)}: {words.runs.states[state]}
                </span>
              </a>
            </li>
          ))}
        </ol>
      )}
    </Part>
  )
}
