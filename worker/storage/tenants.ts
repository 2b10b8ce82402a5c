import * as z from 'zod'
import { nameCore, searchKey, sortKey } from '../domain/matching.ts'
import type { Tenant } from '../sources/port.ts'
import { allRows, flag } from './rows.ts'

const TenantRow = z
  .object({
    connection: z.string(),
    id: z.string(),
    name: z.string(),
    kind: z.enum(['virtual_server', 'workspace', 'company']),
    enabled: flag,
    listed: flag,
    retired: flag,
  })
  .transform((row) => ({ ...row, gone: !row.enabled || !row.listed }))

export type StoredTenant = z.output<typeof TenantRow>

/** As JSON for one bound value: id, name, kind, enabled, and the name in the forms that are searched, sorted and compared. */
export function tenantRows(tenants: Tenant[]): string {
  return JSON.stringify(
    tenants.map(({ id, name, kind, enabled }) => [
      id,
      name,
      kind,
      enabled ? 1 : 0,
      searchKey(name),
      sortKey(name),
      nameCore(name),
    ]),
  )
}

/** Tenants as their sources last listed them. */
export function tenantStore(db: D1Database) {
  /** Those that were ever listed. */
  function of(tenants: { connection: string; id: string }[]): Promise<StoredTenant[]> {
    return allRows(
      db
        .prepare(
          `SELECT t.* FROM json_each(?1) j JOIN tenant t ON t.connection = j.value->>0 AND t.id = j.value->>1`,
        )
        .bind(JSON.stringify(tenants.map((tenant) => [tenant.connection, tenant.id]))),
      TenantRow,
    )
  }

  /** For a batch: the tenant is gone and no longer billed; undone when it returns. */
  function retire(tenant: { connection: string; id: string }): D1PreparedStatement {
    return db
      .prepare(
        'UPDATE tenant SET retired = 1 WHERE connection = ?1 AND id = ?2 AND (enabled = 0 OR listed = 0)',
      )
      .bind(tenant.connection, tenant.id)
  }

  return { of, retire }
}

export type TenantStore = ReturnType<typeof tenantStore>
