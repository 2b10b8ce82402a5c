import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Account } from '../account.ts'

/** What people see of the PSA: screens of companies, and a frame of another site in them. */
export interface Screens {
  /** With the marks `[cw_id]` and `[cw_screen]`. On the screens of records a hosted set-up of the account goes first. */
  podUrl: string
  /** Who may sit in front of it; the first is there at the beginning. */
  members: { identifier: string; name: string }[]
  /**
   * How the page proves its member: as it is, by a hash that nobody gave out, by a session that has ended, three
   * seconds after it was asked, or not at all.
   */
  proves: 'rightly' | 'forged' | 'expired' | 'late' | 'never'
}

const files: Record<string, { file: string; type: string }> = {
  '/host': { file: 'page.html', type: 'text/html; charset=utf-8' },
  '/host/page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
  '/host/page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/host/hosted-frame.js': { file: 'hosted-frame.js', type: 'text/javascript; charset=utf-8' },
}

/** Serves the page that stands in for ConnectWise's own; false where the address is none of its. */
export async function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  find: (companyId: string) => Account | null,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const served = files[url.pathname]
  if (served !== undefined) {
    answer(response, served.type, readFileSync(join(import.meta.dirname, served.file)))
    return true
  }
  if (url.pathname === '/host/settings') {
    const account = find(url.searchParams.get('company') ?? '')
    json(response, account === null ? null : settingsOf(account))
    return true
  }
  if (url.pathname === '/host/member' && request.method === 'POST') {
    const asked = new URLSearchParams(await textOf(request))
    const account = find(asked.get('company') ?? '')
    json(response, account === null ? null : proofOf(account, asked.get('member') ?? ''))
    return true
  }
  return false
}

function settingsOf({ screens, store }: Account) {
  const onRecords = store.hostedSetups.all().flatMap(({ type, disabledFlag, screenId, url, origin }) => {
    const screen = typeof screenId === 'number' ? store.hostedScreens.get(screenId) : undefined
    if (type !== 'Pod' || disabledFlag === true || screen === undefined) return []
    return { screen: `${screen.screenId}`.toLowerCase(), url: `${url}`, origin: `${origin}` }
  })
  return {
    podUrl: screens.podUrl,
    onRecords,
    members: screens.members,
    answers: screens.proves === 'never' || screens.proves === 'late' ? screens.proves : 'at once',
    companies: store.companies
      .all()
      .slice(0, 200)
      .map(({ id, name }) => ({ id, name })),
  }
}

/** As the hosted page hands it out; each time a session that the API accepts, unless it is to be forged. */
function proofOf(account: Account, member: string) {
  const { memberHash, ...session } = account.openSession(member)
  if (account.screens.proves === 'expired') account.sessions.pop()
  return {
    site: `${account.baseUrl}/`,
    ...session,
    memberHash: account.screens.proves === 'forged' ? randomUUID() : memberHash,
    memberEmail: `${member}@msp.example`,
    codeBase: account.codebase,
  }
}

function json(response: ServerResponse, body: unknown): void {
  if (body === null) response.writeHead(404).end()
  else answer(response, 'application/json', JSON.stringify(body))
}

function answer(response: ServerResponse, type: string, body: string | Buffer): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
