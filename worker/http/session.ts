import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import type { Role } from '../domain/configuration.ts'
import type { AppEnv, Principal } from './context.ts'
import { Refusal } from './errors.ts'
import { isSameSecret } from './same-secret.ts'
import { bearerOf } from './tokens.ts'

/** Holds an administrator's session in a page of our own; never sent from inside a frame of another site. */
export const sessionCookie = 'tallypod'

/** Finds out who calls and lets nobody pass who is not known. */
export const session = createMiddleware<AppEnv>(async (c, next) => {
  c.set('principal', await principalOf(c))
  await next()
})

/** Lets those pass who may do at least what `role` may. */
export function atLeast(role: Role) {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (ranks[c.var.principal.role] < ranks[role]) {
      throw new Refusal(403, 'forbidden', `This needs the role ${role}; yours is ${c.var.principal.role}.`)
    }
    await next()
  })
}

const ranks: Record<Role, number> = { viewer: 0, technician: 1, administrator: 2 }

/** @throws Refusal 401 where nobody is signed in, 403 where another site's page sends the request */
async function principalOf(c: Context<AppEnv>): Promise<Principal> {
  const { settings, now } = c.var.deps
  const header = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1]
  if (header !== undefined && (await isSameSecret(header, settings.adminToken))) {
    return { role: 'administrator', who: 'administrator token', expiresAt: null }
  }
  const cookie = header === undefined ? getCookie(c, sessionCookie, 'host') : undefined
  const token = header ?? cookie
  if (token === undefined) {
    throw signedOut(
      c,
      'unauthorized',
      'Sign in first: send the header "Authorization: Bearer …" with the administrator token.',
    )
  }
  const bearer = await bearerOf(token, settings, now())
  if (bearer === 'expired') {
    throw signedOut(c, 'session_expired', 'Your session has ended. Sign in again.')
  }
  if (bearer?.kind === 'administrator' && cookie !== undefined) {
    assertOwnOrigin(c)
    return { role: 'administrator', who: 'administrator token', expiresAt: bearer.expiresAt }
  }
  if (bearer?.kind === 'member' && header !== undefined) {
    const role = await c.var.deps.configuration.roleOf(bearer.connection, bearer.member)
    if (role !== null) {
      return { role, who: `${bearer.member} (${bearer.connection})`, expiresAt: bearer.expiresAt }
    }
  }
  throw signedOut(
    c,
    'unauthorized',
    'This token is not known. Check it against the ADMIN_TOKEN of the deployment.',
  )
}

/** A cookie comes along whoever made the browser send the request, so that the page it comes from has to be ours. */
function assertOwnOrigin(c: Context): void {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return
  if (c.req.header('Origin') === new URL(c.req.url).origin) return
  throw new Refusal(403, 'foreign_origin', 'This request did not come from a page of tallypod.')
}

function signedOut(c: Context, code: string, message: string): Refusal {
  c.header('WWW-Authenticate', 'Bearer realm="tallypod"')
  return new Refusal(401, code, message)
}
