import { useId } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { day } from '../format.ts'
import {
  type Mapping,
  mappingDrafts,
  type MappingRow,
  newMapping,
  rememberName,
  shownName,
} from '../mapping.ts'
import { hrefOf } from '../route.ts'
import { mayEdit } from '../sign-in.ts'
import { psaConnection } from '../psa.ts'
import { psaWords } from '../words/psa.ts'
import { words } from '../words/words.ts'
import { Combobox, type Options } from './combobox.tsx'
import { Switch } from './switch.tsx'

const mostShown = 50

/** The company of a tenant, to be chosen by typing; taken ones are shown with who has them. */
export function CompanyCell({ row }: { row: MappingRow }) {
  const { tenant, mapping, names, suggestion } = row
  const now = mappingDrafts.of(tenant.id, mapping)
  const nameNow = (id: string) =>
    id === mapping?.company.id ? (names.company ?? shownName('company', id)) : shownName('company', id)
  if (!mayEdit()) return <>{now === null ? words.companies.notMapped : nameNow(now.company.id)}</>

  const connection = mapping?.company.connection ?? psaConnection.value
  const change = (after: Mapping | null) => mappingDrafts.change(tenant.id, mapping, after)
  return (
    <>
      <Combobox
        label={`${psaWords().company}: ${tenant.name}`}
        hideLabel
        placeholder={words.companies.chooseCompany}
        value={now === null ? null : { id: now.company.id, name: nameNow(now.company.id) }}
        disabled={connection === null}
        search={(text, signal) => companies(connection ?? '', tenant.id, text, signal)}
        onChoose={({ id, name }) => change(newMapping({ connection: connection ?? '', id, name }))}
        onClear={() => change(null)}
      />
      {now === null && suggestion !== null && (
        <p class="suggestion">
          {words.companies.suggested} <strong>{suggestion.name}</strong>{' '}
          <button
            type="button"
            aria-label={words.companies.useFor(suggestion.name, tenant.name)}
            onClick={() => change(newMapping(suggestion))}
          >
            {words.companies.use}
          </button>
        </p>
      )}
    </>
  )
}

async function companies(
  connection: string,
  tenant: string,
  search: string,
  signal: AbortSignal,
): Promise<Options> {
  const query = { connection, tenant, search, limit: `${mostShown}` }
  const found = await answerOf(api['company-choices'].$get({ query }, { init: { signal } }))
  return {
    more: found.nextCursor !== null,
    items: found.items.map(({ id, name, takenBy }) => ({
      id,
      name,
      ...(takenBy === null ? {} : { disabled: true, note: words.combobox.mappedTo(takenBy.name) }),
    })),
  }
}

/** Whether a mapped tenant is billed, and on which agreement. */
export function BillingCell({ row: { tenant, mapping, names, agreementEndsOn } }: { row: MappingRow }) {
  return (
    <BillingControls
      tenant={tenant}
      stored={mapping}
      agreementName={names.agreement}
      agreementEndsOn={agreementEndsOn}
    />
  )
}

export function BillingControls({
  tenant,
  stored,
  agreementName,
  agreementEndsOn = null,
}: {
  tenant: { id: string; name: string }
  stored: Mapping | null
  agreementName: string | null
  agreementEndsOn?: string | null
}) {
  const id = useId()
  const now = mappingDrafts.of(tenant.id, stored)
  if (now === null) return <span class="quiet">{words.companies.mapFirst}</span>

  const nameOf = (agreementId: string) =>
    (agreementId === stored?.agreementId ? agreementName : null) ?? shownName('agreement', agreementId)
  if (!mayEdit()) {
    return (
      <>
        {now.billing ? words.companies.billingIsOn : words.companies.billingIsOff}
        {now.agreementId !== null && ` · ${nameOf(now.agreementId)}`}
      </>
    )
  }
  const change = (after: Partial<Mapping>) => mappingDrafts.change(tenant.id, stored, { ...now, ...after })
  const hint = now.agreementId === null ? words.companies.selectFirst(psaWords().selectAgreement) : null
  return (
    <div class="billing-cell">
      <Switch
        label={words.companies.automaticBilling}
        on={now.billing}
        disabled={now.agreementId === null && !now.billing}
        {...(hint === null ? {} : { describedBy: `${id}-hint` })}
        onChange={(billing) => change({ billing })}
      />
      <Combobox
        label={`${psaWords().selectAgreement}: ${tenant.name}`}
        hideLabel
        placeholder={psaWords().selectAgreement}
        none={psaWords().noAgreement}
        value={now.agreementId === null ? null : { id: now.agreementId, name: nameOf(now.agreementId) }}
        search={(text, signal) => agreements(now.company, text, signal)}
        onChoose={(option) => {
          rememberName('agreement', option.id, option.name)
          change({ agreementId: option.id })
        }}
        {...(now.billing ? {} : { onClear: () => change({ agreementId: null }) })}
      />
      {hint !== null && (
        <p id={`${id}-hint`} class="quiet">
          {hint}
        </p>
      )}
      {agreementEndsOn !== null && now.agreementId === stored?.agreementId && (
        <p class="quiet">{words.companies.endsOn(day(agreementEndsOn))}</p>
      )}
    </div>
  )
}

async function agreements(
  company: { connection: string; id: string },
  search: string,
  signal: AbortSignal,
): Promise<Options> {
  const query = { connection: company.connection, company: company.id, search, limit: `${mostShown}` }
  const found = await answerOf(api.agreements.$get({ query }, { init: { signal } }))
  return {
    more: found.nextCursor !== null,
    items: found.items.map(({ id, name, startDate, endDate, active }) => ({
      id,
      name,
      note: [
        active ? '' : words.companies.agreementNotActive,
        `${startDate === null ? '' : day(startDate)} – ${endDate === null ? '' : day(endDate)}`,
      ]
        .filter((text) => text !== '' && text !== ' – ')
        .join(' · '),
    })),
  }
}

/** What has to be looked at, and a way to the company's bill. */
export function StatusCell({ row: { tenant, mapping, attention } }: { row: MappingRow }) {
  const draft = mappingDrafts.all.value.get(tenant.id)
  return (
    <div class="status-cell">
      {draft !== undefined && <span class="badge">{words.companies.notSaved}</span>}
      {attention.map(({ code, message }) => (
        <p key={code} class="attention">
          {words.attention[code as keyof typeof words.attention] ?? message}
        </p>
      ))}
      {mapping !== null && (
        <a
          href={hrefOf({
            tab: 'company',
            connection: mapping.company.connection,
            company: mapping.company.id,
          })}
        >
          {words.companies.showBill}
          <span class="visually-hidden"> {tenant.name}</span>
        </a>
      )}
    </div>
  )
}
