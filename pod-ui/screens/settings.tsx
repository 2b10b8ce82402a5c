import { hrefOf } from '../route.ts'
import { isAdministrator, signOut, host } from '../sign-in.ts'
import { words } from '../words/words.ts'
import { Audit } from './settings-audit.tsx'
import { Connections } from './settings-connections.tsx'
import { Document } from './settings-document.tsx'
import { People } from './settings-people.tsx'
import { RunSettings } from './settings-runs.tsx'

const pages = ['connections', 'runs', 'people', 'audit', 'document'] as const
type Page = (typeof pages)[number]

/** What only administrators change; others see connections and settings. */
export function Settings({ rest: [wanted, ...detail] }: { rest: string[] }) {
  const shown = isAdministrator() ? pages : pages.filter((page) => page === 'connections' || page === 'runs')
  const page = shown.find((one) => one === wanted) ?? 'connections'
  return (
    <section class="section" aria-labelledby="settings-title">
      <div class="toolbar">
        <h1 id="settings-title">{words.app.tabs.settings}</h1>
        {host.value?.kind === 'page' && (
          <button type="button" onClick={() => void signOut()}>
            {words.app.signOut}
          </button>
        )}
      </div>
      <nav class="tabs" aria-label={words.app.tabs.settings}>
        {shown.map((one) => (
          <a
            key={one}
            href={hrefOf({ tab: 'settings', rest: [one] })}
            {...(one === page ? { 'aria-current': 'page' as const } : {})}
          >
            {words.settings.pages[one]}
          </a>
        ))}
      </nav>
      <PageOf page={page} detail={detail} />
    </section>
  )
}

function PageOf({ page, detail }: { page: Page; detail: string[] }) {
  switch (page) {
    case 'connections':
      return <Connections detail={detail} />
    case 'runs':
      return <RunSettings />
    case 'people':
      return <People />
    case 'audit':
      return <Audit />
    case 'document':
      return <Document />
  }
}
