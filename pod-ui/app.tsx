import { useEffect, useRef } from 'preact/hooks'
import { Announcer } from './components/announcer.tsx'
import { Failed, Notice, Skeleton } from './components/states.tsx'
import { connections } from './psa.ts'
import { hrefOf, route, tabs, type Tab } from './route.ts'
import { Companies } from './screens/companies.tsx'
import { Company } from './screens/company.tsx'
import { Products } from './screens/products.tsx'
import { Reports } from './screens/reports.tsx'
import { Runs } from './screens/runs.tsx'
import { Settings } from './screens/settings.tsx'
import { SignedOut } from './screens/signed-out.tsx'
import { Tickets } from './screens/tickets.tsx'
import { Today } from './screens/today.tsx'
import { signIn, standing, type Standing } from './sign-in.ts'
import { psaWords } from './words/psa.ts'
import { words } from './words/words.ts'

export function App() {
  return (
    <>
      <Standings now={standing.value} />
      <Announcer />
    </>
  )
}

function Standings({ now }: { now: Standing }) {
  switch (now.state) {
    case 'starting':
      return (
        <main aria-busy="true">
          <p class="visually-hidden" role="status">
            {words.signIn.starting}
          </p>
          <Skeleton lines={5} />
        </main>
      )
    case 'signed_out':
      return <SignedOut />
    case 'stopped':
      return (
        <main>
          <h1>{words.signIn.refused}</h1>
          <Notice tone="warn">
            <p>{stoppedText(now.why)}</p>
            {now.why === 'host_silent' && (
              <button type="button" onClick={() => void signIn()}>
                {words.actions.tryAgain}
              </button>
            )}
          </Notice>
        </main>
      )
    case 'refused':
      return (
        <main>
          <h1>{words.signIn.refused}</h1>
          <Failed failure={now.failure} again={() => void signIn()} />
        </main>
      )
    case 'signed_in':
      return <Screens now={now} />
  }
}

function stoppedText(why: Extract<Standing, { state: 'stopped' }>['why']): string {
  switch (why) {
    case 'foreign_host':
      return words.signIn.foreignHost
    case 'no_hosts':
      return words.signIn.noHosts
    case 'host_silent':
      return words.signIn.hostSilent
  }
}

function Screens({ now }: { now: Extract<Standing, { state: 'signed_in' }> }) {
  const shown = route.value
  const main = useRef<HTMLElement>(null)
  const address = hrefOf(shown)
  const last = useRef(address)
  useEffect(() => {
    // Who went to another screen by keyboard goes on there.
    if (last.current !== address) main.current?.focus()
    last.current = address
  }, [address])

  return (
    <>
      <header class="pod-header">
        <nav class="tabs" aria-label={words.app.mainMenu}>
          {tabs.filter(isNeeded).map((tab) => (
            <a
              key={tab}
              href={hrefOf({ tab, rest: [] })}
              {...(shown.tab === tab ? { 'aria-current': 'page' as const } : {})}
            >
              {tabTitle(tab)}
            </a>
          ))}
        </nav>
        <p class="who">
          {now.member} · {words.app.roles[now.role]}
        </p>
      </header>
      <main ref={main} tabIndex={-1}>
        {now.role === 'viewer' && <Notice>{words.app.readOnly}</Notice>}
        <Screen />
      </main>
    </>
  )
}

function Screen() {
  const shown = route.value
  switch (shown.tab) {
    case 'today':
      return <Today />
    case 'companies':
      return <Companies />
    case 'products':
      return <Products />
    case 'reports':
      return <Reports />
    case 'runs':
      return <Runs rest={shown.rest} />
    case 'tickets':
      return <Tickets rest={shown.rest} />
    case 'settings':
      return <Settings rest={shown.rest} />
    case 'company':
      return <Company connection={shown.connection} company={shown.company} />
  }
}

/** Reports are there for sources that are known by them. */
function isNeeded(tab: Tab): boolean {
  return tab !== 'reports' || connections.value?.some(({ kind }) => kind === 'hub') === true
}

function tabTitle(tab: Tab): string {
  switch (tab) {
    case 'companies':
      return psaWords().companiesTab
    case 'products':
      return psaWords().productsTab
    case 'tickets':
      return psaWords().ticketsTab
    default:
      return words.app.tabs[tab]
  }
}
