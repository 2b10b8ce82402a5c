import { signal } from '@preact/signals'
import type { InferResponseType } from 'hono/client'
import { api, answerOf } from './api.ts'
import { HostSilence } from './connectwise-host.ts'
import { type Failure, failureOf } from './failure.ts'
import { allowedHosts, findHost } from './find-host.ts'
import type { Host, HostRecord } from './host.ts'
import { hintedRecord, linkToken } from './opened-by.ts'
import { keepToken, renewBy, renewedToken } from './session.ts'

export type Role = 'viewer' | 'technician' | 'administrator'

type Signed = InferResponseType<typeof api.session.connectwise.$post, 200>

export interface Place {
  connection: string
  company: { id: string; name: string | null } | null
}

export type Standing =
  | { state: 'starting' }
  /** A page of our own where nobody is signed in. */
  | { state: 'signed_out' }
  | { state: 'stopped'; why: 'foreign_host' | 'no_hosts' | 'host_silent' }
  | { state: 'refused'; failure: Failure }
  | { state: 'signed_in'; member: string; role: Role; place: Place | null }

export const standing = signal<Standing>({ state: 'starting' })

/** Whether the person in front may change mappings, decide and start runs. */
export function mayEdit(): boolean {
  return standing.value.state === 'signed_in' && standing.value.role !== 'viewer'
}

export function isAdministrator(): boolean {
  return standing.value.state === 'signed_in' && standing.value.role === 'administrator'
}

/** Null until it is known. */
export const host = signal<Host | null>(null)

/** The screen tells its record at once; who waits for it signs in once and not twice, in milliseconds. */
const recordPatienceMs = 2_000

/** So long before its end a session is renewed. */
const renewBeforeMs = 60_000

/** Finds out where the pod is and who looks at it. Safe to repeat after a failure. */
export async function signIn(): Promise<void> {
  standing.value = { state: 'starting' }
  if (host.value === null) {
    const found = findHost(allowedHosts())
    if ('problem' in found) {
      standing.value = { state: 'stopped', why: found.problem }
      return
    }
    host.value = found
  }
  if (linkToken.value !== null) {
    standing.value = { state: 'signed_out' }
    return
  }
  const { memberProof } = host.value
  await (memberProof === null ? signInByCookie() : signInByProof(host.value))
}

/** Whether Cloudflare Access lets people through to us, and has to be left to sign out. */
let isBehindAccess = false

async function signInByCookie(): Promise<void> {
  try {
    const { member, role, access, context } = await answerOf(api.session.$get({ query: hintedRecord() }))
    isBehindAccess = access
    // Who may do less comes to the setup page to become an administrator.
    const isElsewhere = location.pathname !== '/setup'
    standing.value =
      isElsewhere || role === 'administrator'
        ? { state: 'signed_in', member, role, place: context }
        : { state: 'signed_out' }
  } catch (error) {
    const failure = failureOf(error)
    standing.value = failure.status === 401 ? { state: 'signed_out' } : { state: 'refused', failure }
  }
}

/** Exchanges the administrator token for half an hour of administration in this browser. */
export async function signInAsAdministrator(adminToken: string): Promise<void> {
  await answerOf(api.session.setup.$post({ json: { adminToken } }))
  await signInByCookie()
}

/** Uses a sign-in link up. */
export async function signInByLink(token: string): Promise<void> {
  await answerOf(api.session.link.$post({ json: { token } }))
  linkToken.value = null
  await signInByCookie()
}

export async function signOut(): Promise<void> {
  await answerOf(api.session.$delete())
  if (isBehindAccess) location.assign('/cdn-cgi/access/logout')
  standing.value = { state: 'signed_out' }
}

async function signInByProof(around: Host): Promise<void> {
  let record: HostRecord | null = null
  renewBy(async () => (await proven(around, record))?.token ?? null)
  const recordKnown = Promise.withResolvers<void>()
  around.onRecord((next) => {
    recordKnown.resolve()
    const isOther = next?.screen !== record?.screen || next?.id !== record?.id
    record = next
    if (isOther && standing.value.state === 'signed_in') void renewedToken()
  })
  await Promise.race([recordKnown.promise, new Promise((resolve) => setTimeout(resolve, recordPatienceMs))])
  await renewedToken()
}

/** Null where it failed; `standing` says why. Somebody who was signed in stays so while ConnectWise can't be asked. */
async function proven(around: Host, record: HostRecord | null): Promise<Signed | null> {
  try {
    if (around.memberProof === null) return null
    const proof = await around.memberProof()
    const signed = await answerOf(
      api.session.connectwise.$post({
        json: { ...proof, ...(record === null ? {} : { screen: record.screen, recordId: record.id }) },
      }),
    )
    const { member, role, context } = signed
    // Whoever waits for the standing asks for something at once.
    keepToken(signed.token)
    standing.value = { state: 'signed_in', member, role, place: context }
    renewAt(signed.expiresAt)
    return signed
  } catch (error) {
    const failure = failureOf(error)
    const staysSignedIn = standing.value.state === 'signed_in' && failure.status !== 401
    if (!staysSignedIn) {
      keepToken(null)
      standing.value =
        error instanceof HostSilence
          ? { state: 'stopped', why: 'host_silent' }
          : { state: 'refused', failure }
    }
    return null
  }
}

let renewal = 0

function renewAt(expiresAt: string): void {
  window.clearTimeout(renewal)
  const inMs = Date.parse(expiresAt) - Date.now() - renewBeforeMs
  renewal = window.setTimeout(() => void renewedToken(), Math.max(inMs, 5_000))
}
