import { answerOf, api } from '../api.ts'
import { PsaChoice } from '../components/psa-choice.tsx'
import { RuleProblems } from '../components/rule-problems.tsx'
import { SaveBar } from '../components/save-bar.tsx'
import { Empty, Shown } from '../components/states.tsx'
import { useLoaded } from '../loaded.ts'
import { psaConnection } from '../psa.ts'
import { hrefOf } from '../route.ts'
import { isAdministrator } from '../sign-in.ts'
import {
  type AllRules,
  changeRulesOf,
  type Level,
  newRules,
  type OwnCompany,
  rulesNow,
  saveRules,
  ticketDrafts,
} from '../ticket-rules.ts'
import { ruleText } from '../words/rules.ts'
import { words } from '../words/words.ts'
import { EventRules, StatusRules } from './ticket-faults.tsx'
import { TicketGeneral } from './ticket-general.tsx'
import { TicketPreview } from './ticket-preview.tsx'

/** By which rules tickets are made in the PSA that is shown. */
export function TicketRules({ page }: { page: 'general' | 'events' | Level }) {
  const loading = useLoaded('ticket-rules', (signal) =>
    answerOf(api['ticket-rules'].$get({}, { init: { signal } })),
  )
  return (
    <Shown of={loading.now} again={() => void loading.reload()} lines={5}>
      {({ problems, ownCompanies, ...stored }) => (
        <>
          <PsaChoice />
          <RuleProblems problems={problems.filter(({ connection }) => connection === psaConnection.value)} />
          <Page page={page} stored={stored} ownCompanies={ownCompanies} />
          <SaveBar
            drafts={ticketDrafts}
            save={saveRules}
            reload={loading.reload}
            nameOf={() => words.tickets.rules}
            textOf={rulesText}
          />
        </>
      )}
    </Shown>
  )
}

function Page({
  page,
  stored,
  ownCompanies,
}: {
  page: 'general' | 'events' | Level
  stored: AllRules
  ownCompanies: OwnCompany[]
}) {
  const connection = psaConnection.value
  if (connection === null) {
    return (
      <Empty
        action={
          <a class="button" href={hrefOf({ tab: 'settings', rest: ['connections'] })}>
            {words.companies.toConnections}
          </a>
        }
      >
        {words.products.noPsa}
      </Empty>
    )
  }
  const now = rulesNow(stored)
  const rules = now.connections.find((one) => one.connection === connection)
  const shared = {
    disabled: !isAdministrator(),
    onChange: (part: Partial<AllRules['connections'][number]>) =>
      changeRulesOf(stored, { ...(rules ?? newRules(connection)), ...part }),
  }
  if (page === 'general') {
    return (
      <>
        <TicketGeneral
          key={connection}
          {...shared}
          connection={connection}
          rules={rules}
          stored={stored}
          own={ownCompanies}
        />
        {rules && <TicketPreview rules={rules} companies={now.companies} />}
      </>
    )
  }
  if (rules === undefined) {
    return (
      <Empty
        action={
          <a class="button" href={hrefOf({ tab: 'tickets', rest: ['general'] })}>
            {words.tickets.pages.general}
          </a>
        }
      >
        {words.tickets.generalFirst}
      </Empty>
    )
  }
  return (
    <>
      {page === 'events' ? (
        <EventRules {...shared} rules={rules} />
      ) : (
        <StatusRules key={page} {...shared} rules={rules} level={page} />
      )}
      <TicketPreview rules={rules} companies={now.companies} />
    </>
  )
}

/** E.g. `cw: Critical events, Full scan is overdue` */
function rulesText({ connections }: AllRules): string {
  return connections
    .map(({ connection, events, statuses, health }) => {
      const on = [
        ...Object.entries(events).flatMap(([name, rule]) => (rule?.on ? [`event:${name}`] : [])),
        ...Object.entries(statuses).flatMap(([name, rule]) => (rule?.on ? [`status:${name}`] : [])),
        ...(health.on ? ['health'] : []),
      ]
      return `${connection}: ${on.map(ruleText).join(', ') || words.products.off}`
    })
    .join(' · ')
}
