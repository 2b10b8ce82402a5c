import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { announce } from '../components/announcer.tsx'
import { LineName } from '../components/line-name.tsx'
import { Rows } from '../components/rows.tsx'
import { day } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { mayEdit } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { quantityText } from '../words/quantity.ts'
import { reasonText } from '../words/reasons.ts'
import { words } from '../words/words.ts'
import { Part } from './part.tsx'

/** Lines that still bill although the mapping no longer wants them. */
export function LeftBehind() {
  const loading = useLoaded('left', (signal) =>
    answerOf(api['left-behind'].$get({ query: { expand: 'names', limit: '500' } }, { init: { signal } })),
  )
  if (loading.now.state !== 'ready' || loading.now.value.items.length === 0) return null
  const { items } = loading.now.value
  return (
    <Part title={words.aside.leftBehind} number={items.length}>
      <p class="quiet">{words.aside.leftBehindHint}</p>
      <Rows
        label={words.aside.leftBehind}
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
            key: 'quantity',
            title: words.leaks.licences,
            numeric: true,
            cell: ({ quantity, names }) => quantityText(quantity, names?.units ?? []),
          },
          { key: 'since', title: words.aside.since, cell: ({ since }) => day(since) },
          {
            key: 'reason',
            title: words.waiting.reason,
            cell: ({ reason, connection }) => reasonText(reason, connection),
          },
          {
            key: 'end',
            title: words.waiting.decision,
            hideTitle: true,
            cell: ({ id, names }) =>
              mayEdit() && (
                <Action
                  label={words.aside.endOf(names?.company ?? '')}
                  run={async () => {
                    await answerOf(api['left-behind'][':id'].end.$post({ param: { id }, json: {} }))
                    announce(words.aside.ended)
                    await loading.reload()
                  }}
                >
                  {words.aside.end}
                </Action>
              ),
          },
        ]}
      />
    </Part>
  )
}
