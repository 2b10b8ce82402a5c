import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, type Api, apiOf, codeOf, faultsOf, itemsOf } from '../support/api.ts'
import { signedIn } from '../support/members.ts'
import { connectPsas, savePsas, type Someone } from '../support/psas.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let api: Api
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})
beforeEach(() => connectPsas(stack))

const own = 'http://tallypod.example'
const anna = 'anna@msp.example'

const make = (member = anna, connection = 'at') => api.post('/api/session/links', { connection, member })
const redeem = (token: string, headers: Record<string, string> = {}) =>
  api.post('/api/session/link', { token }, { token: null, headers })
const tokenOf = ({ body }: Answer) => new URL(Object(body).url).hash.slice(1)
const refusal = (answer: Answer) => [answer.status, codeOf(answer)]
const used = [401, 'link_not_valid']

/** What a browser sends after it redeemed a link. */
async function signInBy(answer: Answer) {
  const { headers } = await redeem(tokenOf(answer))
  return { token: null, headers: { cookie: headers.get('set-cookie')?.split(';')[0] ?? '' } }
}

const give = (...people: Someone[]) => savePsas(stack, { people, isAutotaskThere: true })

describe('a sign-in link', () => {
  test('leads to the sign-in page with its token behind the #, for ten minutes', async () => {
    const answer = await make()

    expect(answer.status).toBe(200)
    const { url, expiresAt } = Object(answer.body)
    expect(url).toMatch(/^http:\/\/tallypod\.example\/sign-in#[\w-]{43}$/)
    const minutes = (Date.parse(expiresAt) - Date.now()) / 60_000
    expect(minutes).toBeGreaterThan(9.5)
    expect(minutes).toBeLessThanOrEqual(10)
  })

  test('signs in for twelve hours, by a cookie that scripts and other sites do not get', async () => {
    const answer = await redeem(tokenOf(await make()))

    expect(answer).toMatchObject({ status: 200, body: { member: `${anna} (at)`, role: 'viewer' } })
    expect(JSON.stringify(answer.body)).not.toContain('eyJ')
    const [value, ...attributes] = (answer.headers.get('set-cookie') ?? '').split('; ')
    expect(value).toMatch(/^__Host-tallypod=eyJ/)
    expect(attributes.filter((one) => !one.startsWith('Expires=')).sort()).toEqual([
      'HttpOnly',
      'Path=/',
      'SameSite=Lax',
      'Secure',
    ])
    const hours = (Date.parse(Object(answer.body).expiresAt) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(11.9)
    expect(hours).toBeLessThanOrEqual(12)
  })

  test('is good once', async () => {
    const token = tokenOf(await make())

    const answers = [await redeem(token), await redeem(token)]

    expect(answers.map(({ status }) => status)).toEqual([200, 401])
    expect(answers.map(codeOf)[1]).toBe('link_not_valid')
  })

  test('of two who use it at the same moment signs in one', async () => {
    const token = tokenOf(await make())

    const answers = await Promise.all([redeem(token), redeem(token), redeem(token), redeem(token)])

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401])
  })

  test('says the same whether it was used, ran out, or never was', async () => {
    const usedUp = tokenOf(await make())
    await redeem(usedUp)
    const ranOut = tokenOf(await make())
    await stack.db().prepare('UPDATE sign_in_link SET until = until - 600000 WHERE used = 0').run()

    const answers = [await redeem(usedUp), await redeem(ranOut), await redeem('made-up')]

    expect(answers.map(refusal)).toEqual([used, used, used])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(Object(answers[0]?.body).error.message).toContain('Ask an administrator for a new link')
  })

  test('is not used up by looking at its page', async () => {
    const answer = await make()
    await api.get('/sign-in', { token: null })
    await api.get('/api/session/link', { token: null })

    expect((await redeem(tokenOf(answer))).status).toBe(200)
  })

  test('leaves no token behind, neither in the database nor in the audit trail', async () => {
    const token = tokenOf(await make())

    const rows = await stack.db().prepare('SELECT * FROM sign_in_link').run()
    const entries = itemsOf(await api.get('/api/audit?search=sign-in'))

    expect(rows.results).toMatchObject([{ connection: 'at', member: anna, used: 0 }])
    expect(JSON.stringify(rows.results)).not.toContain(token)
    expect(entries).toMatchObject([{ who: 'administrator token', subject: `sign-in link at/${anna}` }])
    expect(JSON.stringify(entries)).not.toContain(token)
  })

  test('that ran out is forgotten when the next one is made', async () => {
    await make()
    await stack.db().prepare('UPDATE sign_in_link SET until = 1').run()

    await make('ben@msp.example')

    const { results } = await stack.db().prepare('SELECT member FROM sign_in_link').run()
    expect(results).toEqual([{ member: 'ben@msp.example' }])
  })

  test.each<[string, object, string]>([
    ['of Security Center', { connection: 'ksc', member: anna }, 'connection: connection_does_not_bill'],
    ['that is not there', { connection: 'xx', member: anna }, 'connection: unknown_connection'],
  ])('is not made for a connection %s', async (_, body, fault) => {
    const answer = await api.post('/api/session/links', body)

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)).toEqual([fault])
  })

  test.each(['', '   ', 'x'.repeat(101)])('is not made for the name "%s"', async (member) => {
    const answer = await make(member)

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)[0]).toMatch(/^member: /)
  })

  test('is made by administrators only', async () => {
    const technician = await signedIn(api, 'tom', 'technician')

    const answer = await api.post('/api/session/links', { connection: 'at', member: anna }, technician)

    expect(refusal(answer)).toEqual([403, 'forbidden'])
  })

  test('does not sign in a page of somebody else', async () => {
    const token = tokenOf(await make())

    const foreign = await redeem(token, { origin: 'https://evil.example' })

    expect(refusal(foreign)).toEqual([403, 'foreign_origin'])
    expect((await redeem(token, { origin: own })).status).toBe(200)
  })

  test('is guessed twenty times at most, and the setup page stays open', async () => {
    const token = tokenOf(await make())
    for (let attempt = 1; attempt <= 20; attempt++) expect((await redeem('a-guess')).status).toBe(401)

    const stopped = await redeem(token)
    const setup = await api.post(
      '/api/session/setup',
      { adminToken: 'administrator-token-for-tests-0123456789' },
      { token: null },
    )

    expect(refusal(stopped)).toEqual([429, 'too_many_attempts'])
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(280)
    expect(setup.status).toBe(200)
  })
})

describe('who signed in by a link', () => {
  test('has the role of the list of people from the next request on', async () => {
    await give({ connection: 'at', member: 'ANNA@msp.example', role: 'technician' })
    const browser = await signInBy(await make())
    const asked = async () => Object((await api.get('/api/session', browser)).body).role

    const technician = await asked()
    await give({ connection: 'tp', member: anna, role: 'administrator' })
    const viewer = await asked()

    expect([technician, viewer]).toEqual(['technician', 'viewer'])
  })

  test('changes things from pages of our own only', async () => {
    await give({ connection: 'at', member: anna, role: 'technician' })
    const { headers } = await signInBy(await make())
    const run = (more: Record<string, string>) =>
      api.post('/api/runs', { nothing: 'takes this' }, { token: null, headers: { ...headers, ...more } })

    const answers = [await run({}), await run({ origin: 'https://evil.example' }), await run({ origin: own })]

    expect(answers.map(refusal)).toEqual([
      [403, 'foreign_origin'],
      [403, 'foreign_origin'],
      [422, 'invalid'],
    ])
  })

  test('is signed out when the connection is taken away', async () => {
    const browser = await signInBy(await make())
    const waiting = tokenOf(await make())

    await savePsas(stack, { people: [], isAutotaskThere: false })

    expect(refusal(await api.get('/api/session', browser))).toEqual([401, 'unauthorized'])
    expect(refusal(await redeem(waiting))).toEqual(used)
  })

  test('has a session for the cookie only, which is no bearer', async () => {
    const { headers } = await signInBy(await make())
    const token = headers.cookie.split('=')[1] ?? ''

    expect(refusal(await api.get('/api/session', { token }))).toEqual([401, 'unauthorized'])
  })

  test('signs out of this browser', async () => {
    const browser = await signInBy(await make())

    const answer = await api.delete('/api/session', browser)

    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-tallypod=; .*Max-Age=0/)
  })
})

describe('a hint at a record', () => {
  const contextOf = async (query: string) =>
    Object((await api.get(`/api/session?${query}`, await signInBy(await make()))).body).context

  test.each([
    ['at', 'organization'],
    ['tp', 'account'],
    ['cw', 'company'],
    ['at', 'Company'],
  ])('of %s, entity %s, means that company', async (connection, screen) => {
    expect(await contextOf(`connection=${connection}&screen=${screen}&recordId=174`)).toEqual({
      connection,
      screen,
      company: { id: '174', name: null },
    })
  })

  test.each(['contract', 'agreement'])('at a %s means the company of it', async (screen) => {
    await stack
      .db()
      .prepare(
        `INSERT INTO agreement (connection, id, company_id, name, state, read_for)
         VALUES ('at', '31', '174', 'Managed security', 'active', 'a run')`,
      )
      .run()

    const known = await contextOf(`connection=at&screen=${screen}&recordId=31`)
    const unknown = await contextOf(`connection=at&screen=${screen}&recordId=32`)

    expect([known.company, unknown.company]).toEqual([{ id: '174', name: null }, null])
  })

  test.each(['', 'connection=xx&screen=company&recordId=174', 'connection=ksc&screen=company&recordId=174'])(
    '"%s" is none',
    async (query) => {
      expect(await contextOf(query)).toBeNull()
    },
  )

  test.each(['{id}', '1 OR 1=1', '9'.repeat(21)])('with the id %s means no company', async (id) => {
    expect(
      await contextOf(`connection=at&screen=organization&recordId=${encodeURIComponent(id)}`),
    ).toMatchObject({ connection: 'at', company: null })
  })

  test('opens nothing to somebody who is not signed in', async () => {
    const answer = await api.get('/api/session?connection=at&screen=organization&recordId=174', {
      token: null,
    })

    expect(refusal(answer)).toEqual([401, 'unauthorized'])
  })
})
