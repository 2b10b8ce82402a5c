import * as z from 'zod'
import type { Progress } from '../domain/progress.ts'
import { firstRow, flag } from './rows.ts'

const ProgressRow = z.object({
  listing: flag,
  tenants: z.number(),
  tenants_done: z.number(),
  companies: z.number(),
  companies_done: z.number(),
})

/** How far runs are. */
export function runProgressStore(db: D1Database) {
  /**
   * How much of a run is done, and whether a source still lists its tenants, so that there may be more. Companies are
   * those that were planned, or will be once their tenants are read. Nothing where a later run took its place.
   */
  async function of(runId: string): Promise<{ isListing: boolean; progress: Progress }> {
    const row = await firstRow(
      db
        .prepare(
          `SELECT EXISTS (SELECT 1 FROM run_source WHERE run_id = ?1 AND state = 'listing') AS listing,
             t.tenants, t.tenants_done, c.companies + w.companies AS companies, c.companies_done
           FROM (SELECT COUNT(*) AS tenants, COALESCE(SUM(state <> 'waiting'), 0) AS tenants_done
               FROM run_tenant WHERE run_id = ?1) t,
             (SELECT COUNT(*) AS companies, COALESCE(SUM(state = 'done'), 0) AS companies_done
               FROM run_company WHERE run_id = ?1) c,
             (SELECT COUNT(*) AS companies FROM (SELECT DISTINCT m.connection, m.company_id
               FROM run_tenant r JOIN company_mapping m
                 ON m.tenant_connection = r.connection AND m.tenant_id = r.tenant_id
               WHERE r.run_id = ?1 AND r.state = 'waiting' AND m.billing = 1 AND m.agreement_id IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM run_company p WHERE p.run_id = ?1 AND p.connection = m.connection
                   AND p.company_id = m.company_id))) w`,
        )
        .bind(runId),
      ProgressRow,
    )
    return {
      isListing: row?.listing ?? false,
      progress: {
        tenants: { done: row?.tenants_done ?? 0, total: row?.tenants ?? 0 },
        companies: { done: row?.companies_done ?? 0, total: row?.companies ?? 0 },
      },
    }
  }

  return { of }
}

export type RunProgressStore = ReturnType<typeof runProgressStore>
