import * as z from 'zod'
import { searchKey } from '../domain/matching.ts'
import { MappingColumns, mappingOf } from './mapping-row.ts'
import { allRows, firstRow, flag } from './rows.ts'

const ListedRow = MappingColumns.extend({
  connection: z.string(),
  id: z.string(),
  name: z.string(),
  kind: z.enum(['virtual_server', 'workspace', 'company']),
  gone: flag,
  retired: flag,
  sort_key: z.string(),
  core: z.string(),
  used: flag,
  held: flag,
  company_missing: flag,
  agreement_state: z.enum(['active', 'ended', 'inactive', 'missing']).nullable(),
  agreement_company: z.string().nullable(),
  agreement_ends_on: z.string().nullable(),
}).transform((row) => ({ ...row, mapping: mappingOf(row) }))

export type ListedMapping = z.output<typeof ListedRow>

const CandidateRow = z.object({ connection: z.string(), id: z.string(), name: z.string(), core: z.string() })

export interface MappingQuery {
  /** Any part of the tenant's name. */
  search: string
  filter: 'all' | 'not_mapped' | 'billing_off' | 'attention'
  /** Local day, `YYYY-MM-DD`. */
  today: string
}

/** A place in the list. */
export type MappingKey = [sortKey: string, connection: string, id: string]

/** Every tenant that is listed or mapped; also those that are mapped and that no source ever listed. */
const tenants = `
  SELECT connection, id, name, kind, enabled = 0 OR listed = 0 AS gone, retired, search_key, sort_key, core FROM tenant o
  WHERE connection IN (SELECT id FROM connection) AND (listed = 1 OR EXISTS (SELECT 1 FROM company_mapping m
    WHERE m.tenant_connection = o.connection AND m.tenant_id = o.id))
  UNION ALL
  SELECT tenant_connection, tenant_id, tenant_id, 'virtual_server',
    tenant_connection IN (SELECT d.connection FROM directory d WHERE d.read_at IS NOT NULL), 0,
    LOWER(tenant_id), LOWER(tenant_id), ''
  FROM company_mapping m WHERE NOT EXISTS (SELECT 1 FROM tenant o
    WHERE o.connection = m.tenant_connection AND o.id = m.tenant_id)`

/** Tenants with all that is said about their mapping. `?1` is the local day, `?2` what to search for. */
const rows = `
  SELECT t.connection, t.id, t.name, t.kind, t.gone, t.retired, t.search_key, t.sort_key, t.core,
    m.connection AS psa, m.company_id, m.billing, m.agreement_id, m.price_level_id, m.manual_quantity,
    EXISTS (SELECT 1 FROM usage_quantity u WHERE u.connection = t.connection AND u.tenant_id = t.id
      AND u.end_read IS NULL AND u.quantity > 0) AS used,
    EXISTS (SELECT 1 FROM change c WHERE c.connection = m.connection AND c.company_id = m.company_id
      AND c.state = 'held' AND c.dry_run = 0) AS held,
    m.company_id IS NOT NULL AND m.connection IN (SELECT d.connection FROM directory d WHERE d.read_at IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM psa_company p WHERE p.connection = m.connection AND p.id = m.company_id)
      AS company_missing,
    CASE WHEN COALESCE(a.ends_on, n.ends_on) < ?1 AND COALESCE(a.state, 'active') = 'active' THEN 'ended'
      ELSE a.state END AS agreement_state,
    a.company_id AS agreement_company,
    COALESCE(a.ends_on, n.ends_on) AS agreement_ends_on
  FROM (${tenants}) t
  LEFT JOIN company_mapping m ON m.tenant_connection = t.connection AND m.tenant_id = t.id
  LEFT JOIN agreement a ON a.connection = m.connection AND a.id = m.agreement_id
  LEFT JOIN known_name n ON n.connection = m.connection AND n.kind = 'agreement' AND n.id = m.agreement_id
  WHERE instr(t.search_key, ?2) > 0`

const conditions: Record<MappingQuery['filter'], string> = {
  all: 'true',
  not_mapped: 'psa IS NULL',
  billing_off: 'billing = 0',
  attention: `CASE WHEN psa IS NULL THEN NOT gone AND used ELSE (gone AND NOT retired) OR held OR company_missing
    OR (billing = 1 AND (agreement_state <> 'active' OR agreement_company <> company_id)) END`,
}

/** Which tenant is which company, to be looked through. */
export function mappingListStore(db: D1Database) {
  /** Ordered by name, after the row `after`. */
  function list(
    { search, filter, today }: MappingQuery,
    limit: number,
    after: MappingKey | null,
  ): Promise<ListedMapping[]> {
    return allRows(
      db
        .prepare(
          `SELECT * FROM (${rows}) WHERE ${conditions[filter]}
             AND (?4 IS NULL OR (sort_key, connection, id) > (?4, ?5, ?6))
           ORDER BY sort_key, connection, id LIMIT ?3`,
        )
        .bind(
          today,
          searchKey(search.trim()),
          limit,
          after?.[0] ?? null,
          after?.[1] ?? null,
          after?.[2] ?? null,
        ),
      ListedRow,
    )
  }

  async function count({ search, filter, today }: MappingQuery): Promise<number> {
    const row = await firstRow(
      db
        .prepare(`SELECT COUNT(*) AS matches FROM (${rows}) WHERE ${conditions[filter]}`)
        .bind(today, searchKey(search.trim())),
      z.object({ matches: z.number() }),
    )
    return row?.matches ?? 0
  }

  /** Companies with one of these cores that no tenant of the source has. */
  function freeCompanies(source: string, cores: string[]) {
    return allRows(
      db
        .prepare(
          `SELECT c.connection, c.id, c.name, c.core FROM connection k JOIN psa_company c ON c.connection = k.id
           WHERE c.core IN (SELECT value FROM json_each(?2)) AND NOT EXISTS (SELECT 1 FROM company_mapping m WHERE m.connection = c.connection AND m.company_id = c.id
             AND m.tenant_connection = ?1)`,
        )
        .bind(source, JSON.stringify(cores)),
      CandidateRow,
    )
  }

  /** The core of each listed tenant of the source that is not mapped and has one of these cores. */
  async function unmappedCores(source: string, cores: string[]): Promise<string[]> {
    const found = await allRows(
      db
        .prepare(
          `SELECT t.core FROM tenant t
           WHERE t.connection = ?1 AND t.core IN (SELECT value FROM json_each(?2)) AND t.listed = 1 AND NOT EXISTS (SELECT 1 FROM company_mapping m
             WHERE m.tenant_connection = t.connection AND m.tenant_id = t.id)`,
        )
        .bind(source, JSON.stringify(cores)),
      z.object({ core: z.string() }),
    )
    return found.map(({ core }) => core)
  }

  return { list, count, freeCompanies, unmappedCores }
}
