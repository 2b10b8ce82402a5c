import { useEffect, useRef, useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { announce } from '../components/announcer.tsx'
import { BillingCell, CompanyCell, StatusCell } from '../components/mapping-cells.tsx'
import { PsaChoice } from '../components/psa-choice.tsx'
import { Rows } from '../components/rows.tsx'
import { SaveBar } from '../components/save-bar.tsx'
import { SearchBox } from '../components/search-box.tsx'
import { Empty, Failed, Notice, Skeleton } from '../components/states.tsx'
import {
  type Filter,
  filters,
  mappingDrafts,
  type MappingRow,
  mappingText,
  rememberRows,
  saveMappingDrafts,
  tenantText,
} from '../mapping.ts'
import { usePages } from '../pages.ts'
import { connections } from '../psa.ts'
import { hrefOf } from '../route.ts'
import { mayEdit } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { tenantKindText, tenantWords } from '../words/tenants.ts'
import { words } from '../words/words.ts'
import { Bulk } from './companies-bulk.tsx'

/** Which tenant is which company, and whether it is billed. */
export function Companies() {
  const [search, setSearch] = useState('')
  const [filter, setFilter] = useState<Filter>('all')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [skipped, setSkipped] = useState('')
  const retry = useRef(false)
  const pages = usePages(JSON.stringify([search, filter]), (cursor, signal) => {
    const query = {
      search,
      filter,
      limit: '1000',
      ...(retry.current ? { retry: 'true' as const } : {}),
      ...(cursor === null ? {} : { cursor }),
    }
    retry.current = false
    return answerOf(api.mappings.$get({ query }, { init: { signal } }))
  })
  useEffect(() => rememberRows(pages.items), [pages.items])
  useEffect(() => setSkipped(''), [pages.first])
  const total = pages.first?.total ?? null
  useWhileListed(pages)
  useEffect(() => {
    if (total !== null) announce(words.companies.matches(total))
  }, [total, search, filter])

  const rows = pages.items
  const tenants = tenantWords([...new Set(rows.map(({ tenant }) => tenant.kind))])
  const problems = [...(pages.first?.sources ?? []), ...(pages.first?.psas ?? [])].filter(
    ({ problem }) => problem !== null,
  )

  return (
    <section class="section" aria-labelledby="companies-title">
      <h1 id="companies-title">{psaWords().companiesTab}</h1>
      <div class="toolbar">
        <fieldset class="chips">
          <legend class="visually-hidden">{words.companies.show}</legend>
          {filters.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={filter === one}
              onClick={() => {
                setFilter(one)
                setChosen(new Set())
              }}
            >
              {words.companies.filters[one]}
            </button>
          ))}
        </fieldset>
        <p class="quiet">{total === null ? '' : words.companies.matches(total)}</p>
        <PsaChoice />
        <SearchBox label={words.companies.searchFor(tenants.many)} value={search} onSearch={setSearch} />
      </div>

      {problems.map(({ connection, problem }) => (
        <Notice key={connection} tone="warn">
          <p>
            {problem?.message} {words.companies.partial}
          </p>
          <button
            type="button"
            onClick={() => {
              retry.current = true
              pages.reload()
            }}
          >
            {words.actions.tryAgain}
          </button>
        </Notice>
      ))}
      {pages.failure !== null && <Failed failure={pages.failure} again={pages.reload} />}
      {pages.first === null && pages.failure === null && <Skeleton lines={6} />}
      {pages.complete && rows.length === 0 && <Nothing isFiltered={search !== '' || filter !== 'all'} />}

      {rows.length > 0 && (
        <>
          {mayEdit() && (
            <Bulk
              rows={rows}
              chosen={chosen}
              onDone={(left) => {
                setSkipped(left)
                setChosen(new Set())
              }}
            />
          )}
          {skipped !== '' && chosen.size === 0 && <Notice tone="warn">{skipped}</Notice>}
          <Table rows={rows} chosen={chosen} onChoose={setChosen} />
        </>
      )}
      <SaveBar
        drafts={mappingDrafts}
        save={saveMappingDrafts}
        reload={pages.reload}
        nameOf={tenantText}
        textOf={mappingText}
      />
    </section>
  )
}

/** The first reader of the lists is waited for by others, too. */
function useWhileListed({ first, reload }: { first: Lists | null; reload: () => void }): void {
  const isBeingRead =
    first !== null &&
    [...first.sources, ...first.psas].some(({ readAt, problem }) => readAt === null && problem === null)
  useEffect(() => {
    if (!isBeingRead) return
    const timer = setTimeout(reload, 1_500)
    return () => clearTimeout(timer)
  }, [first])
}

interface Lists {
  sources: { readAt: string | null; problem: unknown }[]
  psas: { readAt: string | null; problem: unknown }[]
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <Empty>{words.companies.noMatch}</Empty>
  const isReported = connections.value?.some(({ kind }) => kind === 'hub') === true
  return (
    <Empty
      action={
        <a
          class="button"
          href={hrefOf(
            isReported ? { tab: 'reports', rest: [] } : { tab: 'settings', rest: ['connections'] },
          )}
        >
          {isReported ? words.companies.toReports : words.companies.toConnections}
        </a>
      }
    >
      {words.companies[isReported ? 'noReport' : 'empty'](tenantWords().many)}
    </Empty>
  )
}

function Table({
  rows,
  chosen,
  onChoose,
}: {
  rows: MappingRow[]
  chosen: ReadonlySet<string>
  onChoose: (chosen: ReadonlySet<string>) => void
}) {
  const drafts = mappingDrafts.all.value
  const allChosen = rows.every(({ tenant }) => chosen.has(tenant.id))
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    onChoose(next)
  }
  const kinds = [...new Set(rows.map(({ tenant }) => tenant.kind))]

  return (
    <>
      {mayEdit() && (
        <label class="choose-all">
          <input
            type="checkbox"
            checked={allChosen}
            onChange={() => onChoose(allChosen ? new Set() : new Set(rows.map(({ tenant }) => tenant.id)))}
          />{' '}
          {words.companies.chooseAll(rows.length)}
        </label>
      )}
      <Rows
        label={psaWords().companiesTab}
        rows={rows}
        keyOf={({ tenant }) => tenant.id}
        estimate={76}
        rowClass={({ tenant }) => (drafts.has(tenant.id) ? 'changed' : '')}
        columns={[
          {
            key: 'tenant',
            title: tenantWords(kinds).title,
            isHeader: true,
            cell: ({ tenant }) => (
              <>
                {mayEdit() ? (
                  <label class="choose">
                    <input
                      type="checkbox"
                      checked={chosen.has(tenant.id)}
                      onChange={() => toggle(tenant.id)}
                    />{' '}
                    {tenant.name}
                  </label>
                ) : (
                  tenant.name
                )}
                {kinds.length > 1 && <p class="quiet">{tenantKindText(tenant.kind)}</p>}
              </>
            ),
          },
          {
            key: 'company',
            title: psaWords().company,
            cell: (row) => <CompanyCell row={row} />,
          },
          {
            key: 'billing',
            title: words.companies.billingSettings,
            cell: (row) => <BillingCell row={row} />,
          },
          {
            key: 'status',
            title: words.companies.status,
            cell: (row) => <StatusCell row={row} />,
          },
        ]}
      />
    </>
  )
}
