import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { administratorToken, memberToken } from '../../worker/http/tokens.ts'
import type { MemberSession } from '../vendors/connectwise/account.ts'
import { type Answer, type Api, apiOf, codeOf, faultsOf } from '../support/api.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { workerSecrets } from '../support/secrets.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let api: Api
let msp: Msp
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})
beforeEach(async () => {
  msp = await openMsp(stack)
  await msp.save()
})

const keys = { sessionKey: workerSecrets.SESSION_KEY, adminToken: workerSecrets.ADMIN_TOKEN }
const own = 'http://tallypod.example'
const nobody = { token: null }
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)

const signIn = (proof: object) => api.post('/api/session/connectwise', proof, nobody)
const setUp = (adminToken: string) => api.post('/api/session/setup', { adminToken }, nobody)
const field = ({ body }: Answer, name: string): unknown => Object(body)[name]
const withToken = (answer: Answer) => ({ token: String(field(answer, 'token')) })

/** Calls of ConnectWise that asked for a member. */
const timesAsked = () => msp.psa.calls.filter(asksForMember).length
const asksForMember = ({ path }: { path: string }) => path === '/system/myMembers/info'

async function give(member: string, role: 'technician' | 'administrator'): Promise<void> {
  const { body } = await api.get('/api/config')
  const people = [{ connection: 'cw', member, role }]
  expect((await api.put('/api/config', { ...Object(body), people })).status).toBe(200)
}

describe('a member of ConnectWise', () => {
  test('who is proven looks at everything for a quarter of an hour', async () => {
    const answer = await signIn(msp.psa.openSession('jdoe'))

    expect(answer).toMatchObject({
      status: 200,
      body: {
        member: 'jdoe',
        role: 'viewer',
        context: { connection: 'cw', screen: null, company: null },
      },
    })
    const minutes = (Date.parse(String(field(answer, 'expiresAt'))) - Date.now()) / 60_000
    expect(minutes).toBeGreaterThan(14.5)
    expect(minutes).toBeLessThanOrEqual(15)
    expect((await api.get('/api/runs', withToken(answer))).status).toBe(200)
    expect((await api.get('/api/session', withToken(answer))).body).toEqual({
      member: 'jdoe (cw)',
      role: 'viewer',
      expiresAt: field(answer, 'expiresAt'),
      access: false,
      context: null,
    })
  })

  test('has the role of the list of people from the next request on, whatever the letter case', async () => {
    const proof = msp.psa.openSession('JDoe')
    const answer = await signIn({ ...proof, companyid: proof.companyid.toUpperCase() })
    const before = await api.get('/api/session', withToken(answer))

    await give('jdoe', 'technician')
    const after = await api.get('/api/session', withToken(answer))

    expect([field(before, 'role'), field(after, 'role')]).toEqual(['viewer', 'technician'])
    expect(field(await signIn(proof), 'role')).toBe('technician')
  })

  test('is named by the audit trail', async () => {
    await give('jdoe', 'administrator')
    const token = withToken(await signIn(msp.psa.openSession('jdoe')))
    const { body } = await api.get('/api/config', token)

    await api.put('/api/config', { ...Object(body), people: [] }, token)

    expect((await api.get('/api/audit?limit=1')).body).toMatchObject({ items: [{ who: 'jdoe (cw)' }] })
  })

  test('is signed out when the connection is taken away', async () => {
    const token = withToken(await signIn(msp.psa.openSession('jdoe')))
    const { body } = await api.get('/api/config')
    const connections = Object(body).connections.filter(({ id }: { id: string }) => id !== 'cw')

    await api.put('/api/config', { ...Object(body), connections, people: [], companies: [], products: [] })

    const answer = await api.get('/api/runs', token)
    expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthorized'])
  })

  test.each<[string, (proof: MemberSession) => Partial<MemberSession>]>([
    ['made up a hash', () => ({ memberHash: 'made-up-hash' })],
    ['claims to be somebody else', () => ({ memberid: 'boss' })],
    ['puts a cookie into the hash', ({ memberHash }) => ({ memberHash: `${memberHash}; memberId=boss` })],
  ])('who %s is refused', async (_, change) => {
    const proof = msp.psa.openSession('jdoe')
    msp.psa.openSession('boss')

    const answer = await signIn({ ...proof, ...change(proof) })

    expect([answer.status, codeOf(answer)]).toEqual([401, 'member_not_proven'])
  })

  test('of another company is refused without asking anybody', async () => {
    const answer = await signIn({ ...msp.psa.openSession('jdoe'), companyid: 'another_msp' })

    expect([answer.status, codeOf(answer)]).toEqual([401, 'company_unknown'])
    expect(timesAsked()).toBe(0)
  })

  test('who leaves something out hears what is missing', async () => {
    const { memberHash: _, ...rest } = msp.psa.openSession('jdoe')

    const answer = await signIn(rest)

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)).toEqual(['memberHash: missing_field'])
  })

  test('is believed for five minutes without asking ConnectWise again, with the same proof only', async () => {
    const proof = msp.psa.openSession('jdoe')
    await signIn(proof)
    msp.psa.expireSessions()

    const same = await signIn(proof)
    const other = await signIn({ ...proof, memberHash: 'another-hash' })
    await stack.db().prepare('UPDATE proven_member SET until = ?1').bind(minutesAgo(0).getTime()).run()
    const later = await signIn(proof)

    expect([same.status, other.status, later.status]).toEqual([200, 401, 401])
  })
})

describe('where the pod lies', () => {
  const screenOf = async (screen: string, recordId: string) =>
    field(await signIn({ ...msp.psa.openSession('jdoe'), screen, recordId }), 'context')

  test('a company screen shows that company, by its name where it is known', async () => {
    const acme = msp.customer('Acme', { workstations: 3 })
    await msp.save()
    await api.get('/api/mappings')

    expect(await screenOf('company', `${acme.companyId}`)).toEqual({
      connection: 'cw',
      screen: 'company',
      company: { id: `${acme.companyId}`, name: 'Acme' },
    })
    expect(await screenOf('company', '99999')).toMatchObject({ company: { id: '99999', name: null } })
  })

  test('an agreement that runs have read shows its company', async () => {
    const acme = msp.customer('Acme', { workstations: 3 })
    await msp.run()

    expect(await screenOf('Agreements', `${acme.agreementId}`)).toMatchObject({
      screen: 'Agreements',
      company: { id: `${acme.companyId}` },
    })
    expect(await screenOf('agreement', '99999')).toMatchObject({ company: null })
  })

  test('a ticket shows no company', async () => {
    expect(await screenOf('ticket', '250')).toEqual({ connection: 'cw', screen: 'ticket', company: null })
  })
})

describe('failed attempts', () => {
  test('five of one member stop that member for a while, and nobody else', async () => {
    const proof = msp.psa.openSession('jdoe')
    const guess = { ...proof, memberHash: 'a-wrong-guess' }
    for (let attempt = 1; attempt <= 5; attempt++) expect((await signIn(guess)).status).toBe(401)
    const asked = timesAsked()

    const stopped = await signIn({ ...proof, memberid: 'JDOE' })
    const other = await signIn(msp.psa.openSession('ann'))

    expect([stopped.status, codeOf(stopped), other.status]).toEqual([429, 'too_many_attempts', 200])
    const seconds = Number(stopped.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(280)
    expect(seconds).toBeLessThanOrEqual(300)
    expect(timesAsked()).toBe(asked + 1)
  })

  test('of five minutes ago count no more', async () => {
    const proof = msp.psa.openSession('jdoe')
    const guess = { ...proof, memberHash: 'a-wrong-guess' }
    for (let attempt = 1; attempt <= 5; attempt++) await signIn(guess)

    await stack.db().prepare('UPDATE failed_sign_in SET at = at - 300000').run()

    expect((await signIn(proof)).status).toBe(200)
  })

  test('fifty of all members together stop all members, and leave the setup page open', async () => {
    const elsewhere = { companyid: 'another_msp', memberHash: 'a-wrong-guess', memberContext: 'web' }
    for (let member = 1; member <= 50; member++) {
      expect((await signIn({ ...elsewhere, memberid: `member${member}` })).status).toBe(401)
    }

    const stopped = await signIn(msp.psa.openSession('jdoe'))

    expect([stopped.status, codeOf(stopped)]).toEqual([429, 'too_many_attempts'])
    expect((await setUp(keys.adminToken)).status).toBe(200)
  })

  test('are none where ConnectWise is down', async () => {
    const proof = msp.psa.openSession('jdoe')
    msp.psa.faults.add({ kind: 'status', status: 503, match: asksForMember, times: 6 })

    for (let attempt = 1; attempt <= 6; attempt++) {
      const answer = await signIn(proof)
      expect([answer.status, codeOf(answer)]).toEqual([502, 'vendor_unavailable'])
    }

    expect((await signIn(proof)).status).toBe(200)
  })
})

describe('a token', () => {
  const refusal = async (token: string) => {
    const answer = await api.get('/api/runs', { token })
    return [answer.status, codeOf(answer)]
  }

  test('that has ended says so, and one that is none of ours does not', async () => {
    const ended = await memberToken(keys, 'cw', 'jdoe', minutesAgo(15))
    const foreign = await memberToken({ ...keys, sessionKey: 'another' }, 'cw', 'jdoe', minutesAgo(15))

    expect(await refusal(ended.token)).toEqual([401, 'session_expired'])
    expect(await refusal(foreign.token)).toEqual([401, 'unauthorized'])
  })

  test('whose claims were changed is refused', async () => {
    await give('boss', 'administrator')
    const { token } = await memberToken(keys, 'cw', 'jdoe', new Date())
    const [head, claims = '', signature] = token.split('.')
    const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), sub: 'boss' }
    const forged = Buffer.from(JSON.stringify(changed)).toString('base64url')

    expect(await refusal([head, forged, signature].join('.'))).toEqual([401, 'unauthorized'])
  })

  test('that is not signed at all is refused', async () => {
    const [, claims] = (await memberToken(keys, 'cw', 'jdoe', new Date())).token.split('.')
    const head = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')

    expect(await refusal(`${head}.${claims}.`)).toEqual([401, 'unauthorized'])
  })

  test('of the setup page is good in its cookie only, and one of a member as a bearer only', async () => {
    const administrator = await administratorToken(keys, new Date())
    const member = await memberToken(keys, 'cw', 'jdoe', new Date())
    const asCookie = (token: string) =>
      api.get('/api/runs', { token: null, headers: { cookie: `__Host-tallypod=${token}` } })

    expect(await refusal(administrator.token)).toEqual([401, 'unauthorized'])
    expect((await asCookie(member.token)).status).toBe(401)
    expect((await asCookie(administrator.token)).status).toBe(200)
  })
})

describe('the setup page', () => {
  /** What a browser sends back after the administrator token was entered. */
  async function cookie(): Promise<string> {
    return (await setUp(keys.adminToken)).headers.get('set-cookie')?.split(';')[0] ?? ''
  }

  test('gives half an hour of administration in a cookie that scripts and other sites do not get', async () => {
    const answer = await setUp(keys.adminToken)

    expect(answer).toMatchObject({
      status: 200,
      body: { member: 'administrator token', role: 'administrator' },
    })
    expect(JSON.stringify(answer.body)).not.toContain('eyJ')
    const [value, ...attributes] = (answer.headers.get('set-cookie') ?? '').split('; ')
    expect(value).toMatch(/^__Host-tallypod=eyJ/)
    expect(attributes.filter((one) => !one.startsWith('Expires=')).sort()).toEqual([
      'HttpOnly',
      'Path=/',
      'SameSite=Lax',
      'Secure',
    ])
    const minutes = (Date.parse(String(field(answer, 'expiresAt'))) - Date.now()) / 60_000
    expect(minutes).toBeGreaterThan(29.5)
    expect(minutes).toBeLessThanOrEqual(30)
  })

  test('refuses another token, and stops after twenty of them while members still get in', async () => {
    for (let attempt = 1; attempt <= 20; attempt++) {
      const answer = await setUp('administrator-token-for-tests-012345678x')
      expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthorized'])
    }

    const stopped = await setUp(keys.adminToken)

    expect([stopped.status, codeOf(stopped)]).toEqual([429, 'too_many_attempts'])
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(280)
    expect((await signIn(msp.psa.openSession('jdoe'))).status).toBe(200)
  })

  test('changes things from its own pages only', async () => {
    const headers = { cookie: await cookie() }
    const { body } = await api.get('/api/config', { token: null, headers })
    const save = (origin?: string) =>
      api.put('/api/config', body, {
        token: null,
        headers: origin === undefined ? headers : { ...headers, origin },
      })

    const [unsaid, foreign, unknown, ours] = [
      await save(),
      await save('https://na.myconnectwise.net'),
      await save('null'),
      await save(own),
    ]

    expect([unsaid, foreign, unknown].map((answer) => [answer.status, codeOf(answer)])).toEqual([
      [403, 'foreign_origin'],
      [403, 'foreign_origin'],
      [403, 'foreign_origin'],
    ])
    expect(ours.status).toBe(200)
  })

  test('yields to a bearer that comes along', async () => {
    const { token } = await memberToken(keys, 'cw', 'jdoe', new Date())
    const headers = { cookie: await cookie() }

    expect(field(await api.get('/api/session', { token, headers }), 'role')).toBe('viewer')
    expect((await api.get('/api/session', { token: 'made-up', headers })).status).toBe(401)
    expect(field(await api.get('/api/session', { token: null, headers }), 'role')).toBe('administrator')
  })

  test('is closed by a new ADMIN_TOKEN, and says when its time is over', async () => {
    const asked = async (token: string) => {
      const headers = { cookie: `__Host-tallypod=${token}` }
      return codeOf(await api.get('/api/session', { token: null, headers }))
    }
    const former = { ...keys, adminToken: 'the-administrator-token-of-last-year' }

    expect(await asked((await administratorToken(former, new Date())).token)).toBe('unauthorized')
    expect(await asked((await administratorToken(keys, minutesAgo(30))).token)).toBe('session_expired')
  })

  test('signs out by taking the cookie back', async () => {
    const answer = await api.delete('/api/session', {
      token: null,
      headers: { cookie: await cookie(), origin: own },
    })

    expect(answer).toMatchObject({ status: 200, body: { ok: true } })
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-tallypod=; Max-Age=0; Path=\/; Secure/)
  })
})

test('no hash, token or key is in an answer or in the database', async () => {
  const proof = msp.psa.openSession('jdoe')
  const quoting = `bad session ${proof.memberHash}`
  msp.psa.faults.add({ kind: 'status', status: 400, body: quoting, match: asksForMember })
  const quoted = await signIn(proof)
  const denied = await signIn({ ...proof, memberid: 'boss' })
  const short = await signIn({ ...proof, memberContext: 1 })
  const signed = await signIn(proof)
  const wrong = await setUp('administrator-token-for-tests-012345678x')
  const opened = await setUp(keys.adminToken)
  const session = await api.get('/api/session', withToken(signed))
  expect([quoted, denied, short, signed, wrong, opened, session].map(({ status }) => status)).toEqual([
    502, 401, 422, 200, 401, 200, 200,
  ])

  const answers = [quoted, denied, short, wrong, opened, session].map(({ body }) => JSON.stringify(body))
  const texts = [...answers, JSON.stringify(Object(signed.body).context), await everyRow(stack.db())]

  const cookie = /=([^;]+)/.exec(opened.headers.get('set-cookie') ?? '')?.[1]
  const secrets = [
    proof.memberHash,
    String(field(signed, 'token')),
    cookie ?? 'no cookie',
    keys.adminToken,
    'administrator-token-for-tests-012345678x',
    keys.sessionKey,
    workerSecrets.CREDENTIALS_KEY,
    msp.psa.privateKey,
    msp.center.password,
  ]
  expect(secrets.filter((secret) => texts.some((text) => text.includes(secret)))).toEqual([])
  expect(texts.at(-1)).toContain('proven_member')
})

/** All tables with all they hold, as text. */
async function everyRow(db: D1Database): Promise<string> {
  const { results } = await db
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT%'`)
    .run<{ name: string }>()
  const tables = await db.batch(results.map(({ name }) => db.prepare(`SELECT '${name}', * FROM "${name}"`)))
  return JSON.stringify(tables.map(({ results: rows }) => rows))
}
