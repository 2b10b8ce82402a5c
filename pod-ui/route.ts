import { signal } from '@preact/signals'

export const tabs = ['today', 'companies', 'products', 'reports', 'runs', 'tickets', 'settings'] as const
export type Tab = (typeof tabs)[number]

/** What is shown; kept behind the `#` of the address, so that the browser's Back works. */
export type Route = { tab: Tab; rest: string[] } | { tab: 'company'; connection: string; company: string }

export const route = signal<Route>(routeOf(location.hash))

window.addEventListener('hashchange', () => {
  route.value = routeOf(location.hash)
})

/** The address of a route, for links. */
export function hrefOf(to: Route): string {
  const parts = to.tab === 'company' ? ['company', to.connection, to.company] : [to.tab, ...to.rest]
  return `#/${parts.map(encodeURIComponent).join('/')}`
}

export function go(to: Route): void {
  location.hash = hrefOf(to)
}

function routeOf(hash: string): Route {
  const [first, ...rest] = hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent)
  const [connection, company] = rest
  if (first === 'company' && connection !== undefined && company !== undefined) {
    return { tab: 'company', connection, company }
  }
  return { tab: tabs.find((tab) => tab === first) ?? 'today', rest }
}
