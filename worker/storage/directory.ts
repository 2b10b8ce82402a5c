import * as z from 'zod'
import { nameCore, searchKey } from '../domain/matching.ts'
import type { Choice } from '../psa/port.ts'
import type { Tenant } from '../sources/port.ts'
import { allRows, jsonColumn, pieces } from './rows.ts'
import { tenantRows } from './tenants.ts'
import { tenantName } from './tenant-name.ts'

const StateRow = z.object({
  connection: z.string(),
  read_at: z.string().nullable(),
  problem: jsonColumn(z.object({ code: z.string(), message: z.string() })).nullable(),
})

const ChoiceRow = z.object({
  id: z.string(),
  name: z.string(),
  search_key: z.string(),
  taken_by: z.string().nullable(),
  taken_name: z.string().nullable(),
})

/** A reader that was killed blocks the next one no longer than this, in milliseconds. */
const readingMs = 60_000

/** Who can be mapped to whom, as the vendors last listed them. */
export function directoryStore(db: D1Database) {
  /** When each connection was last listed, and why the last attempt failed; absent where it was never tried. */
  async function states() {
    const rows = await allRows(db.prepare('SELECT connection, read_at, problem FROM directory'), StateRow)
    return new Map(
      rows.map((row) => [row.connection, { readAt: row.read_at, problem: row.problem }] as const),
    )
  }

  /** True where the caller is to read the list now; false where somebody else does already. */
  async function claim(connection: string, nowMs: number): Promise<boolean> {
    const { meta } = await db
      .prepare(
        `INSERT INTO directory (connection, reading_until) VALUES (?1, ?3)
         ON CONFLICT DO UPDATE SET reading_until = excluded.reading_until WHERE reading_until < ?2`,
      )
      .bind(connection, nowMs, nowMs + readingMs)
      .run()
    return meta.changes === 1
  }

  async function failed(connection: string, problem: { code: string; message: string }): Promise<void> {
    await db
      .prepare('UPDATE directory SET problem = ?2, reading_until = 0 WHERE connection = ?1')
      .bind(connection, JSON.stringify(problem))
      .run()
  }

  function done(connection: string, at: string): D1PreparedStatement {
    return db
      .prepare('UPDATE directory SET read_at = ?2, problem = NULL, reading_until = 0 WHERE connection = ?1')
      .bind(connection, at)
  }

  /** Replaces the list of a PSA's companies, in one transaction. */
  async function saveCompanies(connection: string, companies: Choice[], at: string): Promise<void> {
    const ids = JSON.stringify(companies.map(({ id }) => id))
    await db.batch([
      // Mappings and lines may still name them.
      db
        .prepare(
          `INSERT INTO known_name (connection, kind, id, name)
           SELECT connection, 'company', id, name FROM psa_company
           WHERE connection = ?1 AND id NOT IN (SELECT value FROM json_each(?2))
           ON CONFLICT DO UPDATE SET name = excluded.name`,
        )
        .bind(connection, ids),
      db
        .prepare(
          'DELETE FROM psa_company WHERE connection = ?1 AND id NOT IN (SELECT value FROM json_each(?2))',
        )
        .bind(connection, ids),
      ...pieces(companies).map((piece) =>
        db
          .prepare(
            `INSERT INTO psa_company (connection, id, name, search_key, core)
             SELECT ?1, value->>0, value->>1, value->>2, value->>3 FROM json_each(?2) WHERE true
             ON CONFLICT DO UPDATE SET name = excluded.name, search_key = excluded.search_key, core = excluded.core
             WHERE name <> excluded.name OR core <> excluded.core`,
          )
          .bind(
            connection,
            JSON.stringify(piece.map(({ id, name }) => [id, name, searchKey(name), nameCore(name)])),
          ),
      ),
      done(connection, at),
    ])
  }

  /**
   * Adds tenants that are new and renames those that are known. Whether one is gone is for a run to say, which is why
   * nothing else of a known one changes.
   */
  async function saveTenants(connection: string, tenants: Tenant[], at: string): Promise<void> {
    await db.batch([
      ...pieces(tenants).map((piece) =>
        db
          .prepare(
            `INSERT INTO tenant (connection, id, name, kind, enabled, listed, seen_at, search_key, sort_key, core)
             SELECT ?1, value->>0, value->>1, value->>2, value->>3, 1, ?3, value->>4, value->>5, value->>6
             FROM json_each(?2) WHERE true
             ON CONFLICT DO UPDATE SET name = excluded.name, kind = excluded.kind, search_key = excluded.search_key,
               sort_key = excluded.sort_key, core = excluded.core
             WHERE name <> excluded.name OR search_key <> excluded.search_key OR core <> excluded.core`,
          )
          .bind(connection, tenantRows(piece), at),
      ),
      done(connection, at),
    ])
  }

  /**
   * Companies by any part of their name, ordered by name, after the company `after`.
   *
   * @param source the Kaspersky connection whose tenants may have taken them
   */
  async function companyChoices(
    connection: string,
    source: string,
    search: string,
    limit: number,
    after: [searchKey: string, id: string] | null,
  ) {
    const rows = await allRows(
      db
        .prepare(
          `SELECT c.id, c.name, c.search_key, m.tenant_id AS taken_by, COALESCE(t.name, m.tenant_id) AS taken_name
           FROM psa_company c
           LEFT JOIN company_mapping m ON m.connection = c.connection AND m.company_id = c.id AND m.tenant_connection = ?2
           LEFT JOIN tenant t ON t.connection = m.tenant_connection AND t.id = m.tenant_id
           WHERE c.connection = ?1 AND instr(c.search_key, ?3) > 0
             AND (?5 IS NULL OR (c.search_key, c.id) > (?5, ?6))
           ORDER BY c.search_key, c.id LIMIT ?4`,
        )
        .bind(connection, source, searchKey(search.trim()), limit, after?.[0] ?? null, after?.[1] ?? null),
      ChoiceRow,
    )
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      key: [row.search_key, row.id] as [string, string],
      takenBy:
        row.taken_by === null || row.taken_name === null
          ? null
          : { id: tenantName(source, row.taken_by), name: row.taken_name },
    }))
  }

  return { states, claim, failed, saveCompanies, saveTenants, companyChoices }
}

export type DirectoryStore = ReturnType<typeof directoryStore>
