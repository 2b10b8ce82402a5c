import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { announce } from '../components/announcer.tsx'
import { Quantities } from '../components/quantities.tsx'
import { Rows } from '../components/rows.tsx'
import { count, day, instant } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { mayEdit } from '../sign-in.ts'
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
            title: words.waiting.company,
            isHeader: true,
            cell: ({ names, agreementId, productId }) => (
              <>
                {names?.company ?? names?.agreement ?? `#${agreementId}`}
                <p class="quiet">{names?.product ?? `#${productId}`}</p>
              </>
            ),
          },
          {
            key: 'quantity',
            title: words.leaks.licences,
            numeric: true,
            cell: ({ quantity }) => count(quantity),
          },
          { key: 'since', title: words.aside.since, cell: ({ since }) => day(since) },
          { key: 'reason', title: words.waiting.reason, cell: ({ reason }) => reasonText(reason) },
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

/** Changes that somebody decided not to make. */
export function Dismissed() {
  const loading = useLoaded('dismissed', (signal) =>
    answerOf(api.dismissed.$get({ query: { limit: '500' } }, { init: { signal } })),
  )
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
            key: 'change',
            title: words.waiting.change,
            cell: ({ from, to }) => <Quantities from={from} to={to} />,
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
