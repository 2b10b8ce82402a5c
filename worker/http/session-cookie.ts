import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Token } from './tokens.ts'

/** Holds the session of a page of our own; never sent from inside a frame of another site. */
const name = 'tallypod'
const place = { prefix: 'host', path: '/', secure: true } as const

export function sessionCookieOf(c: Context): string | undefined {
  return getCookie(c, name, 'host')
}

export function setSessionCookie(c: Context, { token, expiresAt }: Token): void {
  setCookie(c, name, token, { ...place, httpOnly: true, sameSite: 'Lax', expires: new Date(expiresAt) })
}

export function dropSessionCookie(c: Context): void {
  deleteCookie(c, name, place)
}
