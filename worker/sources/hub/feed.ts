import { JSONParser } from '@streamparser/json'
import * as z from 'zod'
import { applicationOf } from '../../domain/catalogue.ts'
import { day } from '../../domain/day.ts'
import type { ReportedItem, ReportedUse } from '../../domain/reported-use.ts'
import type { ConnectionCheck, ConnectionProblem } from '../../vendor/check.ts'
import { describeFailure, VendorError } from '../../vendor/error.ts'
import { assertOk, type VendorHttp } from '../../vendor/http.ts'
import { chunksOf } from './file/chunks.ts'

export interface FeedConnection {
  name: string
  baseUrl: string
  /** Sent as a bearer token; null for none. */
  token: string | null
}

/** One company of a feed. */
export interface FeedCompany {
  id: string
  name: string
  kind: 'workspace' | 'company'
  /** Empty where it uses nothing. */
  uses: (ReportedUse & { items: ReportedItem[] })[]
}

/** Of a feed as it answered. */
export interface FeedEnd {
  /** `YYYY-MM-DD` */
  asOf: string
  etag: string | null
}

/** The longest wait for the whole feed. */
const timeoutMs = 120_000

const text = z.string().min(1).max(300)
const id = z.union([text, z.int().transform(String)])
const licences = z.int().min(0).max(10_000_000)

const Application = z
  .object({
    application: text,
    unit: z.enum(['device', 'user', 'mailbox', 'core']).optional(),
    quantity: licences.optional(),
    workstations: licences.nullish(),
    servers: licences.nullish(),
    other: licences.nullish(),
    items: z
      .array(
        z.object({
          id,
          name: z.string().max(300).optional(),
          category: z.enum(['workstation', 'server', 'other']).nullish(),
        }),
      )
      .default([]),
  })
  .transform(({ workstations, servers, other, ...rest }, context) => {
    const told = [workstations, servers, other].filter((count) => count != null).length
    if (told === 1 || told === 2) {
      context.addIssue('give workstations, servers and other all three, or none of them')
    }
    const counts =
      workstations != null && servers != null && other != null ? { workstations, servers, other } : null
    return { ...rest, counts }
  })

const Company = z.object({
  id,
  name: text,
  kind: z.enum(['workspace', 'company']).default('workspace'),
  applications: z.array(Application),
})

/**
 * What the feed states, company by company as it arrives, so that memory stays flat. What was taken counts only once all
 * of it has come.
 *
 * @param etag of what is known already; null where nothing is
 * @returns `unchanged` where the server says that it still is as `etag`
 * @throws VendorError
 */
export async function readFeed(
  { name, baseUrl, token }: FeedConnection,
  http: VendorHttp,
  etag: string | null,
  take: (companies: FeedCompany[]) => Promise<void>,
): Promise<'unchanged' | FeedEnd> {
  const found: { asOf: string | null } = { asOf: null }
  const reply = await http({
    method: 'GET',
    url: baseUrl,
    headers: {
      Accept: 'application/json',
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(etag === null ? {} : { 'If-None-Match': etag }),
    },
    timeoutMs,
    consume: async (body) => {
      found.asOf = await readBody(name, body, take)
    },
  })
  if (reply.status === 304 && etag !== null) return 'unchanged'
  assertOk(name, reply)
  if (found.asOf === null) {
    throw unexpected(name, `status ${reply.status} where 200 with the use was expected`)
  }
  return { asOf: found.asOf, etag: reply.headers.get('etag') }
}

/** Reads to the end; answers the day. */
async function readBody(
  vendor: string,
  body: ReadableStream<Uint8Array>,
  take: (companies: FeedCompany[]) => Promise<void>,
): Promise<string> {
  let asOf: unknown
  let ended = false
  let companies: unknown[] = []
  const faults: unknown[] = []
  const parser = new JSONParser({
    paths: ['$.asOf', '$.companies.*', '$.companies', '$'],
    keepStack: false,
  })
  let hasCompanies = false
  parser.onValue = ({ value, key, stack }) => {
    if (stack.length === 0) return
    if (stack.length === 1 && key === 'asOf') asOf = value
    else if (stack.length === 1 && key === 'companies') hasCompanies = Array.isArray(value)
    else companies.push(value)
  }
  parser.onError = (error) => faults.push(error)
  parser.onEnd = () => {
    ended = true
  }

  for await (const chunk of chunksOf(body)) {
    if (!ended) parser.write(chunk)
    if (faults.length > 0) throw unexpected(vendor, 'it is no JSON')
    const complete = companies
    companies = []
    if (complete.length > 0) await take(complete.map((company) => companyOf(vendor, company)))
  }
  if (!ended) {
    throw new VendorError(vendor, { kind: 'unavailable', detail: 'the feed was cut off before its end' })
  }
  if (!hasCompanies) throw unexpected(vendor, 'companies: a list is missing')
  const known = day.safeParse(asOf)
  if (!known.success) throw unexpected(vendor, 'asOf: a day as YYYY-MM-DD is missing')
  return known.data
}

/** @throws VendorError naming the company and the field */
function companyOf(vendor: string, value: unknown): FeedCompany {
  const of = Company.safeParse(value)
  if (!of.success) {
    const called = z.object({ name: z.string() }).safeParse(value)
    const { path = [], message = '' } = of.error.issues[0] ?? {}
    throw unexpected(
      vendor,
      `${called.success ? called.data.name : 'a company'}, ${path.join('.')}: ${message}`,
    )
  }
  const { id: companyId, name: company, kind, applications } = of.data
  const uses = applications.map(({ application: licenceName, unit, quantity, counts, items }) => {
    const application = applicationOf(licenceName)
    const sum = counts === null ? null : counts.workstations + counts.servers + counts.other
    const stated = quantity ?? sum
    if (stated === null) throw unexpected(vendor, `${company}, ${licenceName}: the quantity is missing`)
    return {
      companyId,
      company,
      kind,
      application: application.key,
      applicationName: application.name,
      licenceName,
      unit: unit ?? application.unit,
      quantity: stated,
      counts,
      leftOut: null,
      items: items.map((item) => ({
        id: item.id,
        name: item.name ?? item.id,
        category: item.category ?? null,
      })),
    }
  })
  return { id: companyId, name: company, kind, uses }
}

/** Reads the feed to its end, and says in words what is in the way; never throws for what it answers. */
export async function checkFeed(connection: FeedConnection, http: VendorHttp): Promise<ConnectionCheck> {
  let companies = 0
  try {
    await readFeed(connection, http, null, async (piece) => {
      companies += piece.length
    })
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    return { ok: false, problems: [feedProblem(connection, error)] }
  }
  if (companies > 0) return { ok: true, problems: [] }
  const message = 'The feed names no company. Look at what makes it.'
  return { ok: false, problems: [{ code: 'no_companies', message }] }
}

function feedProblem({ baseUrl }: FeedConnection, { failure }: VendorError): ConnectionProblem {
  switch (failure.kind) {
    case 'unauthorized':
      return {
        code: 'credentials_refused',
        message: 'The feed refused the token. Enter the one that it asks for, or the header that it expects.',
      }
    case 'throttled':
      return { code: 'throttled', message: `The feed asks to wait: ${describeFailure(failure)}.` }
    case 'unavailable':
      return {
        code: failure.status === undefined ? 'unreachable' : 'unavailable',
        message: `The feed at ${baseUrl} could not be read: ${failure.detail}. Open the address from elsewhere; it needs a public certificate.`,
      }
    case 'rejected':
      return {
        code: 'rejected',
        message: `The feed at ${baseUrl} refused the request: ${describeFailure(failure)}. Check the address, the token and the headers.`,
      }
    case 'unexpected_reply':
      return {
        code: 'unexpected_answer',
        message: `The feed is not as described: ${failure.issues}. Nothing is billed from it until that is mended.`,
      }
  }
}

function unexpected(vendor: string, issues: string): VendorError {
  return new VendorError(vendor, { kind: 'unexpected_reply', issues })
}
