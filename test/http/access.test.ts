import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Api, type Ask, apiOf, codeOf, faultsOf } from '../support/api.ts'
import { signedIn } from '../support/members.ts'
import { openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let api: Api
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})

type Role = 'viewer' | 'technician' | 'administrator'
type Method = 'get' | 'post' | 'put' | 'delete'

/** Every route for which somebody has to be signed in, with the least role it takes. */
const routes: [needs: Role, method: Method, path: string][] = [
  ['viewer', 'get', '/api/session'],
  ['administrator', 'post', '/api/session/links'],
  ['administrator', 'get', '/api/config'],
  ['administrator', 'put', '/api/config'],
  ['viewer', 'get', '/api/connections'],
  ['administrator', 'put', '/api/connections/cw'],
  ['administrator', 'delete', '/api/connections/cw'],
  ['administrator', 'post', '/api/connections/cw/check'],
  ['administrator', 'get', '/api/connections/cw/pod'],
  ['administrator', 'post', '/api/connections/cw/pod'],
  ['administrator', 'get', '/api/connections/cw/page'],
  ['administrator', 'post', '/api/connections/cw/test-write'],
  ['viewer', 'get', '/api/settings'],
  ['administrator', 'put', '/api/settings'],
  ['administrator', 'get', '/api/people'],
  ['administrator', 'put', '/api/people'],
  ['viewer', 'get', '/api/first-steps'],
  ['technician', 'get', '/api/tenants'],
  ['technician', 'get', '/api/companies?connection=cw'],
  ['technician', 'get', '/api/agreements?connection=cw'],
  ['technician', 'get', '/api/products?connection=cw'],
  ['technician', 'get', '/api/price-levels?connection=cw'],
  ['viewer', 'get', '/api/mappings'],
  ['technician', 'put', '/api/mappings'],
  ['technician', 'get', '/api/company-choices?connection=cw&tenant=ksc/1'],
  ['viewer', 'get', '/api/product-mappings?connection=cw'],
  ['technician', 'put', '/api/product-mappings'],
  ['viewer', 'get', '/api/sources'],
  ['viewer', 'get', '/api/sources/hub/reports'],
  ['technician', 'put', '/api/sources/hub/report?asOf=2026-03-02'],
  ['technician', 'post', '/api/sources/hub/report/preview'],
  ['technician', 'post', '/api/sources/hub/report/undo'],
  ['technician', 'post', '/api/sources/hub/pull'],
  ['viewer', 'get', '/api/runs'],
  ['technician', 'post', '/api/runs'],
  ['viewer', 'get', '/api/runs/r1'],
  ['viewer', 'get', '/api/runs/r1/progress'],
  ['viewer', 'get', '/api/runs/r1/changes'],
  ['viewer', 'get', '/api/changes'],
  ['technician', 'post', '/api/changes/decide'],
  ['technician', 'post', '/api/changes/c1/approve'],
  ['technician', 'post', '/api/changes/c1/dismiss'],
  ['viewer', 'get', '/api/today'],
  ['viewer', 'get', '/api/leaks'],
  ['viewer', 'get', '/api/drift'],
  ['technician', 'post', '/api/drift/l1/use'],
  ['viewer', 'get', '/api/dismissed'],
  ['technician', 'post', '/api/dismissed/c1/propose'],
  ['viewer', 'get', '/api/soon'],
  ['viewer', 'get', '/api/history'],
  ['viewer', 'get', '/api/bills/cw/250'],
  ['viewer', 'get', '/api/usage?tenant=ksc/1'],
  ['viewer', 'get', '/api/unbilled'],
  ['viewer', 'get', '/api/left-behind'],
  ['technician', 'post', '/api/left-behind/l1/end'],
  ['viewer', 'get', '/api/evidence?connection=cw&agreement=1&product=1'],
  [
    'viewer',
    'get',
    '/api/evidence/compare?connection=cw&agreement=1&product=1&from=2026-03-02&to=2026-03-03',
  ],
  ['viewer', 'get', '/api/tickets'],
  ['viewer', 'get', '/api/tickets/t1'],
  ['viewer', 'get', '/api/tickets/view'],
  ['viewer', 'get', '/api/tickets/unmapped'],
  ['technician', 'post', '/api/tickets/preview'],
  ['viewer', 'get', '/api/ticket-rules'],
  ['administrator', 'put', '/api/ticket-rules'],
  ['technician', 'get', '/api/ticket-choices?connection=cw&list=board'],
  ['administrator', 'get', '/api/audit'],
]

const openRoutes = [
  'get /api/health',
  'post /api/session/connectwise',
  'post /api/session/setup',
  'post /api/session/link',
  'delete /api/session',
]

/** Asks with a body that no route takes, so that nothing is done where the role suffices. */
function ask(method: Method, path: string, more: Ask): Promise<Answer> {
  if (method === 'get' || method === 'delete') return api[method](path, more)
  return api[method](path, { nothing: 'takes this' }, more)
}

describe('without a sign-in', () => {
  test.each(routes)('what takes a %s, %s %s, is refused with words', async (_, method, path) => {
    const answer = await ask(method, path, { token: null })

    expect(answer.status).toBe(401)
    expect(codeOf(answer)).toBe('unauthorized')
    expect(answer.headers.get('www-authenticate')).toContain('Bearer')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('a token that differs in its last letter is refused', async () => {
    const answer = await api.get('/api/runs', { token: 'administrator-token-for-tests-0123456788' })

    expect(answer.status).toBe(401)
  })

  test('the administrator token in another scheme is refused', async () => {
    const answer = await api.get('/api/runs', {
      token: null,
      headers: { authorization: 'Basic administrator-token-for-tests-0123456789' },
    })

    expect(answer.status).toBe(401)
  })

  test('health tells the version', async () => {
    const answer = await api.get('/api/health', { token: null })

    expect(answer).toMatchObject({
      status: 200,
      body: { ok: true, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('the OpenAPI document is open and names every route', async () => {
    const answer = await api.get('/api/openapi.json', { token: null })

    const { paths, ...document } = Object(answer.body)
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(Object(methods)).map((method) => `${method} ${path}`),
    )
    const called = [
      ...openRoutes,
      ...routes.map(([, method, path]) => `${method} ${path.replace(/\?.*/, '')}`),
    ]
    const fits = (route: string, one: string) =>
      new RegExp(`^${route.replace(/\{\w+\}/g, '[^/]+')}$`).test(one)
    expect(document.openapi).toMatch(/^3\.1/)
    expect(described.filter((route) => !called.some((one) => fits(route, one)))).toEqual([])
    expect(called.filter((one) => !described.some((route) => fits(route, one)))).toEqual([])
  })
})

describe('roles', () => {
  let tokens: Record<'viewer' | 'technician', Ask>
  beforeAll(async () => {
    const msp = await openMsp(stack)
    await msp.save()
    tokens = {
      viewer: await signedIn(api, 'vera', 'viewer'),
      technician: await signedIn(api, 'tom', 'technician'),
    }
  })

  const suffices: Record<'viewer' | 'technician', Role[]> = {
    viewer: ['viewer'],
    technician: ['viewer', 'technician'],
  }

  test.each(routes)('what takes a %s, %s %s, is refused to those below', async (needs, method, path) => {
    for (const role of ['viewer', 'technician'] as const) {
      const answer = await ask(method, path, tokens[role])

      if (suffices[role].includes(needs)) expect([role, answer.status]).not.toEqual([role, 403])
      else expect([role, answer.status, codeOf(answer)]).toEqual([role, 403, 'forbidden'])
      expect([role, answer.status]).not.toEqual([role, 401])
      expect([role, answer.status]).not.toEqual([role, 500])
    }
  })

  test('nothing but looking is done by viewers', () => {
    expect(routes.filter(([needs, method]) => needs === 'viewer' && method !== 'get')).toEqual([])
  })
})

describe('what is not there', () => {
  test('an unknown path answers 404 in JSON', async () => {
    const answer = await api.get('/api/nothing-here')

    expect(answer.status).toBe(404)
    expect(codeOf(answer)).toBe('not_found')
  })

  test('so does a path outside of the API', async () => {
    expect(codeOf(await api.get('/nothing', { token: null }))).toBe('not_found')
  })
})

describe('input', () => {
  test('a body that is no JSON is a 400', async () => {
    const answer = await api.post('/api/runs', undefined, { body: '{"dryRun": tru' })

    expect(answer.status).toBe(400)
    expect(codeOf(answer)).toBe('not_json')
  })

  test('a body is read as JSON even where it claims to be a form, so that no dry run becomes a real one', async () => {
    const answer = await api.post('/api/runs', undefined, {
      body: '{"dryRun": "yes"}',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)).toEqual(['dryRun: wrong_type'])
  })

  test('a field or parameter that does not exist is named', async () => {
    const body = await api.post('/api/runs', { dryrun: true })
    const query = await api.get('/api/changes?sate=held')

    expect([body.status, query.status]).toEqual([422, 422])
    expect(faultsOf(body)).toEqual(['dryrun: unknown_field'])
    expect(faultsOf(query)).toEqual(['sate: unknown_field'])
  })

  test.each(['0', '1001', 'many', '1.5', '-1'])('a limit of %s is refused', async (limit) => {
    const answer = await api.get(`/api/runs?limit=${limit}`)

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)[0]).toMatch(/^limit: /)
  })

  test.each(['abc', 'bnVsbA', 'WzEsMl0', '%00'])('a cursor made up as %s is refused', async (cursor) => {
    const answer = await api.get(`/api/runs?cursor=${cursor}`)

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)).toEqual(['cursor: invalid_cursor'])
  })

  test('parameters without a value count as absent', async () => {
    const answer = await api.get('/api/changes?state=&connection=&company=&cursor=&limit=')

    expect(answer).toMatchObject({ status: 200, body: { items: [], nextCursor: null } })
  })
})
