import * as z from 'zod'
import {
  type ApplicationMapping,
  type CompanyMapping,
  type Configuration,
  type Connection,
  configuration as configurationShape,
  connection as connectionShape,
  type Person,
  type ProductMapping,
  type Role,
  type Settings,
  settings as settingsShape,
} from '../domain/configuration.ts'
import type { ConfigurationChange } from '../domain/configuration-changes.ts'
import type { StoredConnection } from '../domain/connection-rules.ts'
import {
  type TicketConnection,
  type TicketRules,
  ticketRules as ticketRulesShape,
} from '../domain/ticket-rules.ts'
import { allRows, firstRow, flag, jsonColumn, pieces, resultRows } from './rows.ts'
import type { Sealer } from './seal.ts'

const ConnectionRow = z.object({
  id: z.string(),
  kind: z.enum(['ksc', 'hub', 'connectwise', 'autotask', 'tigerpaw']),
  name: z.string(),
  base_url: z.string().nullable(),
  options: jsonColumn(z.record(z.string(), z.unknown())),
  sealed_credentials: z.string().nullable(),
  sealed_headers: z.string().nullable(),
  header_names: jsonColumn(z.array(z.string())),
})

const CompanyRow = z
  .object({
    tenant_connection: z.string(),
    tenant_id: z.string(),
    connection: z.string(),
    company_id: z.string(),
    billing: flag,
    agreement_id: z.string().nullable(),
    price_level_id: z.string().nullable(),
    manual_quantity: z.enum(['ask', 'overwrite', 'keep']),
  })
  .transform(
    (row): CompanyMapping => ({
      tenant: { connection: row.tenant_connection, id: row.tenant_id },
      company: { connection: row.connection, id: row.company_id },
      billing: row.billing,
      agreementId: row.agreement_id,
      priceLevelId: row.price_level_id,
      manualQuantity: row.manual_quantity,
    }),
  )

const ProductRow = z
  .object({
    connection: z.string(),
    application: z.string(),
    all_id: z.string().nullable(),
    workstation_id: z.string().nullable(),
    server_id: z.string().nullable(),
    other_id: z.string().nullable(),
  })
  .transform((row) => ({
    connection: row.connection,
    mapping: {
      application: row.application,
      all: row.all_id,
      workstation: row.workstation_id,
      server: row.server_id,
      other: row.other_id,
    } satisfies ApplicationMapping,
  }))

const SettingsRow = z.object({
  version: z.number(),
  settings: jsonColumn(settingsShape),
  tickets: jsonColumn(z.unknown()).nullable(),
})
const ModeRow = z.object({ connection: z.string(), bill_by_category: flag })
const PersonRow = z.object({
  connection: z.string(),
  member: z.string(),
  role: z.enum(['viewer', 'technician', 'administrator']),
})

const defaultSettings: Settings = settingsShape.parse({
  timeZone: 'UTC',
  dailyRunAt: '03:00',
  approval: 'automatic',
})

/** None where no rules were ever saved. */
function ticketRulesOf(row: z.output<typeof SettingsRow> | null | undefined): TicketRules {
  return ticketRulesShape.parse(row?.tickets ?? {})
}

function toConnection(row: z.output<typeof ConnectionRow>): Connection {
  return connectionShape.parse({
    id: row.id,
    kind: row.kind,
    name: row.name,
    baseUrl: row.base_url,
    options: row.options,
  })
}

export interface LoadedConfiguration {
  /** Rises with every change; 0 before the first. */
  version: number
  /** Without credentials and headers. */
  configuration: Configuration
  stored: Map<string, StoredConnection>
}

export interface OpenConnection {
  connection: Connection
  credentials: unknown
  headers: Record<string, string>
}

/** The configuration document, in rows; secrets sealed. */
export function configurationStore(db: D1Database, sealer: Sealer) {
  async function load(): Promise<LoadedConfiguration> {
    const [current, connections, people, companies, modes, products] = await db.batch([
      db.prepare('SELECT version, settings, tickets FROM configuration ORDER BY version DESC LIMIT 1'),
      db.prepare('SELECT * FROM connection ORDER BY position'),
      db.prepare('SELECT connection, member, role FROM person ORDER BY position'),
      db.prepare('SELECT * FROM company_mapping ORDER BY position'),
      db.prepare('SELECT * FROM product_mode ORDER BY position'),
      db.prepare('SELECT * FROM product_mapping ORDER BY position'),
    ])
    const [head] = resultRows(current, SettingsRow)
    const connectionRows = resultRows(connections, ConnectionRow)
    const productRows = resultRows(products, ProductRow)
    return {
      version: head?.version ?? 0,
      configuration: configurationShape.parse({
        version: 1,
        settings: head?.settings ?? defaultSettings,
        connections: connectionRows.map(toConnection),
        people: resultRows(people, PersonRow),
        ...(head?.tickets ? { tickets: head.tickets } : {}),
        companies: resultRows(companies, CompanyRow),
        products: resultRows(modes, ModeRow).map((mode) => ({
          connection: mode.connection,
          billByCategory: mode.bill_by_category,
          map: productRows.filter((row) => row.connection === mode.connection).map((row) => row.mapping),
        })),
      }),
      stored: new Map(
        connectionRows.map((row) => [
          row.id,
          {
            kind: row.kind,
            baseUrl: row.base_url,
            hasCredentials: row.sealed_credentials !== null,
            headerNames: row.header_names,
          },
        ]),
      ),
    }
  }

  /**
   * Replaces the configuration in one transaction, with `also` after it. Answers false, with nothing changed, where
   * somebody else saved since `before` was loaded.
   */
  async function save(
    next: Configuration,
    before: LoadedConfiguration,
    changes: ConfigurationChange[],
    who: string,
    at: string,
    also: D1PreparedStatement[] = [],
  ): Promise<boolean> {
    const people = next.people ?? before.configuration.people ?? []
    const tickets = next.tickets ?? before.configuration.tickets ?? null
    const upserts = await Promise.all(
      next.connections.map((one, position) => upsertConnection(one, position)),
    )
    /** Rows that did not change are not written again: there may be ten thousand of them. */
    const touched = (kind: string) => changes.some(({ subject }) => subject.startsWith(`${kind} `))
    try {
      await db.batch([
        db
          .prepare(
            'INSERT INTO configuration (version, settings, tickets, changed_at) VALUES (?1, ?2, ?3, ?4)',
          )
          .bind(
            before.version + 1,
            JSON.stringify(next.settings),
            tickets === null ? null : JSON.stringify(tickets),
            at,
          ),
        db.prepare('DELETE FROM configuration WHERE version < ?1').bind(before.version),
        db
          .prepare('DELETE FROM connection WHERE id NOT IN (SELECT value FROM json_each(?1))')
          .bind(JSON.stringify(next.connections.map((one) => one.id))),
        ...upserts,
        // What a changed connection listed may be somebody else's.
        db
          .prepare(
            `DELETE FROM directory WHERE 'connection ' || connection IN (SELECT value FROM json_each(?1))`,
          )
          .bind(JSON.stringify(changes.map(({ subject }) => subject))),
        ...(touched('person') ? peopleStatements(people) : []),
        ...(touched('company') ? companyStatements(next.companies) : []),
        ...(touched('product') || touched('billByCategory') ? productsStatements(next.products) : []),
        ...pieces(changes).map((piece) =>
          db
            .prepare(
              `INSERT INTO audit (at, who, subject, before, after)
               SELECT ?2, ?3, value->>0, value->>1, value->>2 FROM json_each(?1)`,
            )
            .bind(
              JSON.stringify(
                piece.map((change) => [
                  change.subject,
                  JSON.stringify(change.before),
                  JSON.stringify(change.after),
                ]),
              ),
              at,
              who,
            ),
        ),
        ...also,
      ])
      return true
    } catch (error) {
      const current = await version()
      if (current !== before.version) return false
      throw error
    }
  }

  function peopleStatements(people: Person[]): D1PreparedStatement[] {
    return [
      db.prepare('DELETE FROM person'),
      ...pieces(people).map((piece, index) =>
        db
          .prepare(
            `INSERT INTO person (position, connection, member, role)
             SELECT ?2 + key, value->>0, value->>1, value->>2 FROM json_each(?1)`,
          )
          .bind(JSON.stringify(piece.map((one) => [one.connection, one.member, one.role])), index * 2_000),
      ),
    ]
  }

  function companyStatements(companies: CompanyMapping[]): D1PreparedStatement[] {
    return [
      db.prepare('DELETE FROM company_mapping'),
      ...pieces(companies).map((piece, index) =>
        db
          .prepare(
            `INSERT INTO company_mapping (position, tenant_connection, tenant_id, connection, company_id, billing,
               agreement_id, price_level_id, manual_quantity)
             SELECT ?2 + key, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7
             FROM json_each(?1)`,
          )
          .bind(JSON.stringify(piece.map(companyValues)), index * 2_000),
      ),
    ]
  }

  function productsStatements(products: ProductMapping[]): D1PreparedStatement[] {
    return [
      db.prepare('DELETE FROM product_mode'),
      db.prepare('DELETE FROM product_mapping'),
      ...products.flatMap(productStatements),
    ]
  }

  async function upsertConnection(connection: Connection, position: number): Promise<D1PreparedStatement> {
    const credentials = connection.credentials
      ? await sealer.seal(JSON.stringify(connection.credentials), connection.id)
      : null
    const headers = connection.headers
      ? await sealer.seal(JSON.stringify(connection.headers), connection.id)
      : null
    return db
      .prepare(
        `INSERT INTO connection (id, position, kind, name, base_url, options, sealed_credentials, sealed_headers, header_names)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, COALESCE(?9, '[]'))
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, name = excluded.name, options = excluded.options,
           sealed_credentials = CASE WHEN ?7 IS NOT NULL OR kind = excluded.kind AND ?10 = 1
             THEN COALESCE(?7, sealed_credentials) END,
           sealed_headers = COALESCE(?8, sealed_headers), header_names = COALESCE(?9, header_names),
           api_root = CASE WHEN kind = excluded.kind AND base_url IS excluded.base_url AND ?7 IS NULL THEN api_root END,
           tested_at = CASE WHEN kind = excluded.kind AND base_url IS excluded.base_url
             AND options = excluded.options THEN tested_at END,
           kind = excluded.kind, base_url = excluded.base_url`,
      )
      .bind(
        connection.id,
        position,
        connection.kind,
        connection.name,
        connection.baseUrl,
        JSON.stringify(connection.options),
        credentials,
        headers,
        connection.headers ? JSON.stringify(Object.keys(connection.headers)) : null,
        connection.credentials === undefined ? 1 : 0,
      )
  }

  function companyValues(one: CompanyMapping) {
    return [
      one.tenant.connection,
      one.tenant.id,
      one.company.connection,
      one.company.id,
      one.billing ? 1 : 0,
      one.agreementId,
      one.priceLevelId,
      one.manualQuantity,
    ]
  }

  function productStatements(one: ProductMapping, position: number): D1PreparedStatement[] {
    return [
      db
        .prepare('INSERT INTO product_mode (position, connection, bill_by_category) VALUES (?1, ?2, ?3)')
        .bind(position, one.connection, one.billByCategory ? 1 : 0),
      db
        .prepare(
          `INSERT INTO product_mapping (position, connection, application, all_id, workstation_id, server_id, other_id)
           SELECT key, ?2, value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?1)`,
        )
        .bind(
          JSON.stringify(
            one.map.map((row) => [row.application, row.all, row.workstation, row.server, row.other]),
          ),
          one.connection,
        ),
    ]
  }

  async function version(): Promise<number> {
    const row = await firstRow(
      db.prepare('SELECT COALESCE(MAX(version), 0) AS version FROM configuration'),
      z.object({ version: z.number() }),
    )
    return row?.version ?? 0
  }

  async function settings(): Promise<Settings> {
    const row = await firstRow(
      db.prepare('SELECT version, settings, tickets FROM configuration ORDER BY version DESC LIMIT 1'),
      SettingsRow,
    )
    return row?.settings ?? defaultSettings
  }

  /** Which faults become tickets; none where no rules were ever saved. */
  async function ticketRules(): Promise<TicketRules> {
    const row = await firstRow(
      db.prepare('SELECT version, settings, tickets FROM configuration ORDER BY version DESC LIMIT 1'),
      SettingsRow,
    )
    return ticketRulesOf(row)
  }

  /** One connection without its secrets, or null. */
  async function connection(id: string): Promise<Connection | null> {
    const row = await connectionRow(id)
    return row === null ? null : toConnection(row)
  }

  /** All connections without their secrets. */
  async function connections(): Promise<Connection[]> {
    const rows = await allRows(db.prepare('SELECT * FROM connection ORDER BY position'), ConnectionRow)
    return rows.map(toConnection)
  }

  /**
   * A connection with what opens it, as they were saved together: new credentials never go to a former address. To be
   * used for calls to the vendor and nothing else. Null where there is no such connection.
   */
  async function withSecrets(id: string): Promise<OpenConnection | null> {
    const row = await connectionRow(id)
    if (row === null) return null
    const open = async (sealed: string | null): Promise<unknown> =>
      sealed === null ? null : JSON.parse(await sealer.open(sealed, id))
    return {
      connection: toConnection(row),
      credentials: await open(row.sealed_credentials),
      headers: z.record(z.string(), z.string()).parse((await open(row.sealed_headers)) ?? {}),
    }
  }

  function connectionRow(id: string) {
    return firstRow(db.prepare('SELECT * FROM connection WHERE id = ?1').bind(id), ConnectionRow)
  }

  function people(): Promise<Person[]> {
    return allRows(db.prepare('SELECT connection, member, role FROM person ORDER BY position'), PersonRow)
  }

  /** What a member of a PSA may do; null where the connection is gone. Letter case of names means nothing. */
  async function roleOf(connectionId: string, member: string): Promise<Role | null> {
    const row = await firstRow(
      db
        .prepare(
          `SELECT COALESCE((SELECT role FROM person p WHERE p.connection = c.id AND LOWER(p.member) = LOWER(?2)), 'viewer')
             AS role FROM connection c WHERE c.id = ?1`,
        )
        .bind(connectionId, member),
      PersonRow.pick({ role: true }),
    )
    return row?.role ?? null
  }

  /** The most that a person may do whom any PSA knows by this name; null where none lists it. Letter case means nothing. */
  async function highestRoleOf(member: string): Promise<Role | null> {
    const row = await firstRow(
      db
        .prepare(
          `SELECT role FROM person p JOIN connection c ON c.id = p.connection AND c.kind NOT IN ('ksc', 'hub')
           WHERE LOWER(p.member) = LOWER(?1)
           ORDER BY CASE role WHEN 'administrator' THEN 0 WHEN 'technician' THEN 1 ELSE 2 END LIMIT 1`,
        )
        .bind(member),
      PersonRow.pick({ role: true }),
    )
    return row?.role ?? null
  }

  async function apiRoot(id: string): Promise<string | null> {
    const row = await firstRow(
      db.prepare('SELECT api_root FROM connection WHERE id = ?1').bind(id),
      z.object({ api_root: z.string().nullable() }),
    )
    return row?.api_root ?? null
  }

  async function setApiRoot(id: string, root: string): Promise<void> {
    await db.prepare('UPDATE connection SET api_root = ?2 WHERE id = ?1').bind(id, root).run()
  }

  /** When a test write succeeded with the connection as it stands, ISO 8601 in UTC; null where none did. */
  async function testedAt(id: string): Promise<string | null> {
    const row = await firstRow(
      db.prepare('SELECT tested_at FROM connection WHERE id = ?1').bind(id),
      z.object({ tested_at: z.string().nullable() }),
    )
    return row?.tested_at ?? null
  }

  /** Notes that a test write succeeded, where the configuration is still the `version` that it was made with. */
  async function setTestedAt(id: string, version: number, at: string): Promise<boolean> {
    const { meta } = await db
      .prepare(
        `UPDATE connection SET tested_at = ?3 WHERE id = ?1
           AND ?2 = (SELECT COALESCE(MAX(version), 0) FROM configuration)`,
      )
      .bind(id, version, at)
      .run()
    return meta.changes === 1
  }

  /** The mapping rows of these companies of one PSA connection. */
  function companies(connection: string, companyIds: string[]): Promise<CompanyMapping[]> {
    return allRows(
      db
        .prepare(
          `SELECT * FROM company_mapping WHERE connection = ?1 AND company_id IN (SELECT value FROM json_each(?2))
           ORDER BY company_id, tenant_connection, tenant_id`,
        )
        .bind(connection, JSON.stringify(companyIds)),
      CompanyRow,
    )
  }

  /** The companies that these tenants are mapped to, by tenant. */
  async function companiesOf(
    tenantConnection: string,
    tenantIds: string[],
  ): Promise<Map<string, { connection: string; id: string }>> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT tenant_id AS tenant, connection, company_id AS id FROM company_mapping
           WHERE tenant_connection = ?1 AND tenant_id IN (SELECT value FROM json_each(?2))`,
        )
        .bind(tenantConnection, JSON.stringify(tenantIds)),
      z.object({ tenant: z.string(), connection: z.string(), id: z.string() }),
    )
    return new Map(rows.map(({ tenant, ...company }) => [tenant, company]))
  }

  /** The company of the PSA connection that each of these tenants is billed to, by `connection/id`. */
  async function billedCompanies(
    connection: string,
    tenants: { connection: string; id: string }[],
  ): Promise<Map<string, string>> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT m.tenant_connection || '/' || m.tenant_id AS tenant, m.company_id AS company FROM json_each(?2) t
           JOIN company_mapping m ON m.tenant_connection = t.value->>0 AND m.tenant_id = t.value->>1
           WHERE m.connection = ?1 AND m.billing = 1 AND m.agreement_id IS NOT NULL`,
        )
        .bind(connection, JSON.stringify(tenants.map((tenant) => [tenant.connection, tenant.id]))),
      z.object({ tenant: z.string(), company: z.string() }),
    )
    return new Map(rows.map((row) => [row.tenant, row.company]))
  }

  /** Every agreement that billed companies of the connection name. */
  async function agreementIds(connection: string): Promise<string[]> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT DISTINCT agreement_id AS id FROM company_mapping
           WHERE connection = ?1 AND billing = 1 AND agreement_id IS NOT NULL ORDER BY agreement_id`,
        )
        .bind(connection),
      z.object({ id: z.string() }),
    )
    return rows.map((row) => row.id)
  }

  /** How one PSA connection's applications are billed. */
  async function products(connection: string): Promise<ProductMapping> {
    const [mode, rows] = await db.batch(productStatementsOf(connection))
    return productMapping(connection, mode, rows)
  }

  /** How the applications of every PSA connection are billed. */
  async function allProducts(): Promise<ProductMapping[]> {
    const modes = await allRows(db.prepare('SELECT * FROM product_mode ORDER BY position'), ModeRow)
    return Promise.all(modes.map((mode) => products(mode.connection)))
  }

  function productStatementsOf(connection: string): D1PreparedStatement[] {
    return [
      db.prepare('SELECT * FROM product_mode WHERE connection = ?1').bind(connection),
      db.prepare('SELECT * FROM product_mapping WHERE connection = ?1 ORDER BY position').bind(connection),
    ]
  }

  function productMapping(
    connection: string,
    mode: D1Result | undefined,
    rows: D1Result | undefined,
  ): ProductMapping {
    return {
      connection,
      billByCategory: resultRows(mode, ModeRow)[0]?.bill_by_category ?? false,
      map: resultRows(rows, ProductRow).map((row) => row.mapping),
    }
  }

  /** All that a plan for one PSA connection goes by, of one and the same version. */
  async function rules(connection: string): Promise<{
    version: number
    settings: Settings
    products: ProductMapping
    tickets: TicketConnection | null
  }> {
    const [head, mode, rows] = await db.batch([
      db.prepare('SELECT version, settings, tickets FROM configuration ORDER BY version DESC LIMIT 1'),
      ...productStatementsOf(connection),
    ])
    const [current] = resultRows(head, SettingsRow)
    return {
      version: current?.version ?? 0,
      settings: current?.settings ?? defaultSettings,
      products: productMapping(connection, mode, rows),
      tickets: ticketRulesOf(current).connections.find((one) => one.connection === connection) ?? null,
    }
  }

  /** Whether a tenant's devices have to be told apart: its company's PSA connection bills by category. */
  async function splitTenants(connection: string): Promise<Set<string>> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT m.tenant_id AS id FROM company_mapping m JOIN product_mode p ON p.connection = m.connection
           WHERE m.tenant_connection = ?1 AND p.bill_by_category = 1`,
        )
        .bind(connection),
      z.object({ id: z.string() }),
    )
    return new Set(rows.map((row) => row.id))
  }

  return {
    load,
    save,
    version,
    settings,
    ticketRules,
    connection,
    connections,
    withSecrets,
    people,
    roleOf,
    highestRoleOf,
    apiRoot,
    setApiRoot,
    testedAt,
    setTestedAt,
    companies,
    companiesOf,
    billedCompanies,
    agreementIds,
    products,
    allProducts,
    rules,
    splitTenants,
  }
}

export type ConfigurationStore = ReturnType<typeof configurationStore>
