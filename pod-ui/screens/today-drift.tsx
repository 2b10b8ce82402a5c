import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { LineName } from '../components/line-name.tsx'
import { Rows } from '../components/rows.tsx'
import { tellDecided, useAfterDecisions } from '../decisions.ts'
import { count } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { mayEdit } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { quantityText } from '../words/quantity.ts'
import { words } from '../words/words.ts'
import { Part } from './part.tsx'

/** Lines whose number somebody changed in the PSA. */
export function Drift() {
  const loading = useLoaded('drift', (signal) =>
    answerOf(api.drift.$get({ query: { limit: '500' } }, { init: { signal } })),
  )
  useAfterDecisions(loading.reload)
  if (loading.now.state !== 'ready' || loading.now.value.items.length === 0) return null
  const { items } = loading.now.value
  return (
    <Part title={words.drift.title} number={items.length}>
      <Rows
        label={words.drift.title}
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
            key: 'numbers',
            title: words.drift.numbers,
            cell: ({ written, found, wanted, names }) =>
              words.drift.text(count(written), count(found), quantityText(wanted, names.units)),
          },
          {
            key: 'decision',
            title: words.waiting.decision,
            hideTitle: true,
            cell: ({ id, kind, found, wanted }) =>
              mayEdit() && (
                <div class="buttons">
                  <Action
                    run={async () => {
                      const use = kind === 'ask' ? api.changes[':id'].approve : api.drift[':id'].use
                      await answerOf(use.$post({ param: { id }, json: {} }))
                      tellDecided()
                    }}
                  >
                    {words.drift.use(count(wanted))}
                  </Action>
                  {kind === 'ask' && (
                    <Action
                      run={async () => {
                        await answerOf(api.changes[':id'].dismiss.$post({ param: { id }, json: {} }))
                        tellDecided()
                      }}
                    >
                      {words.drift.keep(count(found))}
                    </Action>
                  )}
                </div>
              ),
          },
        ]}
      />
    </Part>
  )
}
