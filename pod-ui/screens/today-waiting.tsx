import type { InferResponseType } from 'hono/client'
import { useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { announce } from '../components/announcer.tsx'
import { Quantities } from '../components/quantities.tsx'
import { Rows } from '../components/rows.tsx'
import { Failed } from '../components/states.tsx'
import { Why } from '../components/why.tsx'
import { tellDecided, useAfterDecisions } from '../decisions.ts'
import { usePages } from '../pages.ts'
import { mayEdit } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { reasonText } from '../words/reasons.ts'
import { words } from '../words/words.ts'
import { Part } from './part.tsx'

type Change = InferResponseType<typeof api.changes.$get, 200>['items'][number]

/** Changes that a person has to decide. */
export function Waiting({ psa }: { psa: string }) {
  const pages = usePages('held', async (cursor, signal) =>
    answerOf(
      api.changes.$get(
        {
          query: { state: 'held', expand: 'names', limit: '500', ...(cursor === null ? {} : { cursor }) },
        },
        { init: { signal } },
      ),
    ),
  )
  useAfterDecisions(pages.reload)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [refused, setRefused] = useState<string[]>([])
  if (pages.failure !== null) return <Failed failure={pages.failure} again={pages.reload} />
  if (pages.items.length === 0) return null

  async function decide(decision: 'approve' | 'dismiss', changes: Change[]): Promise<void> {
    const ids = changes.map(({ id }) => id)
    const json = { approve: decision === 'approve' ? ids : [], dismiss: decision === 'dismiss' ? ids : [] }
    const answer = await answerOf(api.changes.decide.$post({ json }))
    setRefused(answer.refused.map(({ message }) => message))
    setChosen(new Set())
    announce(words.waiting.decided(answer.decided.length))
    tellDecided()
  }
  const own = pages.items.filter(({ id }) => chosen.has(id))
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }

  return (
    <Part title={words.waiting.title} number={pages.items.length}>
      <p class="quiet">{words.waiting.hint(psa)}</p>
      {refused.length > 0 && (
        <div class="notice notice-warn" role="alert">
          <ul>
            {refused.map((message) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        </div>
      )}
      {mayEdit() && own.length > 0 && (
        <div class="toolbar notice">
          <p>{words.companies.chosen(own.length)}</p>
          <Action run={() => decide('approve', own.filter(isApprovable))} disabled={!own.some(isApprovable)}>
            {words.waiting.approve}
          </Action>
          <Action run={() => decide('dismiss', own.filter(isApprovable))} disabled={!own.some(isApprovable)}>
            {words.waiting.dismiss}
          </Action>
        </div>
      )}
      <Rows
        label={words.waiting.title}
        rows={pages.items}
        keyOf={({ id }) => id}
        estimate={72}
        columns={[
          {
            key: 'company',
            title: psaWords().company,
            isHeader: true,
            cell: (change) => (
              <ChangeName change={change} chosen={chosen.has(change.id)} onToggle={() => toggle(change.id)} />
            ),
          },
          {
            key: 'quantities',
            title: words.waiting.change,
            cell: ({ kind, from, to, names }) => (
              <Quantities from={kind === 'create' ? null : from} to={to} units={names?.units} />
            ),
          },
          {
            key: 'reason',
            title: words.waiting.reason,
            cell: (change) => reasonText(change.reason, change.connection),
          },
          {
            key: 'actions',
            title: words.waiting.decision,
            hideTitle: true,
            cell: (change) => (
              <div class="buttons">
                <Why line={change} title={change.names?.company ?? change.companyId} number={change.to} />
                {mayEdit() && isApprovable(change) && (
                  <>
                    <Action
                      run={() => decide('approve', [change])}
                      label={words.waiting.approveOf(nameOf(change))}
                    >
                      {words.waiting.approve}
                    </Action>
                    <Action
                      run={() => decide('dismiss', [change])}
                      label={words.waiting.dismissOf(nameOf(change))}
                    >
                      {words.waiting.dismiss}
                    </Action>
                  </>
                )}
              </div>
            ),
          },
        ]}
      />
    </Part>
  )
}

function ChangeName({ change, chosen, onToggle }: { change: Change; chosen: boolean; onToggle: () => void }) {
  const name = change.names?.company ?? `#${change.companyId}`
  return (
    <>
      {mayEdit() && isApprovable(change) ? (
        <label class="choose">
          <input type="checkbox" checked={chosen} onChange={onToggle} /> {name}
        </label>
      ) : (
        name
      )}
      <p class="quiet">{change.names?.product ?? `#${change.productId}`}</p>
    </>
  )
}

function nameOf({ names, companyId }: Change): string {
  return names?.company ?? companyId
}

/** The other holds end only when their cause is mended; several open lines are decided on the company's own screen. */
function isApprovable({ reason }: Change): boolean {
  return reason !== null && !structural.has(reason) && reason !== 'duplicate_lines'
}

const structural = new Set<string>([
  'agreement_ended',
  'agreement_inactive',
  'agreement_not_found',
  'agreement_of_other_company',
  'product_not_found',
  'product_inactive',
  'external_product_not_linked',
  'write_not_confirmed',
])
