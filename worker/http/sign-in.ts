import { Hono } from 'hono'
import * as z from 'zod'
import type { AttemptLimit } from '../storage/sign-ins.ts'
import { assertMayTry, failedAttempt } from './attempts.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { connectionOfCompany, isProven } from './member-proof.ts'
import { hintedPlace, PlaceBody, placeOf } from './place.ts'
import { isSameSecret } from './same-secret.ts'
import { session } from './session.ts'
import { role, SessionBody } from './session-body.ts'
import { dropSessionCookie, setSessionCookie } from './session-cookie.ts'
import { administratorToken, memberToken } from './tokens.ts'
import { validate } from './validate.ts'

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

/** The record from which a page of our own was opened; what can't be one is passed over. All PSAs number their records. */
const Hint = z.strictObject({
  connection: word.optional().catch(undefined),
  screen: z.string().max(100).optional().catch(undefined),
  recordId: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional()
    .catch(undefined),
})

const NowBody = SessionBody.extend({
  /** Whether Cloudflare Access signs people in; then there are no sign-in links. */
  access: z.boolean(),
  /** Null where nothing was hinted at. */
  context: PlaceBody.nullable(),
})

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
        throw await failedAttempt(
          deps,
          limits,
          'company_unknown',
          'tallypod is not connected to this ConnectWise company. Check the company of the connection in Settings.',
        )
      }
      const claim = { member: proof.memberid, hash: proof.memberHash, context: proof.memberContext }
      if (!(await isProven(deps, connection, proof.companyid, claim))) {
        throw await failedAttempt(
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
        throw await failedAttempt(
          deps,
          setupLimits,
          'unauthorized',
          'This is not the administrator token. It is the ADMIN_TOKEN that was set when tallypod was deployed.',
        )
      }
      const token = await administratorToken(deps.settings, deps.now())
      setSessionCookie(c, token)
      return c.json({
        member: 'administrator token',
        role: 'administrator' as const,
        expiresAt: token.expiresAt,
      })
    },
  )
  .get(
    '/',
    describe({
      summary: 'Who is signed in, and what the record means from which the page was opened',
      description: 'The record is a hint for what to show and no proof; what is not known is passed over.',
      answer: NowBody,
      refusals: [422],
    }),
    session,
    validate('query', Hint),
    async (c) => {
      const { deps, principal } = c.var
      const { who, role, expiresAt } = principal
      return c.json({
        member: who,
        role,
        expiresAt,
        access: deps.settings.access !== null,
        context: await hintedPlace(deps, c.req.valid('query')),
      })
    },
  )
  .delete(
    '/',
    describe({
      summary: 'Ends the session of this browser',
      answer: z.object({ ok: z.literal(true) }),
      isOpen: true,
    }),
    (c) => {
      dropSessionCookie(c)
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
