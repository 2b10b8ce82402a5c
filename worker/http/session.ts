import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Role } from '../domain/configuration.ts'
import { accessHeader, accessPerson } from './access.ts'
import type { AppEnv, Principal } from './context.ts'
import { Refusal } from './errors.ts'
import { isSameSecret } from './same-secret.ts'
import { sessionCookieOf } from './session-cookie.ts'
import { type Bearer, bearerOf } from './tokens.ts'

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
  const header = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1]
  if (header !== undefined) return principalByHeader(c, header)
  const passed = c.var.deps.settings.access === null ? undefined : c.req.header(accessHeader)
  return passed === undefined ? principalByCookie(c) : principalByAccess(c, passed)
}

async function principalByHeader(c: Context<AppEnv>, token: string): Promise<Principal> {
  const { settings, now } = c.var.deps
  if (await isSameSecret(token, settings.adminToken)) {
    return { role: 'administrator', who: 'administrator token', expiresAt: null }
  }
  const bearer = await bearerOf(token, settings, now())
  if (bearer === 'expired') throw ended(c)
  const member = bearer?.kind === 'member' ? await memberPrincipal(c, bearer) : null
  if (member === null) throw notKnown(c)
  return member
}

/** The administrator token counts more than the list of people: somebody has to name the first ones there. */
async function principalByAccess(c: Context<AppEnv>, token: string): Promise<Principal> {
  const { settings, configuration } = c.var.deps
  const person = settings.access === null ? null : await accessPerson(token, settings.access, c.var.deps)
  if (person === null) {
    throw signedOut(
      c,
      'unauthorized',
      'Cloudflare Access does not confirm who you are. Reload this page, or have ACCESS_TEAM_DOMAIN and ACCESS_AUD checked.',
    )
  }
  assertOwnOrigin(c)
  const bearer = await cookieBearer(c)
  if (bearer !== null && bearer !== 'expired' && bearer.kind === 'administrator') {
    return administratorPrincipal(bearer)
  }
  const { email, expiresAt } = person
  return { role: (await configuration.highestRoleOf(email)) ?? 'viewer', who: email, expiresAt }
}

async function principalByCookie(c: Context<AppEnv>): Promise<Principal> {
  if (sessionCookieOf(c) === undefined) {
    throw signedOut(
      c,
      'unauthorized',
      'Sign in first: send the header "Authorization: Bearer …" with the administrator token.',
    )
  }
  const bearer = await cookieBearer(c)
  if (bearer === 'expired') throw ended(c)
  if (bearer?.kind === 'administrator') {
    assertOwnOrigin(c)
    return administratorPrincipal(bearer)
  }
  // Whom a link let in before Access was there has to come through Access as well.
  const isByLink = bearer?.kind === 'page' && c.var.deps.settings.access === null
  const person = isByLink ? await memberPrincipal(c, bearer) : null
  if (person === null) throw notKnown(c)
  assertOwnOrigin(c)
  return person
}

async function cookieBearer(c: Context<AppEnv>): Promise<Bearer | 'expired' | null> {
  const { settings, now } = c.var.deps
  return bearerOf(sessionCookieOf(c) ?? '', settings, now())
}

function administratorPrincipal({ expiresAt }: Bearer): Principal {
  return { role: 'administrator', who: 'administrator token', expiresAt }
}

/** Null where the connection is gone. */
async function memberPrincipal(
  c: Context<AppEnv>,
  { connection, member, expiresAt }: Extract<Bearer, { member: string }>,
): Promise<Principal | null> {
  const role = await c.var.deps.configuration.roleOf(connection, member)
  return role === null ? null : { role, who: `${member} (${connection})`, expiresAt }
}

/**
 * A cookie comes along whoever made the browser send the request, ours as that of Access, so that the page it comes
 * from has to be ours.
 *
 * @throws Refusal 403
 */
export function assertOwnOrigin(c: Context): void {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return
  if (c.req.header('Origin') === new URL(c.req.url).origin) return
  throw new Refusal(403, 'foreign_origin', 'This request did not come from a page of tallypod.')
}

function ended(c: Context): Refusal {
  return signedOut(c, 'session_expired', 'Your session has ended. Sign in again.')
}

function notKnown(c: Context): Refusal {
  return signedOut(
    c,
    'unauthorized',
    'This token is not known. Check it against the ADMIN_TOKEN of the deployment.',
  )
}

function signedOut(c: Context, code: string, message: string): Refusal {
  c.header('WWW-Authenticate', 'Bearer realm="tallypod"')
  return new Refusal(401, code, message)
}
