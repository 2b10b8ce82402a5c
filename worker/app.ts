import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { createDeps } from './deps.ts'
import { audit } from './http/audit.ts'
import { changes } from './http/changes.ts'
import { config } from './http/config.ts'
import { connections } from './http/connections.ts'
import type { AppEnv } from './http/context.ts'
import { notFound, onError } from './http/errors.ts'
import { evidence } from './http/evidence.ts'
import { health } from './http/health.ts'
import { leftBehind } from './http/left-behind.ts'
import { openApi } from './http/openapi.ts'
import { agreements, companies, priceLevels, products } from './http/pickers.ts'
import { runs } from './http/runs.ts'
import { session } from './http/session.ts'
import { tenants } from './http/tenants.ts'
import { unbilled } from './http/unbilled.ts'
import { usage } from './http/usage.ts'

const withDeps = createMiddleware<AppEnv>(async (c, next) => {
  c.set('deps', await createDeps(c.env))
  await next()
})

/** Nothing of a bill belongs into the cache of a browser or a proxy. */
const notStored = createMiddleware<AppEnv>(async (c, next) => {
  await next()
  c.res.headers.set('Cache-Control', 'no-store')
})

const routes = new Hono<AppEnv>()
  .route('/health', health)
  .use(session)
  .route('/config', config)
  .route('/connections', connections)
  .route('/tenants', tenants)
  .route('/companies', companies)
  .route('/agreements', agreements)
  .route('/products', products)
  .route('/price-levels', priceLevels)
  .route('/runs', runs)
  .route('/changes', changes)
  .route('/usage', usage)
  .route('/unbilled', unbilled)
  .route('/left-behind', leftBehind)
  .route('/evidence', evidence)
  .route('/audit', audit)

export const app = new Hono<AppEnv>()
  .use('/api/*', notStored, withDeps)
  .get('/api/openapi.json', openApi(new Hono<AppEnv>().route('/api', routes)))
  .route('/api', routes)
  .onError(onError)
  .notFound(notFound)

export type App = typeof app
