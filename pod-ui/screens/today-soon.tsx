import type { InferResponseType } from 'hono/client'
import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { announce } from '../components/announcer.tsx'
import { Rows } from '../components/rows.tsx'
import { day } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { mayEdit } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { words } from '../words/words.ts'
import { Part } from './part.tsx'

type Ending = InferResponseType<typeof api.soon.$get, 200>['ending'][number]

/** Agreements that end, with what follows them, and the invoice days to come. */
export function Soon() {
  const loading = useLoaded('soon', (signal) => answerOf(api.soon.$get({}, { init: { signal } })))
  if (loading.now.state !== 'ready') return null
  const { ending, invoices } = loading.now.value
  if (ending.length === 0 && invoices.length === 0) return null
  const followed = ending.filter(({ successor }) => successor !== null)

  async function accept(agreements: Ending[]): Promise<void> {
    const changes = await acceptSuccessors(agreements)
    announce(words.drafts.saved(changes))
    await loading.reload()
  }
  return (
    <Part title={words.soon.title}>
      {ending.length > 0 && (
        <>
          {mayEdit() && followed.length > 1 && (
            <div>
              <Action run={() => accept(followed)}>{words.soon.acceptAll(followed.length)}</Action>
            </div>
          )}
          <Rows
            label={words.soon.ending(psaWords().agreement)}
            rows={ending}
            keyOf={({ connection, agreementId }) => `${connection}/${agreementId}`}
            columns={[
              {
                key: 'company',
                title: psaWords().company,
                isHeader: true,
                cell: ({ names, companyId, agreementId }) => (
                  <>
                    {names.company ?? `#${companyId}`}
                    <p class="quiet">{names.agreement ?? `#${agreementId}`}</p>
                  </>
                ),
              },
              { key: 'ends', title: words.soon.endsOn, cell: ({ endsOn }) => day(endsOn) },
              {
                key: 'successor',
                title: words.soon.successor,
                cell: (one) =>
                  one.successor === null ? (
                    <span class="quiet">{words.soon.noSuccessor(psaWords().agreement)}</span>
                  ) : (
                    <div class="buttons">
                      {one.successor.name}
                      {mayEdit() && (
                        <Action run={() => accept([one])} label={words.soon.acceptOf(one.successor.name)}>
                          {words.companies.use}
                        </Action>
                      )}
                    </div>
                  ),
              },
            ]}
          />
        </>
      )}
      {invoices.length > 0 && (
        <ul>
          {invoices.map(({ day: on, companies }) => (
            <li key={on}>{words.soon.invoices(day(on), companies, psaWords())}</li>
          ))}
        </ul>
      )}
    </Part>
  )
}

/** Bills each tenant on the agreement that follows; refused where somebody else changed it meanwhile. */
async function acceptSuccessors(ending: Ending[]): Promise<number> {
  const rows = ending.flatMap(({ mappings, successor }) =>
    successor === null
      ? []
      : mappings.map(({ tenant, mapping }) => ({
          tenant,
          before: mapping,
          after: { ...mapping, agreementId: successor.id },
        })),
  )
  return (await answerOf(api.mappings.$put({ json: { rows } }))).changes
}
