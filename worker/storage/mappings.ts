import * as z from 'zod'
import type { ApplicationMapping } from '../domain/configuration.ts'
import type { ConfigurationChange } from '../domain/configuration-changes.ts'
import { type Mapping, MappingColumns, mappingOf } from './mapping-row.ts'
import { allRows, firstRow, jsonColumn, pieces } from './rows.ts'

const StoredRow = MappingColumns.extend({
  tenant_connection: z.string(),
  tenant_id: z.string(),
  position: z.number(),
}).transform((row) => ({
  tenant: { connection: row.tenant_connection, id: row.tenant_id },
  mapping: mappingOf(row),
  position: row.position,
}))
const LatestRow = z.object({ subject: z.string(), who: z.string(), at: z.string() })
const unit = z.enum(['device', 'user', 'mailbox', 'core'])
const InUseRow = z
  .object({
    key: z.string(),
    name: z.string(),
    unit,
    quantity: z.number(),
    units: jsonColumn(z.array(unit.nullable())),
  })
  .transform(({ units, ...row }) => ({ ...row, units: units.map((one) => one ?? row.unit).sort() }))

/** A tenant's row of the mapping, as it is to be. */
export interface MappingRow {
  tenant: { connection: string; id: string }
  /** Null where it is mapped to nothing. */
  after: Mapping | null
  /** Where it stands among the rows; null puts it behind the last. */
  position: number | null
}

/** What a save of some rows is made with. */
export interface Save {
  /** That the rows were compared with. */
  version: number
  changes: ConfigurationChange[]
  who: string
  at: string
  also: D1PreparedStatement[]
}

/** Which tenant is which company, and which application which product; saved row by row. */
export function mappingStore(db: D1Database) {
  /** What is stored for these tenants, and for all others of the same companies. */
  function around(
    tenants: { connection: string; id: string }[],
    companies: { connection: string; id: string }[],
  ) {
    return allRows(
      db
        .prepare(
          `SELECT m.position, m.tenant_connection, m.tenant_id, m.connection AS psa, m.company_id, m.billing,
             m.agreement_id, m.price_level_id, m.manual_quantity FROM company_mapping m
           WHERE (m.tenant_connection, m.tenant_id) IN (SELECT value->>0, value->>1 FROM json_each(?1))
             OR (m.connection, m.company_id) IN (SELECT value->>0, value->>1 FROM json_each(?2))`,
        )
        .bind(pairs(tenants), pairs(companies)),
      StoredRow,
    )
  }

  /** Who last changed these things, by the subject that the audit trail names them with. */
  async function lastChanged(subjects: string[]): Promise<Map<string, { who: string; at: string }>> {
    const found = await allRows(
      db
        .prepare(
          `SELECT a.subject, a.who, a.at FROM audit a WHERE a.id IN (
             SELECT MAX(id) FROM audit WHERE subject IN (SELECT value FROM json_each(?1)) GROUP BY subject)`,
        )
        .bind(JSON.stringify(subjects)),
      LatestRow,
    )
    return new Map(found.map(({ subject, who, at }) => [subject, { who, at }]))
  }

  /**
   * Saves these rows and no others, with `also` after them, in one transaction. False, with nothing changed, where
   * somebody else saved anything since `version`.
   */
  function saveCompanies(rows: MappingRow[], save: Save): Promise<boolean> {
    const values = rows.flatMap(({ tenant, after, position }) =>
      after === null
        ? []
        : [
            [
              tenant.connection,
              tenant.id,
              after.company.connection,
              after.company.id,
              after.billing ? 1 : 0,
              after.agreementId,
              after.priceLevelId,
              after.manualQuantity,
              position,
            ],
          ],
    )
    return saved(save, [
      // Before any is written, so that two tenants can swap their companies.
      db
        .prepare(
          `DELETE FROM company_mapping
           WHERE (tenant_connection, tenant_id) IN (SELECT value->>0, value->>1 FROM json_each(?1))`,
        )
        .bind(pairs(rows.map(({ tenant }) => tenant))),
      ...pieces(values).map((piece) =>
        db
          .prepare(
            `INSERT INTO company_mapping (tenant_connection, tenant_id, connection, company_id, billing, agreement_id,
               price_level_id, manual_quantity, position)
             SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7,
               COALESCE(value->>8, (SELECT COALESCE(MAX(position), -1) FROM company_mapping) + 1 + key)
             FROM json_each(?1)`,
          )
          .bind(JSON.stringify(piece)),
      ),
    ])
  }

  /** As `saveCompanies`; a row without any product is taken away. */
  function saveProducts(
    connection: string,
    edits: { billByCategory: boolean; rows: ApplicationMapping[] },
    save: Save,
  ): Promise<boolean> {
    const isEmpty = (row: ApplicationMapping) =>
      row.all === null && row.workstation === null && row.server === null && row.other === null
    return saved(save, [
      db
        .prepare(
          `INSERT INTO product_mode (position, connection, bill_by_category)
           VALUES ((SELECT COALESCE(MAX(position), -1) + 1 FROM product_mode), ?1, ?2)
           ON CONFLICT (connection) DO UPDATE SET bill_by_category = excluded.bill_by_category`,
        )
        .bind(connection, edits.billByCategory ? 1 : 0),
      db
        .prepare(
          `DELETE FROM product_mapping WHERE connection = ?1 AND application IN (SELECT value FROM json_each(?2))`,
        )
        .bind(connection, JSON.stringify(edits.rows.filter(isEmpty).map(({ application }) => application))),
      db
        .prepare(
          `INSERT INTO product_mapping (position, connection, application, all_id, workstation_id, server_id, other_id)
           SELECT (SELECT COALESCE(MAX(position), -1) FROM product_mapping WHERE connection = ?1) + 1 + key, ?1,
             value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?2) WHERE true
           ON CONFLICT (connection, application) DO UPDATE SET all_id = excluded.all_id,
             workstation_id = excluded.workstation_id, server_id = excluded.server_id, other_id = excluded.other_id`,
        )
        .bind(
          connection,
          JSON.stringify(
            edits.rows
              .filter((row) => !isEmpty(row))
              .map((row) => [row.application, row.all, row.workstation, row.server, row.other]),
          ),
        ),
    ])
  }

  async function saved(save: Save, statements: D1PreparedStatement[]): Promise<boolean> {
    const { version, changes, who, at, also } = save
    try {
      await db.batch([
        // Fails where somebody else saved since: that version is there already, or this one is forgotten.
        db
          .prepare(
            `INSERT INTO configuration (version, settings, tickets, changed_at)
             VALUES (?1 + 1, (SELECT settings FROM configuration WHERE version = ?1),
               (SELECT tickets FROM configuration WHERE version = ?1), ?2)`,
          )
          .bind(version, at),
        db.prepare('DELETE FROM configuration WHERE version < ?1').bind(version),
        ...statements,
        ...pieces(changes).map((piece) => auditEntries(piece, who, at)),
        ...also,
      ])
      return true
    } catch (error) {
      const current = await firstRow(
        db.prepare('SELECT MAX(version) AS version FROM configuration'),
        z.object({ version: z.number().nullable() }),
      )
      if (current?.version !== version) return false
      throw error
    }
  }

  function auditEntries(changes: ConfigurationChange[], who: string, at: string): D1PreparedStatement {
    const values = changes.map(({ subject, before, after }) => [
      subject,
      JSON.stringify(before),
      JSON.stringify(after),
    ])
    return db
      .prepare(
        `INSERT INTO audit (at, who, subject, before, after)
         SELECT ?2, ?3, value->>0, value->>1, value->>2 FROM json_each(?1)`,
      )
      .bind(JSON.stringify(values), at, who)
  }

  /**
   * Every application that was ever found, with how much of it tenants use now that are not taken out of the bill, and
   * what that counts.
   */
  function inUse() {
    return allRows(
      db.prepare(
        `SELECT a.key, a.name, a.unit, COALESCE(q.quantity, 0) AS quantity, COALESCE(q.units, '[]') AS units
         FROM application a
         LEFT JOIN (
           SELECT u.application, SUM(u.quantity) AS quantity, json_group_array(DISTINCT u.unit) AS units
           FROM usage_quantity u JOIN tenant t ON t.connection = u.connection AND t.id = u.tenant_id
           WHERE u.end_read IS NULL AND u.quantity > 0 AND t.retired = 0 GROUP BY u.application) q ON q.application = a.key`,
      ),
      InUseRow,
    )
  }

  return { around, lastChanged, saveCompanies, saveProducts, inUse }
}

export type MappingStore = ReturnType<typeof mappingStore>

function pairs(of: { connection: string; id: string }[]): string {
  return JSON.stringify(of.map(({ connection, id }) => [connection, id]))
}
