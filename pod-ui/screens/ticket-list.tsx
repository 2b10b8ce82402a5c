import type { InferResponseType } from 'hono/client'
import { useState } from 'preact/hooks'
import { answerOf, api } from '../api.ts'
import { Folded } from '../components/folded.tsx'
import { PsaChoice } from '../components/psa-choice.tsx'
import { Rows } from '../components/rows.tsx'
import { Empty, Failed, Shown, Skeleton } from '../components/states.tsx'
import { instant } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { usePages } from '../pages.ts'
import { psaConnection, psaOf } from '../psa.ts'
import { hrefOf } from '../route.ts'
import { host } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { words } from '../words/words.ts'
import { TicketView } from './ticket-view.tsx'

type Ticket = InferResponseType<typeof api.tickets.$get, 200>['items'][number]

const states = ['open', 'waiting', 'closed'] as const
type State = (typeof states)[number]

export function TicketList() {
  const [state, setState] = useState<State>('open')
  const connection = psaConnection.value
  const pages = usePages(JSON.stringify([state, connection]), (cursor, signal) => {
    const query = {
      state,
      limit: '200',
      ...(connection === null ? {} : { connection }),
      ...(cursor === null ? {} : { cursor }),
    }
    return answerOf(api.tickets.$get({ query }, { init: { signal } }))
  })
  return (
    <>
      <TicketView />
      <div class="toolbar">
        <fieldset class="chips">
          <legend class="visually-hidden">{words.companies.show}</legend>
          {states.map((one) => (
            <button key={one} type="button" aria-pressed={state === one} onClick={() => setState(one)}>
              {words.tickets.states[one]}
            </button>
          ))}
        </fieldset>
        <PsaChoice />
      </div>
      {pages.failure !== null && <Failed failure={pages.failure} again={() => void pages.reload()} />}
      {pages.first === null && pages.failure === null && <Skeleton lines={5} />}
      {pages.complete && pages.items.length === 0 && <Empty>{words.tickets.none[state]}</Empty>}
      {pages.items.length > 0 && <Table tickets={pages.items} />}
    </>
  )
}

function Table({ tickets }: { tickets: Ticket[] }) {
  return (
    <Rows
      label={psaWords().ticketsTab}
      rows={tickets}
      keyOf={({ id }) => id}
      estimate={64}
      columns={[
        {
          key: 'company',
          title: psaWords().company,
          isHeader: true,
          cell: ({ connection, companyId, companyName }) =>
            companyId === '' ? (
              'tallypod'
            ) : (
              <a href={hrefOf({ tab: 'company', connection, company: companyId })}>
                {companyName ?? `#${companyId}`}
              </a>
            ),
        },
        { key: 'what', title: words.tickets.what, cell: (ticket) => <What ticket={ticket} /> },
        {
          key: 'since',
          title: words.tickets.since,
          cell: ({ openedAt, closedAt, closedBy, lastAt }) => (
            <>
              {instant(openedAt ?? lastAt)}
              {closedAt !== null && (
                <p class="quiet">
                  {words.tickets.closedAt(instant(closedAt))}{' '}
                  {closedBy === null ? '' : words.tickets.closedBy[closedBy]}
                </p>
              )}
            </>
          ),
        },
        {
          key: 'ticket',
          title: psaWords().ticket,
          numeric: true,
          cell: (ticket) => <Opener ticket={ticket} />,
        },
      ]}
    />
  )
}

function What({ ticket: { id, title, devices, count, waitsFor } }: { ticket: Ticket }) {
  const often = count > devices ? ` · ${words.tickets.times(count)}` : ''
  return (
    <>
      {title}
      {waitsFor !== null && <p class="attention">{waitsFor}</p>}
      {devices > 0 && (
        <Folded summary={words.units.device(devices) + often}>{() => <Devices id={id} />}</Folded>
      )}
    </>
  )
}

function Devices({ id }: { id: string }) {
  const loading = useLoaded(id, (signal) =>
    answerOf(api.tickets[':id'].$get({ param: { id } }, { init: { signal } })),
  )
  return (
    <Shown of={loading.now} again={() => void loading.reload()} lines={1}>
      {({ devices }) => (
        <ul class="devices">
          {devices.map((device) => (
            <li key={`${device.tenant}/${device.id}`}>
              {device.name}
              <span class="quiet">
                {device.count > 1 && ` · ${words.tickets.times(device.count)}`} · {instant(device.lastAt)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Shown>
  )
}

/** Opens the ticket in the PSA: on the screens around us, or at its address. */
function Opener({ ticket: { connection, ticketId, url } }: { ticket: Ticket }) {
  if (ticketId === null) return null
  const open = host.value?.openRecord
  const text = `#${ticketId}`
  const label = `${words.company.openInPsa(psaWords(connection).name)}: ${text}`
  if (open && psaOf(connection)?.kind === host.value?.kind) {
    return (
      <button type="button" aria-label={label} onClick={() => open({ screen: 'ticket', id: ticketId })}>
        {text}
      </button>
    )
  }
  return (
    <a {...(url === null ? {} : { href: url, 'aria-label': label })} target="_blank" rel="noreferrer">
      {text}
    </a>
  )
}
