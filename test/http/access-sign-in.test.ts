import { sign } from 'hono/jwt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { administratorToken, memberToken, pageToken } from '../../worker/http/tokens.ts'
import { type AccessTeam, startAccessTeam } from '../support/access.ts'
import { type Api, type Ask, apiOf, codeOf } from '../support/api.ts'
import { connectPsas, savePsas, type Someone } from '../support/psas.ts'
import { workerSecrets } from '../support/secrets.ts'
import { type Stack, startStack } from '../support/stack.ts'

const audience = '4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2'
const own = 'http://tallypod.example'
const keys = { sessionKey: workerSecrets.SESSION_KEY, adminToken: workerSecrets.ADMIN_TOKEN }

let access: AccessTeam
let stack: Stack
let api: Api
beforeAll(async () => {
  access = await startAccessTeam(audience)
  access.addKey('first')
  stack = await startStack({ vars: { ACCESS_TEAM_DOMAIN: access.team, ACCESS_AUD: audience } })
  api = apiOf(stack)
})
afterAll(() => access.close())
beforeEach(() => connectPsas(stack))

const passed = (token: string, headers: Record<string, string> = {}): Ask => ({
  token: null,
  headers: { 'cf-access-jwt-assertion': token, ...headers },
})
const whoIs = async (token: string) => (await api.get('/api/session', passed(token))).body
const give = (...people: Someone[]) => savePsas(stack, { people, isAutotaskThere: true })
const nowSeconds = () => Math.floor(Date.now() / 1000)

describe('whom Cloudflare Access lets through', () => {
  test('is known by the e-mail, and a viewer where nobody lists it', async () => {
    const exp = nowSeconds() + 1800

    const body = await whoIs(await access.token('anna@msp.example', { claims: { exp } }))

    expect(body).toEqual({
      member: 'anna@msp.example',
      role: 'viewer',
      expiresAt: new Date(exp * 1000).toISOString(),
      access: true,
      context: null,
    })
  })

  test('has the highest role that any PSA gives the e-mail, from the next request on, whatever the letter case', async () => {
    const token = await access.token('Anna@MSP.example')
    await give(
      { connection: 'at', member: 'anna@msp.example', role: 'technician' },
      { connection: 'tp', member: 'ANNA@msp.example', role: 'viewer' },
      { connection: 'ksc', member: 'anna@msp.example', role: 'administrator' },
    )
    const first = await whoIs(token)

    await give({ connection: 'cw', member: 'anna@msp.example', role: 'administrator' })
    const second = await whoIs(token)
    await give()
    const third = await whoIs(token)

    expect([first, second, third]).toMatchObject([
      { role: 'technician' },
      { role: 'administrator' },
      { role: 'viewer' },
    ])
  })

  test('changes things from pages of our own only', async () => {
    await give({ connection: 'at', member: 'anna@msp.example', role: 'technician' })
    const token = await access.token('anna@msp.example')
    const run = (headers?: Record<string, string>) =>
      api.post('/api/runs', { nothing: 'takes this' }, passed(token, headers))

    const answers = [await run(), await run({ origin: 'https://evil.example' }), await run({ origin: own })]

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 422])
    expect(codeOf(await run())).toBe('foreign_origin')
  })

  test('is who the audit trail names', async () => {
    await give({ connection: 'at', member: 'anna@msp.example', role: 'administrator' })
    const token = await access.token('anna@msp.example')
    const { body } = await api.get('/api/config', passed(token))

    await api.put('/api/config', { ...Object(body), people: [] }, passed(token, { origin: own }))

    expect((await api.get('/api/audit?limit=1')).body).toMatchObject({ items: [{ who: 'anna@msp.example' }] })
  })
})

describe('a token of Access is refused', () => {
  const refusal = async (token: string, headers: Record<string, string> = {}) => {
    const answer = await api.get('/api/session', passed(token, headers))
    return [answer.status, codeOf(answer)]
  }

  test.each<[string, () => Record<string, unknown>]>([
    ['of another application', () => ({ aud: ['another'] })],
    ['of another team', () => ({ iss: 'https://another.cloudflareaccess.com' })],
    ['that has ended', () => ({ exp: nowSeconds() - 1 })],
    ['that never ends', () => ({ exp: undefined })],
    ['of a program, which has no e-mail', () => ({ email: undefined, common_name: 'robot.access' })],
  ])('%s', async (_, claims) => {
    const token = await access.token('anna@msp.example', { claims: claims() })

    expect(await refusal(token)).toEqual([401, 'unauthorized'])
  })

  test('whose claims were changed', async () => {
    await give({ connection: 'at', member: 'boss@msp.example', role: 'administrator' })
    const [head, claims = '', signature] = (await access.token('anna@msp.example')).split('.')
    const changed = {
      ...JSON.parse(Buffer.from(claims, 'base64url').toString()),
      email: 'boss@msp.example',
    }
    const forged = Buffer.from(JSON.stringify(changed)).toString('base64url')

    expect(await refusal([head, forged, signature].join('.'))).toEqual([401, 'unauthorized'])
  })

  test('that is signed with a secret made of the public key, not signed at all, or no token', async () => {
    const claims = {
      iss: access.team,
      aud: audience,
      email: 'anna@msp.example',
      exp: nowSeconds() + 60,
    }
    const [, body, signature] = (await sign(claims, 'AQAB', 'HS256')).split('.')
    const head = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64url')
    const symmetric = `${head({ alg: 'HS256', typ: 'JWT', kid: 'first' })}.${body}.${signature}`
    const unsigned = `${head({ alg: 'none', typ: 'JWT', kid: 'first' })}.${body}.`

    expect([await refusal(symmetric), await refusal(unsigned), await refusal('no-token')]).toEqual([
      [401, 'unauthorized'],
      [401, 'unauthorized'],
      [401, 'unauthorized'],
    ])
  })

  test('even where a cookie of an administrator comes along', async () => {
    const { token } = await administratorToken(keys, new Date())
    const headers = { cookie: `__Host-tallypod=${token}` }
    const ended = await access.token('anna@msp.example', { claims: { exp: nowSeconds() - 1 } })

    expect(await refusal(ended, headers)).toEqual([401, 'unauthorized'])
  })
})

describe('behind Access', () => {
  test('a bearer that comes along wins', async () => {
    const token = await access.token('anna@msp.example')
    const asked = async (bearer: string) =>
      (await api.get('/api/session', { ...passed(token), token: bearer })).body

    const member = await memberToken(keys, 'cw', 'jdoe', new Date())

    expect(await asked(member.token)).toMatchObject({ member: 'jdoe (cw)', role: 'viewer' })
    expect(await asked(keys.adminToken)).toMatchObject({ role: 'administrator' })
    expect(await asked('made-up')).toMatchObject({ error: { code: 'unauthorized' } })
  })

  test('the setup page makes an administrator of somebody who is let through', async () => {
    const { token } = await administratorToken(keys, new Date())
    const passing = passed(await access.token('anna@msp.example'), { cookie: `__Host-tallypod=${token}` })

    expect((await api.get('/api/session', passing)).body).toMatchObject({
      member: 'administrator token',
      role: 'administrator',
    })
  })

  test('no sign-in links are made, and sessions of links are worth nothing', async () => {
    const { token } = await pageToken(keys, 'at', 'anna@msp.example', new Date())
    const headers = { cookie: `__Host-tallypod=${token}` }

    const link = await api.post('/api/session/links', { connection: 'at', member: 'anna@msp.example' })
    const session = await api.get('/api/session', { token: null, headers })

    expect([link.status, codeOf(link)]).toEqual([409, 'access_signs_in'])
    expect([session.status, codeOf(session)]).toEqual([401, 'unauthorized'])
  })
})

describe('the keys of the team', () => {
  test('are asked for once, once more for a key that is new, and not again for one that is made up', async () => {
    await whoIs(await access.token('anna@msp.example'))
    const before = access.timesAsked()
    await whoIs(await access.token('ben@msp.example'))
    const known = access.timesAsked() - before
    access.addKey('second')

    const rotated = await whoIs(await access.token('anna@msp.example', { kid: 'second' }))
    const once = access.timesAsked() - before
    const madeUp = await access.token('anna@msp.example', { kid: 'made-up' })
    const refused = [await whoIs(madeUp), await whoIs(madeUp)]

    expect([known, once, access.timesAsked() - before]).toEqual([0, 1, 1])
    expect(rotated).toMatchObject({ member: 'anna@msp.example' })
    expect(refused).toMatchObject([{ error: { code: 'unauthorized' } }, { error: { code: 'unauthorized' } }])
  })

  test('that are not to be had let nobody in, and say why', async () => {
    const late = await startAccessTeam(audience)
    late.addKey('first')
    late.setDown(true)
    const other = apiOf(await startStack({ vars: { ACCESS_TEAM_DOMAIN: late.team, ACCESS_AUD: audience } }))
    const token = await late.token('anna@msp.example')

    const down = await other.get('/api/session', passed(token))
    late.setDown(false)
    const up = await other.get('/api/session', passed(token))

    expect([down.status, codeOf(down)]).toEqual([502, 'vendor_unavailable'])
    expect(up.status).toBe(200)
    await late.close()
  })
})
