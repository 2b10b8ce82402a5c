import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { type Connection, isSource } from '../domain/configuration.ts'
import { text } from '../domain/configuration-text.ts'
import { connectionKinds, referenceProblems } from '../domain/reference-rules.ts'
import { tenantName } from '../storage/tenant-name.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { invalid } from './errors.ts'
import { PageBody, page, pageQuery } from './paging.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const listed = {
  id: z.string(),
  name: z.string(),
  kind: z.enum(['virtual_server', 'workspace', 'company']),
  enabled: z.boolean(),
}
const ListedTenants = z.array(z.object(listed))

const TenantBody = z.object({
  ...listed,
  company: z.object({ connection: z.string(), id: z.string() }).nullable(),
})
type Tenant = z.output<typeof TenantBody>

const TenantsQuery = z.strictObject({
  connection: text.optional(),
  /** Any part of the name. */
  search: text.optional(),
  /** Only those that are mapped to this company. */
  company: text.optional(),
  ...pageQuery(z.tuple([z.string(), z.string()])),
})

export const tenants = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'Tenants to choose from, ordered by name',
    description: 'Asked of Kaspersky, at most a minute old. Without a connection: of all.',
    answer: PageBody(TenantBody),
    refusals: [422, 502, 503],
  }),
  atLeast('technician'),
  validate('query', TenantsQuery),
  async (c) => {
    const { deps } = c.var
    const { connection, search, company, cursor, limit } = c.req.valid('query')
    const sources = await sourcesToAsk(deps, connection)
    const found = await allTenants(deps, sources)
    const sought = (search ?? '').toLowerCase()
    const rows = found
      .filter((tenant) => tenant.name.toLowerCase().includes(sought))
      .filter((tenant) => company === undefined || tenant.company?.id === company)
      .sort(byName)
      .filter((tenant) => cursor === undefined || byName({ name: cursor[0], id: cursor[1] }, tenant) < 0)
    return c.json(
      page(
        rows,
        limit,
        ({ name, id }) => [name, id],
        (tenant) => tenant,
      ),
    )
  },
)

async function sourcesToAsk(deps: Deps, id: string | undefined): Promise<Connection[]> {
  const connections = await deps.configuration.connections()
  if (id !== undefined) {
    const problems = referenceProblems(['connection'], id, connectionKinds(connections), 'source')
    if (problems.length > 0) throw invalid(problems)
  }
  return connections.filter((one) => isSource(one.kind) && (id === undefined || one.id === id))
}

async function allTenants(deps: Deps, sources: Connection[]): Promise<Tenant[]> {
  const mapped = await deps.pickers.mapped(sources.map((source) => source.id))
  const companies = new Map(
    mapped.map(({ tenant, company }) => [tenantName(tenant.connection, tenant.id), company]),
  )
  const version = await deps.configuration.version()
  const lists = await Promise.all(
    sources.map(async (source) => {
      const tenants =
        source.kind === 'hub' && source.baseUrl === null
          ? await deps.pickers.reported(source.id)
          : await deps.pickers.remembered(['tenants', version, source.id], ListedTenants, async () =>
              (await deps.source(source.id)).adapter.tenants(),
            )
      return tenants.map((tenant) => ({ ...tenant, id: tenantName(source.id, tenant.id) }))
    }),
  )
  return lists.flat().map((tenant) => ({ ...tenant, company: companies.get(tenant.id) ?? null }))
}

const collator = new Intl.Collator('en', { numeric: true })

function byName(one: { name: string; id: string }, other: { name: string; id: string }): number {
  return collator.compare(one.name, other.name) || (one.id < other.id ? -1 : one.id === other.id ? 0 : 1)
}
