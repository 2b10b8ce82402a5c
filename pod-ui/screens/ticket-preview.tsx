import type { InferResponseType } from 'hono/client'
import { useEffect, useRef, useState } from 'preact/hooks'
import { answerOf, api } from '../api.ts'
import { Action } from '../components/action.tsx'
import { type AllRules, sent, type TicketRules } from '../ticket-rules.ts'
import { psaWords } from '../words/psa.ts'
import { ruleText } from '../words/rules.ts'
import { words } from '../words/words.ts'

type Page = InferResponseType<typeof api.tickets.preview.$post, 200>

interface Sum {
  looked: number
  failed: number
  of: number
  byRule: Map<string, number>
  isWhole: boolean
}

/** What the rules as they are shown would have opened in the last week; nothing is saved for that. */
export function TicketPreview({
  rules,
  companies,
}: {
  rules: TicketRules
  companies: AllRules['companies']
}) {
  const [sum, setSum] = useState<Sum | null>(null)
  const [running, setRunning] = useState<AbortController | null>(null)
  const json = sent({ connections: [rules], companies })
  const asked = JSON.stringify(json)
  const latest = useRef(asked)
  latest.current = asked
  useEffect(() => {
    setSum(null)
    running?.abort()
  }, [asked])
  useEffect(() => () => running?.abort(), [running])

  async function look(): Promise<void> {
    const [connection] = json.connections
    if (connection === undefined) return
    const controller = new AbortController()
    setRunning(controller)
    setSum(null)
    try {
      let cursor: string | null = null
      let so: Sum = { looked: 0, failed: 0, of: 0, byRule: new Map(), isWhole: false }
      do {
        const page: Page = await answerOf(
          api.tickets.preview.$post(
            {
              json: { connection, companies: json.companies, ...(cursor === null ? {} : { cursor }) },
            },
            { init: { signal: controller.signal } },
          ),
        )
        if (controller.signal.aborted || latest.current !== asked) return
        so = added(so, page)
        setSum(so)
        cursor = page.nextCursor
      } while (cursor !== null)
    } catch (error) {
      if (!controller.signal.aborted) throw error
    } finally {
      setRunning(null)
    }
  }

  return (
    <div class="card">
      <div class="buttons">
        <Action run={look}>{words.tickets.preview}</Action>
        {running !== null && (
          <button type="button" onClick={() => running.abort()}>
            {words.actions.cancel}
          </button>
        )}
      </div>
      <div role="status">
        {sum !== null && (
          <>
            <p>
              {sum.isWhole ? (
                <strong>{words.tickets.previewed(total(sum.byRule), psaWords(rules.connection))}</strong>
              ) : (
                words.tickets.previewing(sum.looked + sum.failed, sum.of)
              )}{' '}
              {sum.failed > 0 && words.tickets.previewFailed(sum.failed)}
            </p>
            <ul>
              {[...sum.byRule].map(([rule, tickets]) => (
                <li key={rule}>
                  {ruleText(rule)}: {tickets}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  )
}

function added(sum: Sum, page: Page): Sum {
  const byRule = new Map(sum.byRule)
  for (const { rule, tickets } of page.byRule) byRule.set(rule, (byRule.get(rule) ?? 0) + tickets)
  return {
    looked: sum.looked + page.looked,
    failed: sum.failed + page.failed,
    of: page.of,
    byRule,
    isWhole: page.nextCursor === null,
  }
}

function total(byRule: Map<string, number>): number {
  return [...byRule.values()].reduce((sum, tickets) => sum + tickets, 0)
}
