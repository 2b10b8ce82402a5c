import { api, answerOf } from '../api.ts'
import { Empty, Shown } from '../components/states.tsx'
import { useLoaded } from '../loaded.ts'
import { hrefOf } from '../route.ts'
import { words } from '../words/words.ts'
import { ReportSource } from './report-source.tsx'

/** What sources without an API are known by: which report of each is in force, how old it is, and what came before. */
export function Reports() {
  const loading = useLoaded('sources', (signal) => answerOf(api.sources.$get({}, { init: { signal } })))
  return (
    <section class="section" aria-labelledby="reports-title">
      <h1 id="reports-title">{words.app.tabs.reports}</h1>
      <Shown of={loading.now} again={() => void loading.reload()} lines={5}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty
              action={
                <a class="button" href={hrefOf({ tab: 'settings', rest: ['connections'] })}>
                  {words.companies.toConnections}
                </a>
              }
            >
              {words.reports.empty}
            </Empty>
          ) : (
            items.map((source) => <ReportSource key={source.id} source={source} reload={loading.reload} />)
          )
        }
      </Shown>
    </section>
  )
}
