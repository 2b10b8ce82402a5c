import { Hono } from 'hono'
import * as z from 'zod'
import { referenceProblems } from '../domain/reference-rules.ts'
import { assertMayTry, failedAttempt } from './attempts.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { invalid, Refusal } from './errors.ts'
import { assertOwnOrigin, atLeast, session } from './session.ts'
import { SessionBody } from './session-body.ts'
import { setSessionCookie } from './session-cookie.ts'
import { pageToken } from './tokens.ts'
import { validate } from './validate.ts'

const validMs = 10 * 60_000
const limits = [{ countsFor: 'sign-in links', most: 20 }]

const LinkBody = z.object({ url: z.url(), expiresAt: z.iso.datetime() })

const LinkRequest = z.strictObject({ connection: z.string(), member: z.string().trim().min(1).max(100) })

/** For people of a PSA that can't prove who looks. */
export const signInLinks = new Hono<AppEnv>()
  .post(
    '/links',
    describe({
      summary: 'Makes a link that signs one person in, once, within ten minutes',
      description: 'The person has the role of the list of people, or that of a viewer.',
      answer: LinkBody,
      refusals: [400, 409, 422],
    }),
    session,
    atLeast('administrator'),
    validate('json', LinkRequest),
    async (c) => {
      const { deps, principal } = c.var
      const { connection, member } = c.req.valid('json')
      if (deps.settings.access !== null) {
        throw new Refusal(
          409,
          'access_signs_in',
          'People sign in through Cloudflare Access here. Let them in there, and give them a role by their e-mail.',
        )
      }
      const kinds = new Map((await deps.configuration.connections()).map(({ id, kind }) => [id, kind]))
      const problems = referenceProblems(['connection'], connection, kinds, 'psa')
      if (problems.length > 0) throw invalid(problems)

      const token = randomToken()
      const now = deps.now()
      const until = new Date(now.getTime() + validMs)
      await deps.signInLinks.add(
        await tokenHash(token),
        { connection, member },
        until.getTime(),
        now.getTime(),
      )
      const expiresAt = until.toISOString()
      await deps.audit.add({
        at: now.toISOString(),
        who: principal.who,
        subject: `sign-in link ${connection}/${member}`,
        before: null,
        after: { expiresAt },
      })
      return c.json({ url: `${new URL(c.req.url).origin}/sign-in#${token}`, expiresAt })
    },
  )
  .post(
    '/link',
    describe({
      summary: 'Uses a sign-in link up: twelve hours in this browser',
      answer: SessionBody,
      refusals: [400, 401, 422, 429],
      isOpen: true,
    }),
    validate('json', z.strictObject({ token: z.string().min(1).max(1000) })),
    async (c) => {
      const { deps } = c.var
      // A page of somebody else could sign a browser in as whom it likes.
      if (c.req.header('Origin') !== undefined) assertOwnOrigin(c)
      await assertMayTry(c, limits)
      const now = deps.now()
      const link = await deps.signInLinks.redeem(await tokenHash(c.req.valid('json').token), now.getTime())
      const role = link === null ? null : await deps.configuration.roleOf(link.connection, link.member)
      if (link === null || role === null || deps.settings.access !== null) {
        throw await failedAttempt(
          deps,
          limits,
          'link_not_valid',
          'This sign-in link was used already, or is older than ten minutes. Ask an administrator for a new link.',
        )
      }
      const token = await pageToken(deps.settings, link.connection, link.member, now)
      setSessionCookie(c, token)
      return c.json({ member: `${link.member} (${link.connection})`, role, expiresAt: token.expiresAt })
    },
  )

/** 32 random bytes, fit for an address. */
function randomToken(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)))
}

/** Anybody may know it: from 32 random bytes, nothing can be had back. */
async function tokenHash(token: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))))
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
