import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { type Connection, isPsa, isSource } from '../domain/configuration.ts'
import { localDay } from '../domain/day.ts'
import { suggestedCompany } from '../domain/matching.ts'
import { refreshDirectory } from '../jobs/directory.ts'
import type { ListedMapping } from '../storage/mapping-list.ts'
import { tenantName } from '../storage/tenant-name.ts'
import { attentionOf } from './attention.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { MappingBody, MappingEdits } from './mapping-edits.ts'
import { withNames } from './names.ts'
import { page, pageQuery } from './paging.ts'
import { priceLevelNames } from './price-level-names.ts'
import { saveMappings } from './save-mappings.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const noted = z.object({ code: z.string(), message: z.string() })
const ListBody = z.object({
  connection: z.string(),
  name: z.string(),
  kind: z.enum(['ksc', 'hub', 'connectwise', 'autotask', 'tigerpaw']),
  /** When the list was last read; null where it never was. */
  readAt: z.string().nullable(),
  problem: noted.nullable(),
})

const MappingRow = z.object({
  tenant: z.object({
    id: z.string(),
    connection: z.string(),
    name: z.string(),
    kind: z.enum(['virtual_server', 'workspace', 'company']),
    gone: z.boolean(),
  }),
  mapping: MappingBody.nullable(),
  names: z.object({
    company: z.string().nullable(),
    agreement: z.string().nullable(),
    priceLevel: z.string().nullable(),
  }),
  agreementEndsOn: z.string().nullable(),
  /** A company by name, for a tenant that is not mapped. */
  suggestion: z.object({ connection: z.string(), id: z.string(), name: z.string() }).nullable(),
  attention: z.array(noted),
})

const MappingsBody = z.object({
  items: z.array(MappingRow),
  nextCursor: z.string().nullable(),
  total: z.int().min(0),
  /** Of the PSAs, once each: what the screens take their words from. */
  kinds: z.array(z.enum(['connectwise', 'autotask', 'tigerpaw'])),
  sources: z.array(ListBody),
  psas: z.array(ListBody),
})

const MappingsQuery = z.strictObject({
  /** Any part of the tenant's name. */
  search: z.string().max(200).default(''),
  filter: z.enum(['all', 'not_mapped', 'billing_off', 'attention']).default('all'),
  /** Whether to wait for another try at the lists that could not be read. */
  retry: z.enum(['true', 'false']).default('false'),
  ...pageQuery(z.tuple([z.string(), z.string(), z.string()])),
})

export const mappings = new Hono<AppEnv>()
  .get(
    '/',
    describe({
      summary: 'Every tenant, and the company that it is mapped to',
      description:
        'From lists that are at most a quarter of an hour old; one that can not be read has a problem.',
      answer: MappingsBody,
      refusals: [422],
    }),
    validate('query', MappingsQuery),
    async (c) => {
      const { deps } = c.var
      const { search, filter, retry, cursor, limit } = c.req.valid('query')
      const connections = await deps.configuration.connections()
      if (cursor === undefined) {
        await refreshDirectory(deps, connections, (work) => c.executionCtx.waitUntil(work), retry === 'true')
      }
      const today = localDay(deps.now(), (await deps.configuration.settings()).timeZone)
      const query = { search, filter, today }
      const rows = await deps.mappingList.list(query, limit + 1, cursor ?? null)
      const { items, nextCursor } = page(
        rows,
        limit,
        (row) => [row.sort_key, row.connection, row.id],
        (row) => row,
      )
      return c.json({
        items: await itemsOf(deps, items),
        nextCursor,
        total: await deps.mappingList.count(query),
        ...(await listsOf(deps, connections)),
      })
    },
  )
  .put(
    '/',
    describe({
      summary: 'Saves rows of the mapping, all or nothing',
      description: 'A row that somebody else changed since `before` is refused with what is stored now.',
      answer: z.object({ changes: z.int().min(0) }),
      refusals: [400, 409, 422],
    }),
    atLeast('technician'),
    validate('json', MappingEdits),
    async (c) => {
      const { deps, principal } = c.var
      return c.json({ changes: await saveMappings(deps, principal.who, c.req.valid('json').rows) })
    },
  )

async function listsOf(deps: Deps, connections: Connection[]) {
  const states = await deps.directory.states()
  const listed = connections.map(({ id, name, kind }) => ({
    connection: id,
    name,
    kind,
    ...(states.get(id) ?? { readAt: null, problem: null }),
  }))
  return {
    kinds: [...new Set(connections.map(({ kind }) => kind).filter(isPsa))],
    sources: listed.filter(({ kind }) => isSource(kind)),
    psas: listed.filter(({ kind }) => isPsa(kind)),
  }
}

async function itemsOf(deps: Deps, rows: ListedMapping[]): Promise<z.output<typeof MappingRow>[]> {
  const named = await withNames(
    deps,
    rows.map((row) => ({
      row,
      connection: row.mapping?.company.connection ?? null,
      companyId: row.mapping?.company.id ?? null,
      agreementId: row.mapping?.agreementId ?? null,
    })),
  )
  const priceLevel = await priceLevelNames(
    deps,
    rows.map(({ mapping }) => mapping),
  )
  const suggestions = await suggestionsFor(
    deps,
    rows.filter(({ mapping }) => mapping === null),
  )
  return named.map(({ row, names: { company, agreement } }) => {
    const { connection, name, kind, gone, mapping } = row
    const id = tenantName(connection, row.id)
    return {
      tenant: { id, connection, name, kind, gone },
      mapping,
      names: { company, agreement, priceLevel: priceLevel(mapping) },
      agreementEndsOn: row.agreement_ends_on,
      suggestion: suggestions.get(id) ?? null,
      attention: attentionOf(row),
    }
  })
}

/** By `connection/id` of the tenant. */
async function suggestionsFor(deps: Deps, rows: ListedMapping[]) {
  const suggestions = new Map<string, { connection: string; id: string; name: string }>()
  for (const source of new Set(rows.map(({ connection }) => connection))) {
    const own = rows.filter((row) => row.connection === source && row.core !== '')
    const cores = [...new Set(own.map(({ core }) => core))]
    const [free, unmapped] = await Promise.all([
      deps.mappingList.freeCompanies(source, cores),
      deps.mappingList.unmappedCores(source, cores),
    ])
    const unmappedByCore = Map.groupBy(unmapped, (core) => core)
    const freeByCore = Map.groupBy(free, ({ core }) => core)
    for (const { id, core } of own) {
      const company = suggestedCompany(core, unmappedByCore.get(core) ?? [], freeByCore.get(core) ?? [])
      if (company !== null) {
        suggestions.set(tenantName(source, id), {
          connection: company.connection,
          id: company.id,
          name: company.name,
        })
      }
    }
  }
  return suggestions
}
