import type { Context } from 'hono'
import { Hono } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import type { AttemptLimit } from '../storage/sign-ins.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { Refusal } from './errors.ts'
import { connectionOfCompany, isProven } from './member-proof.ts'
import { PlaceBody, placeOf } from './place.ts'
import { isSameSecret } from './same-secret.ts'
import { session, sessionCookie } from './session.ts'
import { administratorToken, memberToken } from './tokens.ts'
import { validate } from './validate.ts'

const role = z.enum(['viewer', 'technician', 'administrator'])
const word = z.string().min(1).max(100)

/** As the frame of ConnectWise hands it out, and the record on whose screen it lies. */
const ConnectWiseProof = z.strictObject({
  companyid: word,
  memberid: word,
  memberHash: z.string().min(1).max(2048),
  memberContext: word,
  codeBase: z.string().max(100).optional(),
  screen: z.string().max(100).optional(),
  /** ConnectWise numbers its records. */
  recordId: z.union([z.string().max(100), z.int().transform(String)]).optional(),
})

const SignedBody = z.object({
  token: z.string(),
  expiresAt: z.iso.datetime(),
  member: z.string(),
  role,
  context: PlaceBody,
})

const SessionBody = z.object({ member: z.string(), role, expiresAt: z.iso.datetime().nullable() })

export const signIn = new Hono<AppEnv>()
  .post(
    '/connectwise',
    describe({
      summary: 'Exchanges the proof of a ConnectWise member for a token of a quarter of an hour',
      description:
        'ConnectWise itself is asked whether the proof holds. Screen and record are hints, no proof.',
      answer: SignedBody,
      refusals: [400, 401, 422, 429, 502, 503],
      isOpen: true,
    }),
    validate('json', ConnectWiseProof),
    async (c) => {
      const { deps } = c.var
      const proof = c.req.valid('json')
      const limits = limitsOf(proof.companyid, proof.memberid)
      await assertMayTry(c, limits)

      const connection = await connectionOfCompany(deps, proof.companyid)
      if (connection === null) {
        throw await failed(
          deps,
          limits,
          'company_unknown',
          'tallypod is not connected to this ConnectWise company. Check the company of the connection in Settings.',
        )
      }
      const claim = { member: proof.memberid, hash: proof.memberHash, context: proof.memberContext }
      if (!(await isProven(deps, connection, proof.companyid, claim))) {
        throw await failed(
          deps,
          limits,
          'member_not_proven',
          'ConnectWise does not confirm that it is you. Reload the screen, or sign in to ConnectWise again.',
        )
      }

      const { token, expiresAt } = await memberToken(deps.settings, connection.id, proof.memberid, deps.now())
      return c.json({
        token,
        expiresAt,
        member: proof.memberid,
        role: (await deps.configuration.roleOf(connection.id, proof.memberid)) ?? 'viewer',
        context: await placeOf(deps, connection.id, proof.screen, proof.recordId),
      })
    },
  )
  .post(
    '/setup',
    describe({
      summary: 'Exchanges the administrator token for half an hour of administration in this browser',
      answer: SessionBody,
      refusals: [400, 401, 422, 429],
      isOpen: true,
    }),
    validate('json', z.strictObject({ adminToken: z.string().min(1).max(1000) })),
    async (c) => {
      const { deps } = c.var
      await assertMayTry(c, setupLimits)
      if (!(await isSameSecret(c.req.valid('json').adminToken, deps.settings.adminToken))) {
        throw await failed(
          deps,
          setupLimits,
          'unauthorized',
          'This is not the administrator token. It is the ADMIN_TOKEN that was set when tallypod was deployed.',
        )
      }
      const { token, expiresAt } = await administratorToken(deps.settings, deps.now())
      setCookie(c, sessionCookie, token, {
        prefix: 'host',
        path: '/',
        secure: true,
        httpOnly: true,
        sameSite: 'Lax',
        expires: new Date(expiresAt),
      })
      return c.json({ member: 'administrator token', role: 'administrator' as const, expiresAt })
    },
  )
  .get('/', describe({ summary: 'Who is signed in', answer: SessionBody }), session, (c) => {
    const { who, role, expiresAt } = c.var.principal
    return c.json({ member: who, role, expiresAt })
  })
  .delete(
    '/',
    describe({
      summary: 'Ends the session of this browser',
      answer: z.object({ ok: z.literal(true) }),
      isOpen: true,
    }),
    (c) => {
      deleteCookie(c, sessionCookie, { prefix: 'host', path: '/', secure: true })
      return c.json({ ok: true as const })
    },
  )

/** Too many failures of all members together stop everybody. */
function limitsOf(companyId: string, member: string): AttemptLimit[] {
  return [
    { countsFor: `member ${companyId}/${member}`.toLowerCase(), most: 5 },
    { countsFor: 'members', most: 50 },
  ]
}

/** More than for one member: whoever is locked out here has no other way in. */
const setupLimits: AttemptLimit[] = [{ countsFor: 'setup', most: 20 }]

async function assertMayTry(c: Context<AppEnv>, limits: AttemptLimit[]): Promise<void> {
  const { signIns, now } = c.var.deps
  const seconds = await signIns.waitSeconds(limits, now().getTime())
  if (seconds === 0) return
  c.header('Retry-After', `${seconds}`)
  throw new Refusal(
    429,
    'too_many_attempts',
    `There were too many failed attempts. Try again in ${seconds} seconds.`,
  )
}

async function failed(deps: Deps, limits: AttemptLimit[], code: string, message: string): Promise<Refusal> {
  await deps.signIns.failed(limits, deps.now().getTime())
  return new Refusal(401, code, message)
}
