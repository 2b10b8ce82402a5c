import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { announce } from '../components/announcer.tsx'
import { LineName } from '../components/line-name.tsx'
import { Quantities } from '../components/quantities.tsx'
import { Rows } from '../components/rows.tsx'
import { useAfterDecisions } from '../decisions.ts'
import { instant } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { mayEdit } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { words } from '../words/words.ts'
import { Part } from './part.tsx'

/** Changes that somebody decided not to make. */
export function Dismissed() {
  const loading = useLoaded('dismissed', (signal) =>
    answerOf(api.dismissed.$get({ query: { limit: '500' } }, { init: { signal } })),
  )
  useAfterDecisions(loading.reload)
  if (loading.now.state !== 'ready' || loading.now.value.items.length === 0) return null
  const { items } = loading.now.value
  return (
    <Part title={words.aside.dismissed} number={items.length}>
      <Rows
        label={words.aside.dismissed}
        rows={items}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'company',
            title: psaWords().company,
            isHeader: true,
            cell: (line) => <LineName line={line} />,
          },
          {
            key: 'change',
            title: words.waiting.change,
            cell: ({ from, to, names }) => <Quantities from={from} to={to} units={names.units} />,
          },
          {
            key: 'by',
            title: words.aside.by,
            cell: ({ by, at }) => (
              <>
                {by ?? '–'}
                <p class="quiet">{instant(at)}</p>
              </>
            ),
          },
          {
            key: 'propose',
            title: words.waiting.decision,
            hideTitle: true,
            cell: ({ id }) =>
              mayEdit() && (
                <Action
                  run={async () => {
                    await answerOf(api.dismissed[':id'].propose.$post({ param: { id } }))
                    announce(words.aside.proposed)
                    await loading.reload()
                  }}
                >
                  {words.aside.proposeAgain}
                </Action>
              ),
          },
        ]}
      />
    </Part>
  )
}
