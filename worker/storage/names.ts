import * as z from 'zod'
import { applications as catalogue } from '../domain/applications.ts'
import { applicationOf } from '../domain/catalogue.ts'
import type { Unit } from '../domain/usage.ts'
import { allRows } from './rows.ts'

const unit = z.enum(['device', 'user', 'mailbox', 'core'])

const NameRow = z.object({ id: z.string(), name: z.string() })

export type NameKind = 'company' | 'agreement' | 'product' | 'price_level'

export interface KnownName {
  id: string
  name: string
  endsOn: string | null
}

/** What things are called; an id that nobody named yet is absent. */
export function nameStore(db: D1Database) {
  async function named(sql: string, ...values: string[]): Promise<Map<string, string>> {
    const rows = await allRows(db.prepare(sql).bind(...values), NameRow)
    return new Map(rows.map(({ id, name }) => [id, name]))
  }

  /** By id. What was read last of all of a kind wins over what was once said of one. */
  function ofKind(kind: NameKind, connection: string, ids: string[]): Promise<Map<string, string>> {
    const read = {
      company: `UNION ALL SELECT id, name FROM psa_company WHERE connection = ?1
        AND id IN (SELECT value FROM json_each(?2))`,
      agreement: `UNION ALL SELECT id, name FROM agreement WHERE connection = ?1 AND state <> 'missing'
        AND id IN (SELECT value FROM json_each(?2))`,
      product: `UNION ALL SELECT id, name FROM product WHERE connection = ?1 AND state <> 'missing'
        AND id IN (SELECT value FROM json_each(?2))`,
      price_level: '',
    }[kind]
    return named(
      `SELECT id, name FROM known_name WHERE connection = ?1 AND kind = ?3 AND id IN (SELECT value FROM json_each(?2))
       ${read}`,
      connection,
      JSON.stringify(ids),
      kind,
    )
  }

  /** By `connection/id`. */
  function tenants(names: string[]): Promise<Map<string, string>> {
    return named(
      `SELECT j.value AS id, t.name FROM json_each(?1) j JOIN tenant t
         ON t.connection = substr(j.value, 1, instr(j.value, '/') - 1) AND t.id = substr(j.value, instr(j.value, '/') + 1)`,
      JSON.stringify(names),
    )
  }

  /** By key; the catalogue names its own. */
  async function applications(keys: string[]): Promise<Map<string, string>> {
    const found = await named(
      `SELECT key AS id, name FROM application WHERE key IN (SELECT value FROM json_each(?1))`,
      JSON.stringify(keys),
    )
    for (const { key, name } of catalogue) found.set(key, name)
    return found
  }

  /**
   * What some of these tenants' (`connection/id`) use of some of these applications counts, each unit once; of an
   * application that none of them uses now, its own unit.
   */
  async function units(
    keys: string[],
    tenantNames: string[],
  ): Promise<(applications: string[], tenants: string[]) => Unit[]> {
    const asked = JSON.stringify(keys)
    const [own, used] = await Promise.all([
      allRows(
        db
          .prepare('SELECT key, unit FROM application WHERE key IN (SELECT value FROM json_each(?1))')
          .bind(asked),
        z.object({ key: z.string(), unit }),
      ),
      allRows(
        db
          .prepare(
            `SELECT DISTINCT u.application, j.value AS tenant, COALESCE(u.unit, a.unit) AS unit
             FROM json_each(?2) j CROSS JOIN usage_quantity u ON u.connection = substr(j.value, 1, instr(j.value, '/') - 1)
               AND u.tenant_id = substr(j.value, instr(j.value, '/') + 1)
             JOIN application a ON a.key = u.application
             WHERE u.end_read IS NULL AND u.application IN (SELECT value FROM json_each(?1))`,
          )
          .bind(asked, JSON.stringify(tenantNames)),
        z.object({ application: z.string(), tenant: z.string(), unit }),
      ),
    ])
    const ofApplication = new Map(own.map((row) => [row.key, row.unit]))
    const ofUse = new Map(used.map((row) => [JSON.stringify([row.application, row.tenant]), row.unit]))
    return (some, users) => {
      const found = some.flatMap((key) => {
        const known = users.flatMap((tenant) => ofUse.get(JSON.stringify([key, tenant])) ?? [])
        return known.length > 0 ? known : [ofApplication.get(key) ?? applicationOf(key).unit]
      })
      return [...new Set(found)].sort()
    }
  }

  /** Notes what a picker answered. Safe to repeat. */
  async function learn(connection: string, kind: NameKind, names: KnownName[]): Promise<void> {
    await db
      .prepare(
        `INSERT INTO known_name (connection, kind, id, name, ends_on)
         SELECT ?1, ?2, value->>0, value->>1, value->>2 FROM json_each(?3) WHERE true
         ON CONFLICT DO UPDATE SET name = excluded.name, ends_on = excluded.ends_on
         WHERE name <> excluded.name OR ends_on IS NOT excluded.ends_on`,
      )
      .bind(connection, kind, JSON.stringify(names.map(({ id, name, endsOn }) => [id, name, endsOn])))
      .run()
  }

  return {
    companies: (connection: string, ids: string[]) => ofKind('company', connection, ids),
    agreements: (connection: string, ids: string[]) => ofKind('agreement', connection, ids),
    products: (connection: string, ids: string[]) => ofKind('product', connection, ids),
    priceLevels: (connection: string, ids: string[]) => ofKind('price_level', connection, ids),
    tenants,
    applications,
    units,
    learn,
  }
}

export type NameStore = ReturnType<typeof nameStore>
