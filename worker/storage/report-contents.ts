import * as z from 'zod'
import type { DeviceCounts, ReportedUse } from '../domain/reported-use.ts'
import { leftOutReasons } from '../domain/usage.ts'
import type { Tenant } from '../sources/port.ts'
import { allRows, firstRow } from './rows.ts'

const UseRow = z
  .object({
    company_id: z.string(),
    company: z.string(),
    kind: z.enum(['workspace', 'company']),
    application: z.string(),
    application_name: z.string(),
    licence_name: z.string(),
    left_out: z.enum(['', ...leftOutReasons]),
    unit: z.enum(['device', 'user', 'mailbox', 'core']),
    quantity: z.number(),
    workstations: z.number().nullable(),
    servers: z.number().nullable(),
    other: z.number().nullable(),
  })
  .transform(
    (row): ReportedUse => ({
      companyId: row.company_id,
      company: row.company,
      kind: row.kind,
      application: row.application,
      applicationName: row.application_name,
      licenceName: row.licence_name,
      unit: row.unit,
      quantity: row.quantity,
      counts: countsOf(row),
      leftOut: row.left_out === '' ? null : row.left_out,
    }),
  )

const ItemRow = z.object({
  application: z.string(),
  id: z.string(),
  name: z.string(),
  category: z.enum(['workstation', 'server', 'other']).nullable(),
})

const TenantRow = z.object({ id: z.string(), name: z.string(), kind: z.enum(['workspace', 'company']) })

/** What reports say; see `KeptReports`. */
export function reportContents(db: D1Database) {
  async function tenantsOf(reportId: string): Promise<Tenant[]> {
    const rows = await allRows(
      db.prepare('SELECT id, name, kind FROM report_company WHERE report_id = ?1 ORDER BY id').bind(reportId),
      TenantRow,
    )
    return rows.map((row) => ({ ...row, enabled: true }))
  }

  async function usesOf(reportId: string, companyId: string) {
    const [company, uses, items] = await Promise.all([
      firstRow(
        db
          .prepare('SELECT id, name, kind FROM report_company WHERE report_id = ?1 AND id = ?2')
          .bind(reportId, companyId),
        TenantRow,
      ),
      allRows(
        db
          .prepare(
            `SELECT u.*, c.name AS company, c.kind FROM report_use u
             JOIN report_company c ON c.report_id = u.report_id AND c.id = u.company_id
             WHERE u.report_id = ?1 AND u.company_id = ?2 ORDER BY u.application, u.left_out, u.row_number`,
          )
          .bind(reportId, companyId),
        UseRow,
      ),
      allRows(
        db
          .prepare(
            `SELECT application, item_id AS id, name, category FROM report_item WHERE report_id = ?1 AND company_id = ?2
             ORDER BY application, item_id`,
          )
          .bind(reportId, companyId),
        ItemRow,
      ),
    ])
    return company === null ? null : { uses, items }
  }

  return { tenantsOf, usesOf }
}

function countsOf(row: {
  workstations: number | null
  servers: number | null
  other: number | null
}): DeviceCounts | null {
  const { workstations, servers, other } = row
  return workstations === null || servers === null || other === null ? null : { workstations, servers, other }
}
