import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, type Api, apiOf } from '../support/api.ts'
import { configure, type Stack, startStack } from '../support/stack.ts'
import { emptied } from '../support/emptied.ts'

let stack: Stack
let api: Api
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})
beforeEach(() => emptied(stack.db()))

const open = (path: string) => api.get(path, { token: null })

/** Connects to ConnectWise sites at these addresses, and to a Security Center. */
async function connectedTo(...sites: string[]): Promise<void> {
  const credentials = { companyId: 'msp', publicKey: 'pub', privateKey: 'priv', clientId: 'guid' }
  await configure(await stack.deps(), {
    version: 1,
    settings: { timeZone: 'UTC', dailyRunAt: '03:00', approval: 'automatic' },
    connections: [
      {
        id: 'ksc',
        kind: 'ksc',
        name: 'Security Center',
        baseUrl: 'https://ksc.example:13299',
        credentials: { user: 'u', password: 'p', internal: true },
      },
      ...sites.map((baseUrl, index) => ({
        id: `cw${index}`,
        kind: 'connectwise',
        name: `ConnectWise ${index}`,
        baseUrl,
        credentials,
      })),
    ],
    companies: [],
    products: [],
  })
}

/** The directives of the page's policy, by name. */
function policyOf({ headers }: Answer): Record<string, string> {
  const directives = (headers.get('content-security-policy') ?? '').split('; ')
  return Object.fromEntries(directives.map((one) => [one.split(' ')[0], one.split(' ').slice(1).join(' ')]))
}

function hostsOf({ body }: Answer): string | undefined {
  return /<meta name="tallypod-hosts" content="([^"]*)"/.exec(`${body}`)?.[1]
}

describe('the pod', () => {
  test('may be framed by the screens of the connected PSAs and by nobody else', async () => {
    await connectedTo('https://cw.msp.example:8443/v4_6_release', 'https://na.myconnectwise.net')

    const page = await open('/pod?id=250&screen=company')

    expect(page.status).toBe(200)
    expect(policyOf(page)['frame-ancestors']).toBe('https://cw.msp.example:8443 https://na.myconnectwise.net')
    expect(hostsOf(page)).toBe('https://cw.msp.example:8443 https://na.myconnectwise.net')
    expect(page.headers.get('x-frame-options')).toBeNull()
  })

  test.each([
    ['https://api-na.myconnectwise.net', 'https://na.myconnectwise.net'],
    ['https://api-staging.connectwisedev.com/v4_6_release/apis/3.0', 'https://staging.connectwisedev.com'],
    ['https://api-na.msp.example', 'https://api-na.msp.example'],
  ])('of a connection to %s may be framed by %s', async (baseUrl, origin) => {
    await connectedTo(baseUrl)

    expect(policyOf(await open('/pod'))['frame-ancestors']).toBe(origin)
  })

  test('may be framed by nobody as long as no PSA is connected', async () => {
    await connectedTo()

    const page = await open('/pod')

    expect(policyOf(page)['frame-ancestors']).toBe("'none'")
    expect(hostsOf(page)).toBe('')
  })

  test('loads nothing from elsewhere and is kept by no cache', async () => {
    const page = await open('/pod')

    expect(policyOf(page)).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data:",
      'connect-src': "'self'",
      'font-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    })
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'x-content-type-options': 'nosniff',
      'permissions-policy': expect.stringContaining('camera=()'),
    })
  })

  test('comes without scripts of its own in the page, which the policy would not let run', async () => {
    const { body } = await open('/pod')

    expect(`${body}`).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i)
  })
})

describe('a page of our own', () => {
  test.each(['/', '/setup', '/sign-in'])('at %s is framed by nobody, PSA or not', async (path) => {
    await connectedTo('https://na.myconnectwise.net')

    const page = await open(path)

    expect(page.status).toBe(200)
    expect(policyOf(page)['frame-ancestors']).toBe("'none'")
    expect(hostsOf(page)).toBe('')
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin')
  })

  test('is had by no other name, which would come without its policy', async () => {
    expect((await open('/index.html')).status).toBe(404)
  })
})
