import { answerOf, api } from '../api.ts'
import { Folded } from '../components/folded.tsx'
import { RuleProblems } from '../components/rule-problems.tsx'
import { Empty, Failed, Shown, Skeleton } from '../components/states.tsx'
import { ago, instant } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { usePages } from '../pages.ts'
import { hrefOf } from '../route.ts'
import { mayEdit } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { words } from '../words/words.ts'

/** How old what is known is, and for what no tickets are made. */
export function TicketView() {
  const loading = useLoaded('ticket-view', async (signal) => {
    const [view, { connections, problems }] = await Promise.all([
      answerOf(api.tickets.view.$get({}, { init: { signal } })),
      answerOf(api['ticket-rules'].$get({}, { init: { signal } })),
    ])
    return { ...view, hasRules: connections.length > 0, problems }
  })
  return (
    <Shown of={loading.now} again={() => void loading.reload()} lines={1}>
      {({ watched, notYet, oldestLookAt, failed, failing, unmapped, hasRules, problems }) => (
        <>
          {!hasRules && (
            <Empty
              action={
                mayEdit() && (
                  <a class="button" href={hrefOf({ tab: 'tickets', rest: ['general'] })}>
                    {words.tickets.toRules}
                  </a>
                )
              }
            >
              {words.tickets.noRules}
            </Empty>
          )}
          {watched > 0 && (
            <p>
              {words.tickets.watched(watched)}{' '}
              {oldestLookAt !== null && words.tickets.oldestLook(ago(oldestLookAt))}{' '}
              {notYet > 0 && words.tickets.notYet(notYet)}
            </p>
          )}
          <RuleProblems problems={problems} />
          {failed > 0 && (
            <Folded summary={<span class="attention">{words.tickets.failing(failed)}</span>}>
              {() => (
                <ul>
                  {failing.map(({ tenant, name, since, why }) => (
                    <li key={tenant}>
                      {name}: {why} <span class="quiet">({instant(since)})</span>
                    </li>
                  ))}
                </ul>
              )}
            </Folded>
          )}
          {unmapped.events > 0 && (
            <Folded
              summary={words.tickets.unmapped(unmapped.events, unmapped.tenants, psaWords().companyNoun)}
            >
              {() => <UnmappedList />}
            </Folded>
          )}
        </>
      )}
    </Shown>
  )
}

function UnmappedList() {
  const { items, failure, complete, reload } = usePages('unmapped', (cursor, signal) => {
    const query = { limit: '200', ...(cursor === null ? {} : { cursor }) }
    return answerOf(api.tickets.unmapped.$get({ query }, { init: { signal } }))
  })
  return (
    <>
      <ul>
        {items.map(({ tenant, name, events, lastAt, types }) => (
          <li key={tenant}>
            {name}: {words.tickets.times(events)}, {types.map((type) => type.name).join(', ')}{' '}
            <span class="quiet">({instant(lastAt)})</span>
          </li>
        ))}
      </ul>
      {failure !== null && <Failed failure={failure} again={() => void reload()} />}
      {!complete && failure === null && <Skeleton lines={2} />}
      <a href={hrefOf({ tab: 'companies', rest: [] })}>{psaWords().companiesTab}</a>
    </>
  )
}
