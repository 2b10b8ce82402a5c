import { createMiddleware } from 'hono/factory'
import type { Role } from '../domain/configuration.ts'
import type { AppEnv, Principal } from './context.ts'
import { Refusal } from './errors.ts'

/** Finds out who calls and lets nobody pass who is not known. */
export const session = createMiddleware<AppEnv>(async (c, next) => {
  const token = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1]
  const principal = token === undefined ? null : await principalOf(token, c.var.deps.settings.adminToken)
  if (principal === null) {
    c.header('WWW-Authenticate', 'Bearer realm="tallypod"')
    throw new Refusal(
      401,
      'unauthorized',
      token === undefined
        ? 'Sign in first: send the header "Authorization: Bearer …" with the administrator token.'
        : 'This token is not known. Check it against the ADMIN_TOKEN of the deployment.',
    )
  }
  c.set('principal', principal)
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

async function principalOf(token: string, adminToken: string): Promise<Principal | null> {
  if (await isSame(token, adminToken)) return { role: 'administrator', who: 'administrator token' }
  return null
}

/** Takes the same time whatever the texts have in common, their lengths included. */
async function isSame(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([digest(one), digest(other)])
  return crypto.subtle.timingSafeEqual(first, second)
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
}
