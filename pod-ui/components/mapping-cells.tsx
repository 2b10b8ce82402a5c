import { useId } from 'preact/hooks'
import { agreements, companiesFor, priceLevels } from '../choices.ts'
import { day } from '../format.ts'
import {
  type Mapping,
  mappingDrafts,
  type MappingRow,
  missingIn,
  type Names,
  newMapping,
  rememberName,
  shownName,
} from '../mapping.ts'
import { hasPriceLevels, psaConnection, psaOf, psas } from '../psa.ts'
import { hrefOf } from '../route.ts'
import { mayEdit } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { words } from '../words/words.ts'
import { Combobox } from './combobox.tsx'
import { Switch } from './switch.tsx'

/** The company of a tenant, to be chosen by typing; taken ones are shown with who has them. */
export function CompanyCell({ row }: { row: MappingRow }) {
  const { tenant, mapping, names, suggestion } = row
  const now = mappingDrafts.of(tenant.id, mapping)
  const nameNow = ({ company }: Mapping) =>
    (isSameCompany(company, mapping?.company) ? names.company : null) ??
    shownName('company', company.connection, company.id)
  const connection = now?.company.connection ?? psaConnection.value
  const where = now !== null && <PsaName connection={now.company.connection} />
  if (!mayEdit()) {
    return (
      <>
        {now === null ? words.companies.notMapped : nameNow(now)}
        {where}
      </>
    )
  }

  const change = (after: Mapping | null) => mappingDrafts.change(tenant.id, mapping, after)
  return (
    <>
      <Combobox
        label={`${psaWords(connection).company}: ${tenant.name}`}
        hideLabel
        placeholder={words.companies.choose(psaWords(connection).companyNoun)}
        value={now === null ? null : { id: now.company.id, name: nameNow(now) }}
        disabled={connection === null}
        search={(text, signal) => companiesFor(connection ?? '', tenant.id, text, signal)}
        onChoose={({ id, name }) => change(newMapping({ connection: connection ?? '', id, name }))}
        onClear={() => change(null)}
      />
      {where}
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
          <PsaName connection={suggestion.connection} />
        </p>
      )}
    </>
  )
}

function isSameCompany(one: Mapping['company'], other: Mapping['company'] | undefined): boolean {
  return one.connection === other?.connection && one.id === other.id
}

/** Where a company is, as far as that is a question. */
function PsaName({ connection }: { connection: string }) {
  return psas.value.length > 1 ? <span class="quiet"> {psaOf(connection)?.name}</span> : null
}

/** Whether a mapped tenant is billed, and on which agreement. */
export function BillingCell({ row: { tenant, mapping, names, agreementEndsOn } }: { row: MappingRow }) {
  return <BillingControls tenant={tenant} stored={mapping} names={names} agreementEndsOn={agreementEndsOn} />
}

export function BillingControls({
  tenant,
  stored,
  names,
  agreementEndsOn = null,
}: {
  tenant: { id: string; name: string }
  stored: Mapping | null
  /** Of what is stored. */
  names: Names
  agreementEndsOn?: string | null
}) {
  const id = useId()
  const now = mappingDrafts.of(tenant.id, stored)
  if (now === null) {
    return <span class="quiet">{words.companies.mapFirst(psaWords().companyNoun)}</span>
  }

  const { company } = now
  const psa = psaWords(company.connection)
  const chosen = (kind: 'agreement' | 'priceLevel') => {
    const id = now[`${kind}Id`]
    if (id === null) return null
    const isStored = id === stored?.[`${kind}Id`] && isSameCompany(company, stored.company)
    return { id, name: (isStored ? names[kind] : null) ?? shownName(kind, company.connection, id) }
  }
  const agreement = chosen('agreement')
  const priceLevel = chosen('priceLevel')
  if (!mayEdit()) {
    const billing = now.billing ? words.companies.billingIsOn : words.companies.billingIsOff
    return <>{[billing, agreement?.name, priceLevel?.name].filter(Boolean).join(' · ')}</>
  }

  const change = (after: Partial<Mapping>) => mappingDrafts.change(tenant.id, stored, { ...now, ...after })
  const [missing] = missingIn(now)
  const selectPriceLevel = words.companies.selectPriceLevel
  return (
    <div class="billing-cell">
      <Switch
        label={words.companies.automaticBilling}
        on={now.billing}
        disabled={missing !== undefined && !now.billing}
        {...(missing === undefined ? {} : { describedBy: `${id}-hint` })}
        onChange={(billing) => change({ billing })}
      />
      <Combobox
        label={`${psa.selectAgreement}: ${tenant.name}`}
        hideLabel
        placeholder={psa.selectAgreement}
        none={words.companies.noAgreement(psa)}
        value={agreement}
        search={(text, signal) => agreements(company, text, signal)}
        onChoose={(option) => {
          rememberName('agreement', company.connection, option)
          change({ agreementId: option.id })
        }}
        {...(now.billing ? {} : { onClear: () => change({ agreementId: null }) })}
      />
      {hasPriceLevels(company.connection) && (
        <Combobox
          label={`${selectPriceLevel}: ${tenant.name}`}
          hideLabel
          placeholder={selectPriceLevel}
          value={priceLevel}
          search={(text, signal) => priceLevels(company.connection, text, signal)}
          onChoose={(option) => {
            rememberName('priceLevel', company.connection, option)
            change({ priceLevelId: option.id })
          }}
          {...(now.billing ? {} : { onClear: () => change({ priceLevelId: null }) })}
        />
      )}
      {missing !== undefined && (
        <p id={`${id}-hint`} class="quiet">
          {words.companies.selectFirst(missing === 'priceLevel' ? selectPriceLevel : psa.selectAgreement)}
        </p>
      )}
      {agreementEndsOn !== null && agreement?.id === stored?.agreementId && (
        <p class="quiet">{words.companies.endsOn(day(agreementEndsOn))}</p>
      )}
    </div>
  )
}

/** What has to be looked at, and a way to the company's bill. */
export function StatusCell({ row: { tenant, mapping, attention } }: { row: MappingRow }) {
  const draft = mappingDrafts.all.value.get(tenant.id)
  const psa = psaWords(mapping?.company.connection)
  const texts: Record<string, string> = { ...words.reasons(psa), ...words.attention(psa) }
  return (
    <div class="status-cell">
      {draft !== undefined && <span class="badge">{words.companies.notSaved}</span>}
      {attention.map(({ code, message }) => (
        <p key={code} class="attention">
          {texts[code] ?? message}
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
