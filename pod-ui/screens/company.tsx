import type { InferResponseType } from 'hono/client'
import { useEffect } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { BillingControls } from '../components/mapping-cells.tsx'
import { SaveBar } from '../components/save-bar.tsx'
import { Select } from '../components/select.tsx'
import { Quantities } from '../components/quantities.tsx'
import { Sparkline } from '../components/line-chart.tsx'
import { Rows } from '../components/rows.tsx'
import { Empty, Notice, Shown } from '../components/states.tsx'
import { Why } from '../components/why.tsx'
import { count, day, instant } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import {
  type Mapping,
  mappingDrafts,
  mappingText,
  type Names,
  rememberRows,
  saveMappingDrafts,
  tenantText,
} from '../mapping.ts'
import { psaOf } from '../psa.ts'
import { host, mayEdit, standing } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { quantityText } from '../words/quantity.ts'
import { reasonText } from '../words/reasons.ts'
import { tenantKindText, tenantWords } from '../words/tenants.ts'
import { words } from '../words/words.ts'
import { MapHere } from './map-here.tsx'

type Bill = InferResponseType<(typeof api.bills)[':connection'][':company']['$get'], 200>
type BillLine = Bill['lines'][number]

/** What one company is billed, and why. */
export function Company({ connection, company }: { connection: string; company: string }) {
  const loading = useLoaded(`${connection}/${company}`, (signal) =>
    answerOf(
      api.bills[':connection'][':company'].$get({ param: { connection, company } }, { init: { signal } }),
    ),
  )
  const again = () => void loading.reload()
  return (
    <section class="section" aria-labelledby="company-title">
      <Shown of={loading.now} again={again} lines={4}>
        {(bill) => (
          <>
            <div class="toolbar">
              <h1 id="company-title">{bill.company.name ?? `${psaWords(connection).company} #${company}`}</h1>
              <Opener connection={connection} company={company} />
            </div>
            {bill.tenants.length === 0 ? (
              mayEdit() ? (
                <MapHere connection={connection} company={bill.company} onMapped={again} />
              ) : (
                <Empty>{words.company.notMapped(psaWords(connection).companyNoun, tenantWords().one)}</Empty>
              )
            ) : (
              <Tenants bill={bill} reload={loading.reload} />
            )}
            {bill.lines.length > 0 ? (
              <Lines bill={bill} />
            ) : (
              bill.tenants.length > 0 && <Empty>{words.company.noLines}</Empty>
            )}
          </>
        )}
      </Shown>
    </section>
  )
}

/** Opens the company in the PSA, where the page around us can do that. */
function Opener({ connection, company }: { connection: string; company: string }) {
  const open = host.value?.openRecord
  const now = standing.value
  const isHere = now.state === 'signed_in' && now.place?.company?.id === company
  if (!open || isHere || psaOf(connection)?.kind !== host.value?.kind) return null
  return (
    <button type="button" onClick={() => open({ screen: 'company', id: company })}>
      {words.company.openInPsa(psaWords(connection).name)}
    </button>
  )
}

/** Who is billed here, on which agreement, and what becomes of numbers that somebody changes in the PSA. */
function Tenants({ bill, reload }: { bill: Bill; reload: () => Promise<void> }) {
  useEffect(
    () =>
      rememberRows(
        bill.tenants.map((tenant) => ({
          tenant,
          mapping: tenant.mapping,
          names: namesOf(bill, tenant),
        })),
      ),
    [bill],
  )
  return (
    <>
      <ul class="tenants">
        {bill.tenants.map((tenant) => (
          <li key={tenant.id} class="card">
            <p>
              <span class="quiet">{tenantKindText(tenant.kind)}:</span> <strong>{tenant.name}</strong>{' '}
              <span class="quiet">
                {tenant.readAt === null
                  ? words.company.neverRead
                  : words.company.readAt(instant(tenant.readAt))}
              </span>
            </p>
            {tenant.gone && (
              <Notice tone="warn">{words.attention(psaWords(bill.company.connection)).tenant_gone}</Notice>
            )}
            <div class="tenant-settings">
              <BillingControls tenant={tenant} stored={tenant.mapping} names={namesOf(bill, tenant)} />
              <ManualQuantity tenant={tenant} stored={tenant.mapping} />
            </div>
          </li>
        ))}
      </ul>
      <SaveBar
        drafts={mappingDrafts}
        save={saveMappingDrafts}
        reload={reload}
        nameOf={tenantText}
        textOf={mappingText}
      />
    </>
  )
}

function namesOf({ company }: Bill, { agreementName, priceLevelName }: Bill['tenants'][number]): Names {
  return { company: company.name, agreement: agreementName, priceLevel: priceLevelName }
}

const manualRules = ['ask', 'overwrite', 'keep'] as const

function ManualQuantity({ tenant, stored }: { tenant: { id: string; name: string }; stored: Mapping }) {
  const now = mappingDrafts.of(tenant.id, stored) ?? stored
  return (
    <Select
      label={
        <>
          {words.company.manualQuantity}
          <span class="visually-hidden">: {tenant.name}</span>
        </>
      }
      disabled={!mayEdit()}
      value={now.manualQuantity}
      onChange={(value) =>
        mappingDrafts.change(tenant.id, stored, {
          ...now,
          manualQuantity: manualRules.find((rule) => rule === value) ?? 'ask',
        })
      }
    >
      {manualRules.map((rule) => (
        <option key={rule} value={rule}>
          {words.company.manualRules[rule]}
        </option>
      ))}
    </Select>
  )
}

function Lines({ bill }: { bill: Bill }) {
  const title = bill.company.name ?? bill.company.id
  return (
    <Rows
      label={words.company.lines}
      rows={bill.lines}
      keyOf={({ agreementId, productId }) => `${agreementId}/${productId}`}
      estimate={80}
      columns={[
        {
          key: 'product',
          title: psaWords(bill.company.connection).product,
          isHeader: true,
          cell: ({ names, productId, agreementId }) => (
            <>
              {names.product ?? `#${productId}`}
              <p class="quiet">{names.agreement ?? `#${agreementId}`}</p>
            </>
          ),
        },
        {
          key: 'billed',
          title: words.company.billed,
          numeric: true,
          cell: ({ billed }) => (billed === null ? '–' : count(billed)),
        },
        {
          key: 'inUse',
          title: words.company.inUse,
          numeric: true,
          cell: ({ inUse, names }) => quantityText(inUse, names.units),
        },
        {
          key: 'trend',
          title: words.company.trend,
          cell: ({ trend, countedOn }) => (
            <>
              {trend.length > 1 && (
                <Sparkline
                  values={steps(trend)}
                  label={words.company.trendOf(trend.map(trendText).join(', '))}
                />
              )}
              {countedOn !== null && <p class="quiet">{words.company.changedOn(day(countedOn))}</p>}
            </>
          ),
        },
        { key: 'state', title: words.companies.status, cell: (line) => <LineState line={line} /> },
        {
          key: 'why',
          title: words.why.changed,
          hideTitle: true,
          cell: (line) => (
            <Why line={line} title={title} number={line.billed ?? line.inUse} countedOn={line.countedOn} />
          ),
        },
      ]}
    />
  )
}

function LineState({ line: { change, leftBehind, names } }: { line: BillLine }) {
  if (leftBehind) return <span class="badge badge-warn">{words.aside.leftBehind}</span>
  if (change === null) return null
  return (
    <>
      <Quantities from={change.kind === 'create' ? null : change.from} to={change.to} units={names.units} />
      <p class="quiet">
        {words.changeStates[change.state]}
        {change.reason !== null && `: ${reasonText(change.reason, change.connection)}`}
      </p>
    </>
  )
}

/** A number holds until the next one, so that a change is drawn as a step. */
function steps(trend: BillLine['trend']): number[] {
  return trend.flatMap(({ billed }, index) => {
    const before = trend[index - 1]
    return before === undefined ? [billed] : [before.billed, billed]
  })
}

function trendText({ day: on, billed }: BillLine['trend'][number]): string {
  return `${day(on)}: ${count(billed)}`
}
