import { effect } from '@preact/signals'
import { render } from 'preact'
import { App } from './app.tsx'
import { followHost } from './components/save-with-host.ts'
import { loadConnections } from './psa.ts'
import { go } from './route.ts'
import { host, signIn, standing } from './sign-in.ts'

/** Draws the pod in the place of the skeleton, and signs in. */
export function start(root: HTMLElement): void {
  root.replaceChildren()
  render(<App />, root)
  effect(() => {
    if (host.value !== null) followHost(host.value)
  })
  // On a company's screen the pod shows that company, whenever the screen turns to another one.
  let shown: string | null = null
  effect(() => {
    const now = standing.value
    if (now.state !== 'signed_in' || now.place?.company == null) return
    const { connection, company } = now.place
    const here = `${connection}/${company.id}`
    if (here !== shown) go({ tab: 'company', connection, company: company.id })
    shown = here
  })
  effect(() => {
    if (standing.value.state === 'signed_in') loadConnections().catch(() => {})
  })
  void signIn()
}
