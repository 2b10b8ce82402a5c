import { useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { Rows } from '../components/rows.tsx'
import { Failed } from '../components/states.tsx'
import { useAfterDecisions } from '../decisions.ts'
import { money } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { hrefOf } from '../route.ts'
import { psaWords } from '../words/psa.ts'
import { quantityText } from '../words/quantity.ts'
import { reasonText } from '../words/reasons.ts'
import { words } from '../words/words.ts'
import { Part } from './part.tsx'

const fewShown = 10

/** Use that nobody pays for, and lines that bill what nobody uses. */
export function Leaks() {
  const loading = useLoaded('leaks', (signal) => answerOf(api.leaks.$get({}, { init: { signal } })))
  useAfterDecisions(loading.reload)
  const [all, setAll] = useState(false)
  if (loading.now.state === 'failed') {
    return <Failed failure={loading.now.failure} again={() => void loading.reload()} />
  }
  if (loading.now.state === 'loading' || loading.now.value.items.length === 0) return null
  const { items } = loading.now.value
  const shown = all ? items : items.slice(0, fewShown)
  return (
    <Part title={words.leaks.title} number={items.length}>
      <Rows
        label={words.leaks.title}
        rows={shown}
        keyOf={(leak) =>
          [leak.kind, leak.tenant, leak.application, leak.agreementId, leak.productId, leak.reason].join(' ')
        }
        columns={[
          {
            key: 'who',
            title: words.leaks.who(psaWords().companyNoun),
            isHeader: true,
            cell: (leak) => {
              const name =
                leak.names.company ??
                (leak.tenant === null ? null : (leak.names.tenants[leak.tenant] ?? leak.tenant))
              return leak.companyId === null || leak.connection === null ? (
                name
              ) : (
                <a href={hrefOf({ tab: 'company', connection: leak.connection, company: leak.companyId })}>
                  {name ?? `#${leak.companyId}`}
                </a>
              )
            },
          },
          {
            key: 'what',
            title: words.leaks.what(psaWords().productNoun),
            cell: (leak) =>
              leak.application === null
                ? (leak.names.product ?? `#${leak.productId}`)
                : (leak.names.applications[leak.application] ?? leak.application),
          },
          {
            key: 'reason',
            title: words.waiting.reason,
            cell: (leak) => reasonText(leak.reason, leak.connection),
          },
          {
            key: 'quantity',
            title: words.leaks.licences,
            numeric: true,
            cell: ({ quantity, names }) => quantityText(quantity, names.units),
          },
          {
            key: 'money',
            title: words.leaks.perMonth,
            numeric: true,
            cell: ({ monthlyMinor }) =>
              monthlyMinor === null ? '–' : money({ amountMinor: monthlyMinor, currency: null }),
          },
        ]}
      />
      {items.length > fewShown && !all && (
        <div>
          <button type="button" onClick={() => setAll(true)}>
            {words.leaks.showAll(items.length)}
          </button>
        </div>
      )}
    </Part>
  )
}
