import { useState } from 'preact/hooks'
import { api, answerOf, fileOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { Rows } from '../components/rows.tsx'
import { SearchBox } from '../components/search-box.tsx'
import { Empty, Shown } from '../components/states.tsx'
import { download } from '../download.ts'
import { instant } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { words } from '../words/words.ts'

/** Who changed or decided what. */
export function Audit() {
  const [search, setSearch] = useState('')
  const loading = useLoaded(search, (signal) =>
    answerOf(api.audit.$get({ query: { search, limit: '500' } }, { init: { signal } })),
  )
  const path = `/api/audit?${new URLSearchParams({ search })}`
  return (
    <>
      <div class="toolbar">
        <Action run={async () => download(await fileOf(path, 'text/csv'), 'audit.csv')}>
          {words.actions.downloadCsv}
        </Action>
        <SearchBox label={words.audit.searchFor} value={search} onSearch={setSearch} />
      </div>
      <Shown of={loading.now} again={() => void loading.reload()} lines={6}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{search === '' ? words.audit.empty : words.companies.noMatch}</Empty>
          ) : (
            <Rows
              label={words.settings.pages.audit}
              rows={items.map((item, index) => ({ ...item, index }))}
              keyOf={({ at, subject, index }) => `${at} ${subject} ${index}`}
              columns={[
                { key: 'at', title: words.audit.at, isHeader: true, cell: ({ at }) => instant(at) },
                { key: 'who', title: words.audit.who, cell: ({ who }) => who },
                { key: 'subject', title: words.audit.subject, cell: ({ subject }) => subject },
                { key: 'before', title: words.audit.before, cell: ({ before }) => <Value of={before} /> },
                { key: 'after', title: words.audit.after, cell: ({ after }) => <Value of={after} /> },
              ]}
            />
          )
        }
      </Shown>
    </>
  )
}

function Value({ of }: { of: unknown }) {
  if (of === null || of === undefined) return <>–</>
  return <code class="value">{typeof of === 'string' ? of : JSON.stringify(of)}</code>
}
