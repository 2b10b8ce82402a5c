import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { app } from '../../worker/app.ts'
import type { Role } from '../../worker/domain/configuration.ts'
import type { AppEnv } from '../../worker/http/context.ts'
import { onError } from '../../worker/http/errors.ts'
import { atLeast } from '../../worker/http/session.ts'
import { VendorError, type VendorFailure } from '../../worker/vendor/error.ts'
import { workerSecrets } from '../support/secrets.ts'

/** What a person of this role gets where a technician is needed. */
async function asked(role: Role): Promise<number> {
  const routes = new Hono<AppEnv>()
    .use(async (c, next) => {
      c.set('principal', { role, who: 'somebody', expiresAt: null })
      await next()
    })
    .get('/', atLeast('technician'), (c) => c.text('done'))
    .onError(onError)
  return (await routes.request('/')).status
}

test('a viewer does not do what takes a technician; technicians and administrators do', async () => {
  expect([await asked('viewer'), await asked('technician'), await asked('administrator')]).toEqual([
    403, 200, 200,
  ])
})

test('a deployment without its secrets says which are missing, and shows none', async () => {
  const answer = await app.request('/api/health', {}, { ADMIN_TOKEN: 'too short' })

  expect(answer.status).toBe(500)
  const { error } = Object(await answer.json())
  expect(error.code).toBe('misconfigured')
  expect(error.message).toMatch(/ADMIN_TOKEN.*CREDENTIALS_KEY.*SESSION_KEY/)
  expect(error.message).not.toContain('too short')
})

test.each<[string, Record<string, string>, RegExp]>([
  ['a team without an audience', { ACCESS_TEAM_DOMAIN: 'msp.cloudflareaccess.com' }, /belong together/],
  ['an audience without a team', { ACCESS_AUD: 'a1b2' }, /belong together/],
  ['an address', { ACCESS_TEAM_DOMAIN: 'https://msp.cloudflareaccess.com/', ACCESS_AUD: 'a1b2' }, /alone/],
  ['a machine of its own', { ACCESS_TEAM_DOMAIN: 'http://127.0.0.1:8080', ACCESS_AUD: 'a1b2' }, /alone/],
  ['a local name', { ACCESS_TEAM_DOMAIN: 'access.internal', ACCESS_AUD: 'a1b2' }, /alone/],
])('a deployment behind Access with %s says what to set', async (_, settings, words) => {
  const answer = await app.request('/api/health', {}, { ...workerSecrets, ...settings })

  expect(answer.status).toBe(500)
  const { error } = Object(await answer.json())
  expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringMatching(words) })
})

/** How a failure of a vendor is answered. */
async function answered(error: Error) {
  const routes = new Hono()
    .get('/', () => {
      throw error
    })
    .onError(onError)
  const answer = await routes.request('/')
  return { status: answer.status, ...Object(await answer.json()).error }
}

test.each<[VendorFailure, number]>([
  [{ kind: 'unauthorized' }, 502],
  [{ kind: 'throttled', retryAfterSeconds: 30 }, 503],
  [{ kind: 'unavailable', detail: 'no answer within 30 seconds' }, 502],
  [{ kind: 'rejected', status: 400, reply: 'their words' }, 502],
  [{ kind: 'unexpected_reply', issues: 'id is missing' }, 502],
])('a vendor failure %j is a %i with its kind and the vendor', async (failure, status) => {
  const answer = await answered(new VendorError('ConnectWise', failure))

  expect(answer).toMatchObject({
    status,
    code: `vendor_${failure.kind}`,
    message: expect.stringContaining('ConnectWise'),
    details: { vendor: 'ConnectWise' },
  })
})

test('what a vendor said stands in the details and nowhere else', async () => {
  const answer = await answered(
    new VendorError('ConnectWise', { kind: 'rejected', status: 400, reply: 'their words' }),
  )

  expect(answer.details).toEqual({ vendor: 'ConnectWise', status: 400, reply: 'their words' })
  expect(answer.message).not.toContain('their words')
})
