import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { createDeps } from './deps.ts'
import { audit } from './http/audit.ts'
import { bills } from './http/bills.ts'
import { changes } from './http/changes.ts'
import { companyChoices } from './http/company-choices.ts'
import { config } from './http/config.ts'
import { connections } from './http/connections.ts'
import type { AppEnv } from './http/context.ts'
import { dismissed } from './http/dismissed.ts'
import { drift } from './http/drift.ts'
import { notFound, onError } from './http/errors.ts'
import { evidence } from './http/evidence.ts'
import { evidenceCompare } from './http/evidence-compare.ts'
import { firstSteps } from './http/first-steps.ts'
import { health } from './http/health.ts'
import { history } from './http/history.ts'
import { leaks } from './http/leaks.ts'
import { leftBehind } from './http/left-behind.ts'
import { mappings } from './http/mappings.ts'
import { openApi } from './http/openapi.ts'
import { ownPage } from './http/own-page.ts'
import { people } from './http/people.ts'
import { agreements, companies, priceLevels, products } from './http/pickers.ts'
import { podPage } from './http/pod-page.ts'
import { podRegistration } from './http/pod-registration.ts'
import { productMappings } from './http/product-mappings.ts'
import { reports } from './http/reports.ts'
import { runs } from './http/runs.ts'
import { session } from './http/session.ts'
import { settings } from './http/settings.ts'
import { signIn } from './http/sign-in.ts'
import { signInLinks } from './http/sign-in-links.ts'
import { soon } from './http/soon.ts'
import { sources } from './http/sources.ts'
import { tenants } from './http/tenants.ts'
import { testWrite } from './http/test-write.ts'
import { ticketChoices } from './http/ticket-choices.ts'
import { ticketRules } from './http/ticket-rules.ts'
import { tickets } from './http/tickets.ts'
import { today } from './http/today.ts'
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
  .route('/session', signIn)
  .route('/session', signInLinks)
  .use(session)
  .route('/config', config)
  .route('/connections', connections)
  .route('/connections', podRegistration)
  .route('/connections', ownPage)
  .route('/connections', testWrite)
  .route('/tenants', tenants)
  .route('/companies', companies)
  .route('/agreements', agreements)
  .route('/products', products)
  .route('/price-levels', priceLevels)
  .route('/mappings', mappings)
  .route('/company-choices', companyChoices)
  .route('/product-mappings', productMappings)
  .route('/sources', sources)
  .route('/sources', reports)
  .route('/runs', runs)
  .route('/changes', changes)
  .route('/usage', usage)
  .route('/unbilled', unbilled)
  .route('/left-behind', leftBehind)
  .route('/evidence/compare', evidenceCompare)
  .route('/evidence', evidence)
  .route('/bills', bills)
  .route('/today', today)
  .route('/leaks', leaks)
  .route('/drift', drift)
  .route('/dismissed', dismissed)
  .route('/soon', soon)
  .route('/history', history)
  .route('/first-steps', firstSteps)
  .route('/settings', settings)
  .route('/tickets', tickets)
  .route('/ticket-rules', ticketRules)
  .route('/ticket-choices', ticketChoices)
  .route('/people', people)
  .route('/audit', audit)

export const app = new Hono<AppEnv>()
  .use('/api/*', notStored)
  .use(withDeps)
  .route('/', podPage)
  .get('/api/openapi.json', openApi(new Hono<AppEnv>().route('/api', routes)))
  .route('/api', routes)
  .onError(onError)
  .notFound(notFound)

export type App = typeof app
