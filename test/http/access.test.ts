import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, apiOf, codeOf, faultsOf } from '../support/api.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let api: Api
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})
afterAll(() => stack.close())

const routes: [method: 'get' | 'post' | 'put', path: string][] = [
  ['get', '/api/config'],
  ['put', '/api/config'],
  ['post', '/api/connections/cw/check'],
  ['get', '/api/tenants'],
  ['get', '/api/companies?connection=cw'],
  ['get', '/api/agreements?connection=cw'],
  ['get', '/api/products?connection=cw'],
  ['get', '/api/price-levels?connection=cw'],
  ['get', '/api/runs'],
  ['post', '/api/runs'],
  ['get', '/api/runs/r1'],
  ['get', '/api/runs/r1/changes'],
  ['get', '/api/changes'],
  ['post', '/api/changes/c1/approve'],
  ['post', '/api/changes/c1/dismiss'],
  ['get', '/api/usage?tenant=ksc/1'],
  ['get', '/api/unbilled'],
  ['get', '/api/left-behind'],
  ['post', '/api/left-behind/l1/end'],
  ['get', '/api/evidence?connection=cw&agreement=1&product=1'],
  ['get', '/api/audit'],
]

describe('without a sign-in', () => {
  test.each(routes)('%s %s is refused with words', async (method, path) => {
    const answer = await (method === 'get'
      ? api.get(path, { token: null })
      : api[method](path, {}, { token: null }))

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

    const described = new Set(
      routes.map(([, path]) => path.replace(/\?.*/, '').replace(/\/(cw|r1|c1|l1)(?=\/|$)/, '/{id}')),
    )
    expect(answer.body).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) })
    expect(Object.keys(Reflect.get(answer.body as object, 'paths')).sort()).toEqual(
      [...described, '/api/health'].sort(),
    )
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
