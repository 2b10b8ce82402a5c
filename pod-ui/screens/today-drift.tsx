import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { Rows } from '../components/rows.tsx'
import { count } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { mayEdit } from '../sign-in.ts'
import { words } from '../words/words.ts'
import { Part } from './part.tsx'

/** Lines whose number somebody changed in the PSA. */
export function Drift({ onDecided }: { onDecided: () => void }) {
  const loading = useLoaded('drift', (signal) =>
    answerOf(api.drift.$get({ query: { limit: '500' } }, { init: { signal } })),
  )
  if (loading.now.state !== 'ready' || loading.now.value.items.length === 0) return null
  const { items } = loading.now.value
  const decided = async () => {
    await loading.reload()
    onDecided()
  }
  return (
    <Part title={words.drift.title} number={items.length}>
      <Rows
        label={words.drift.title}
        rows={items}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'company',
            title: words.waiting.company,
            isHeader: true,
            cell: ({ names, companyId, productId }) => (
              <>
                {names.company ?? `#${companyId}`}
                <p class="quiet">{names.product ?? `#${productId}`}</p>
              </>
            ),
          },
          {
            key: 'numbers',
            title: words.drift.numbers,
            cell: ({ written, found, wanted }) =>
              words.drift.text(count(written), count(found), count(wanted)),
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
                      await decided()
                    }}
                  >
                    {words.drift.use(count(wanted))}
                  </Action>
                  {kind === 'ask' && (
                    <Action
                      run={async () => {
                        await answerOf(api.changes[':id'].dismiss.$post({ param: { id }, json: {} }))
                        await decided()
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
