import { useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { announce } from '../components/announcer.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Rows } from '../components/rows.tsx'
import { Failed, Skeleton } from '../components/states.tsx'
import { capital, count, day, instant } from '../format.ts'
import { usePages } from '../pages.ts'
import type { Report, Source } from '../report.ts'
import { mayEdit } from '../sign-in.ts'
import { words } from '../words/words.ts'

const tones = { current: 'badge-good', replaced: '', undone: 'badge-warn' }

/** Every report of a source, newest first, and the way back to the one before; nothing before the first has come. */
export function ReportHistory({ source, reload }: { source: Source; reload: () => Promise<void> }) {
  const { id, report } = source
  const [asking, setAsking] = useState(false)
  const pages = usePages(`${id} ${report?.id} ${report?.receivedAt}`, (cursor, signal) => {
    const query = { limit: '1000', ...(cursor === null ? {} : { cursor }) }
    return answerOf(api.sources[':id'].reports.$get({ param: { id }, query }, { init: { signal } }))
  })
  const before = pages.items.find(({ canReturn }) => canReturn)
  const mayReturn = mayEdit() && source.way === 'report' && report !== null && before !== undefined
  if (pages.failure !== null) return <Failed failure={pages.failure} again={() => void pages.reload()} />
  if (pages.first === null) return <Skeleton lines={2} />
  if (pages.items.length === 0) return null

  return (
    <>
      <div class="toolbar">
        <h3>{words.reports.history}</h3>
        {mayReturn && (
          <button type="button" onClick={() => setAsking(true)}>
            {words.reports.undo(day(before.asOf))}
          </button>
        )}
      </div>
      <Table label={`${words.reports.history}: ${source.name}`} reports={pages.items} />
      {mayReturn && asking && (
        <Dialog
          title={words.reports.undo(day(before.asOf))}
          onClose={() => setAsking(false)}
          actions={
            <Action
              primary
              run={async () => {
                const undone = await answerOf(api.sources[':id'].report.undo.$post({ param: { id } }))
                announce(words.reports.undone(day(undone.report.asOf)))
                setAsking(false)
                await reload()
              }}
            >
              {words.reports.goBack}
            </Action>
          }
        >
          <p>{words.reports.undoText(day(report.asOf), day(before.asOf))}</p>
        </Dialog>
      )}
    </>
  )
}

function Table({ label, reports }: { label: string; reports: Report[] }) {
  return (
    <Rows
      label={label}
      rows={reports}
      keyOf={({ id }) => id}
      columns={[
        { key: 'asOf', title: words.reports.of, isHeader: true, cell: ({ asOf }) => day(asOf) },
        {
          key: 'received',
          title: words.reports.received,
          cell: ({ receivedAt, receivedBy }) => (
            <>
              {instant(receivedAt)} <span class="quiet">{words.reports.by(receivedBy)}</span>
            </>
          ),
        },
        { key: 'file', title: words.reports.fileName, cell: ({ fileName }) => fileName ?? '–' },
        {
          key: 'companies',
          title: capital(words.tenants.company.many),
          numeric: true,
          cell: ({ companies }) => count(companies),
        },
        { key: 'rows', title: words.reports.rowsTitle, numeric: true, cell: ({ rows }) => count(rows) },
        {
          key: 'state',
          title: words.reports.state,
          cell: ({ state }) => <span class={`badge ${tones[state]}`}>{words.reports.states[state]}</span>,
        },
      ]}
    />
  )
}
