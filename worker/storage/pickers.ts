import * as z from 'zod'
import { allRows, firstRow } from './rows.ts'

/** What a vendor listed is offered again for so long; KV keeps nothing shorter. */
const cachedSeconds = 60

const MappedRow = z
  .object({
    tenant_connection: z.string(),
    tenant_id: z.string(),
    connection: z.string(),
    company_id: z.string(),
  })
  .transform((row) => ({
    tenant: { connection: row.tenant_connection, id: row.tenant_id },
    company: { connection: row.connection, id: row.company_id },
  }))

const ListedRow = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['virtual_server', 'workspace', 'company']),
  enabled: z.number().transform((value) => value === 1),
})

/** What people choose from. */
export function pickerStore(db: D1Database, kv: KVNamespace) {
  /**
   * What `load` answers, or what it answered to the same question in the last minute, or in the last `forSeconds`. The
   * question must hold all that the answer depends on, the configuration's version too. Failures are not kept.
   */
  async function remembered<Schema extends z.ZodType>(
    question: (string | number | null)[],
    schema: Schema,
    load: () => Promise<z.output<Schema>>,
    forSeconds = cachedSeconds,
  ): Promise<z.output<Schema>> {
    const key = `picker:${await digest(JSON.stringify(question))}`
    const kept = schema.safeParse(await kv.get<unknown>(key, 'json'))
    if (kept.success) return kept.data
    const fresh = await load()
    await kv.put(key, JSON.stringify(fresh), { expirationTtl: forSeconds })
    return fresh
  }

  /** Every tenant of these connections that is mapped, and its company. */
  function mapped(connections: string[]) {
    return allRows(
      db
        .prepare(
          `SELECT tenant_connection, tenant_id, connection, company_id FROM company_mapping
           WHERE tenant_connection IN (SELECT value FROM json_each(?1))`,
        )
        .bind(JSON.stringify(connections)),
      MappedRow,
    )
  }

  async function isMapped(tenant: { connection: string; id: string }): Promise<boolean> {
    const row = await firstRow(
      db
        .prepare('SELECT 1 AS found FROM company_mapping WHERE tenant_connection = ?1 AND tenant_id = ?2')
        .bind(tenant.connection, tenant.id),
      z.object({ found: z.number() }),
    )
    return row !== null
  }

  /** The tenants that the last reports of a connection named. */
  function reported(connection: string) {
    return allRows(
      db
        .prepare('SELECT id, name, kind, enabled FROM tenant WHERE connection = ?1 AND listed = 1')
        .bind(connection),
      ListedRow,
    )
  }

  return { remembered, mapped, isMapped, reported }
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export type PickerStore = ReturnType<typeof pickerStore>
