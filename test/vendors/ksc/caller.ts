import type { KscAccount } from './account.ts'

export type Call = (method: string, args?: unknown) => Promise<unknown>

export function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

export function post(
  { baseUrl }: KscAccount,
  method: string,
  headers: Record<string, string>,
  args: unknown = {},
): Promise<Response> {
  return fetch(`${baseUrl}/api/v1.0/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(args),
  })
}

/** Asks for a session with the account's own password, or with another one. */
export function startSession(
  account: KscAccount,
  serverName?: string,
  password = account.password,
): Promise<Response> {
  return post(account, 'Session.StartSession', {
    authorization: `KSCBasic user="${base64(account.user)}", pass="${base64(password)}", domain="", internal="1"`,
    ...(serverName === undefined ? {} : { 'x-ksc-vserver': base64(serverName) }),
  })
}

export async function tokenOf(account: KscAccount, serverName?: string): Promise<string> {
  const reply: unknown = await (await startSession(account, serverName)).json()
  return textIn(reply, 'PxgRetVal')
}

/** Calls on a session of the main server, or of the virtual server named; each gives the answer's JSON. */
export async function sessionOn(account: KscAccount, serverName?: string): Promise<Call> {
  const token = await tokenOf(account, serverName)
  return async (method, args) => (await post(account, method, { 'x-ksc-session': token }, args)).json()
}

/** Names the text that `reply` must hold, so that an answer of another shape fails where it came. */
export function textIn(reply: unknown, name: string): string {
  const value =
    typeof reply === 'object' && reply !== null
      ? Object.entries(reply).find(([key]) => key === name)?.[1]
      : undefined
  if (typeof value !== 'string') throw new Error(`no ${name} in ${JSON.stringify(reply)}`)
  return value
}

export const allKeys = (...fields: string[]) => ({
  pFields: fields,
  pFieldsToOrder: [],
  pOptions: {},
  lTimeoutSec: 900,
})

export const hostsOfKey = (serial: string, ...fields: string[]) => ({
  pInData: { KLLIC_SERIAL: serial },
  ...allKeys(...fields),
})

export const allHosts = (...fields: string[]) => ({
  wstrFilter: '',
  vecFieldsToReturn: fields,
  vecFieldsToOrder: [],
  pParams: { KLGRP_FIND_FROM_CUR_VS_ONLY: true },
  lMaxLifeTime: 600,
})

/** The next page of the iterator that `iterator`, an answer, names. */
export async function nextItems(call: Call, iterator: unknown, count = 200): Promise<unknown> {
  return call('GroupSyncIterator.GetNextItems', {
    szwIterator: textIn(iterator, 'wstrIterator'),
    nCount: count,
  })
}

/** A part of the search result that `accessor`, an answer, names. */
export async function chunk(call: Call, accessor: unknown, start = 0, count = 200): Promise<unknown> {
  return call('ChunkAccessor.GetItemsChunk', {
    strAccessor: textIn(accessor, 'strAccessor'),
    nStart: start,
    nCount: count,
  })
}

/** A page of an iterator as it must look. */
export function page(rows: unknown[], bEOF: boolean) {
  return { PxgRetVal: rows.length, bEOF, pData: { KLCSP_ITERATOR_ARRAY: rows.map(wrapped) } }
}

export function wrapped(value: unknown) {
  return { type: 'params', value }
}
