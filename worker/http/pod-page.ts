import type { Context } from 'hono'
import { Hono } from 'hono'
import { isPsa } from '../domain/configuration.ts'
import { screenOrigin } from '../psa/screen-origin.ts'
import type { AppEnv } from './context.ts'

/** The pages of the pod; the Worker says in each who may frame it. */
export const podPage = new Hono<AppEnv>()
  .get('/pod', async (c) => {
    const connections = await c.var.deps.configuration.connections()
    const origins = connections.flatMap(({ kind, baseUrl }) =>
      isPsa(kind) && baseUrl !== null ? [screenOrigin(baseUrl)] : [],
    )
    return podFramedBy(c, [...new Set(origins)])
  })
  .get('/', ownPage)
  .get('/sign-in', ownPage)
  .get('/setup', ownPage)

/** Framed by nobody. */
function ownPage(c: Context<AppEnv>): Promise<Response> {
  return podFramedBy(c, [], { 'Cross-Origin-Opener-Policy': 'same-origin' })
}

async function podFramedBy(
  c: Context<AppEnv>,
  origins: string[],
  moreHeaders: Record<string, string> = {},
): Promise<Response> {
  const page = await c.env.ASSETS.fetch(new URL('/index.html', c.req.url))
  const rewritten = new HTMLRewriter()
    .on('meta[name="tallypod-hosts"]', {
      element: (meta) => void meta.setAttribute('content', origins.join(' ')),
    })
    .transform(page)
  return new Response(rewritten.body, {
    status: page.status,
    headers: {
      ...moreHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': policy(origins),
      'Referrer-Policy': 'strict-origin-when-cross-origin',
      'X-Content-Type-Options': 'nosniff',
      'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    },
  })
}

/** Everything comes from the Worker itself. */
function policy(origins: string[]): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `img-src 'self' data:`,
    `connect-src 'self'`,
    `font-src 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors ${origins.length === 0 ? `'none'` : origins.join(' ')}`,
  ].join('; ')
}
