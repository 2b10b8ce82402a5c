import * as z from 'zod'
import type { VendorHttp } from '../../vendor/http.ts'
import type { RootMemory } from '../../vendor/root-memory.ts'
import { type ApiRoot, lookedUpRoot } from '../api-root.ts'
import { originOf } from '../origin.ts'
import { jsonOrNull } from '../reply-text.ts'
import type { ConnectWiseConnection } from './connection.ts'
import { assertAccepted } from './failure.ts'

/** What a site says about the company that signs in there. */
export type SiteAnswer =
  | { kind: 'found'; apiRoot: string }
  | { kind: 'company_unknown' }
  | { kind: 'not_connectwise' }

/** Routes to the current version on every site, cloud or not. */
const codebaseEverywhere = 'v4_6_release/'

const cloudDomains = /\.(myconnectwise\.net|connectwisedev\.com)$/
const cloudScreens = /^(na|eu|au|aus|za|staging)\.(myconnectwise\.net|connectwisedev\.com)$/

const CompanyInfo = z
  .record(z.string(), z.unknown())
  .transform((info) =>
    Object.fromEntries(Object.entries(info).map(([key, value]) => [key.toLowerCase(), value])),
  )
  .pipe(
    z.object({
      codebase: z.string().regex(/^[\w.-]+\/?$/),
      siteurl: z.string().nullish(),
    }),
  )

/**
 * Where the API of `connection` lies. What was remembered is used without a call.
 *
 * @see docs/vendors/connectwise.md, "Finding the API"
 */
export function connectWiseSite(
  connection: ConnectWiseConnection,
  http: VendorHttp,
  memory: RootMemory,
): ApiRoot {
  return lookedUpRoot<SiteAnswer>(
    memory,
    () => askSite(connection, http),
    () => apiRootWithoutDiscovery(connection.baseUrl),
  )
}

/** @throws VendorError where no definite answer came */
export async function askSite(connection: ConnectWiseConnection, http: VendorHttp): Promise<SiteAnswer> {
  const company = encodeURIComponent(connection.credentials.companyId)
  const reply = await http({
    method: 'GET',
    url: `${originOf(connection.baseUrl)}/login/companyinfo/${company}`,
    headers: { accept: 'application/json' },
  })
  if (reply.status === 429 || reply.status >= 500) assertAccepted(connection.name, reply)

  const text = reply.text.trim()
  const isJson = text === '' || text === 'null' || text.startsWith('{')
  if (!isJson) return { kind: 'not_connectwise' }
  const info = CompanyInfo.safeParse(jsonOrNull(text))
  if (reply.status >= 300 || !info.success) return { kind: 'company_unknown' }
  return { kind: 'found', apiRoot: apiRootOf(connection.baseUrl, info.data.codebase, info.data.siteurl) }
}

/** Whether the API at `apiRoot` is ConnectWise's cloud, which answers 404 where others answer 401. */
export function isCloud(apiRoot: string): boolean {
  return cloudDomains.test(new URL(apiRoot).hostname) || !apiRoot.includes(`/${codebaseEverywhere}`)
}

function apiRootOf(baseUrl: string, codebase: string, siteUrl: string | null | undefined): string {
  const origin = siteUrl ? siteUrlOrigin(baseUrl, siteUrl) : null
  if (origin === null) return apiRootWithoutDiscovery(baseUrl, codebase)
  return rootAt(origin, codebase)
}

function apiRootWithoutDiscovery(baseUrl: string, codebase = codebaseEverywhere): string {
  const url = new URL(originOf(baseUrl))
  if (cloudScreens.test(url.hostname)) url.hostname = `api-${url.hostname}`
  return rootAt(url.origin, codebase)
}

function rootAt(origin: string, codebase: string): string {
  return `${origin}/${codebase.replace(/\/$/, '')}/apis/3.0`
}

/** `SiteUrl` names a host only; the scheme stays that of the configured address. */
function siteUrlOrigin(baseUrl: string, siteUrl: string): string | null {
  const scheme = new URL(originOf(baseUrl)).protocol
  const host = siteUrl.trim().replace(/^https?:\/\//i, '')
  return URL.parse(`${scheme}//${host}`)?.origin ?? null
}
