import { signal } from '@preact/signals'

/** Of the sign-in link that opened this page. It leaves the address and the history before anything else sees it there. */
export const linkToken = signal(takenToken())

function takenToken(): string | null {
  if (location.pathname !== '/sign-in') return null
  const token = location.hash.slice(1)
  history.replaceState(null, '', `/${location.search}`)
  return token === '' ? null : token
}

/** The record from which a page of our own was opened. It counts until people go somewhere, so that a reload stays there. */
export function hintedRecord() {
  const asked = new URLSearchParams(location.hash === '' ? location.search : '')
  const text = (name: string) => asked.get(name) ?? ''
  return { connection: text('connection'), screen: text('entity'), recordId: text('id') }
}
