import { hrefOf } from '../route.ts'
import { mayEdit } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { words } from '../words/words.ts'
import { TicketList } from './ticket-list.tsx'
import { TicketRules } from './ticket-rules.tsx'

const pages = ['list', 'general', 'events', 'warning', 'critical'] as const

/** Tickets that were made, and the rules by which they are; who may only look sees no rules. */
export function Tickets({ rest: [wanted] }: { rest: string[] }) {
  const shown = mayEdit() ? pages : pages.slice(0, 1)
  const page = shown.find((one) => one === wanted) ?? 'list'
  const title = psaWords().ticketsTab
  return (
    <section class="section" aria-labelledby="tickets-title">
      <h1 id="tickets-title">{title}</h1>
      {shown.length > 1 && (
        <nav class="tabs" aria-label={title}>
          {shown.map((one) => (
            <a
              key={one}
              href={hrefOf({ tab: 'tickets', rest: [one] })}
              {...(one === page ? { 'aria-current': 'page' as const } : {})}
            >
              {words.tickets.pages[one]}
            </a>
          ))}
        </nav>
      )}
      {page === 'list' ? <TicketList /> : <TicketRules page={page} />}
    </section>
  )
}
