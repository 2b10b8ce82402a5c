import * as z from 'zod'
import {
  approvableReasons,
  type ChangeState,
  changeStates,
  statesBefore,
  structuralReasons,
  waitReasons,
} from '../domain/change.ts'
import type { ChangeDraft } from '../domain/plan.ts'
import type { Wait } from '../domain/wait.ts'
import { PartShape } from './own-lines.ts'
import { allRows, firstRow, flag, jsonColumn } from './rows.ts'

const Replacement = z.object({
  agreementId: z.string(),
  productId: z.string(),
  lineId: z.string(),
  from: z.number(),
  to: z.number(),
})

export const ChangeRow = z
  .object({
    id: z.string(),
    run_id: z.string().nullable(),
    dry_run: flag,
    connection: z.string(),
    company_id: z.string(),
    agreement_id: z.string(),
    product_id: z.string(),
    line_id: z.string().nullable(),
    kind: z.enum(['create', 'set', 'end']),
    from_quantity: z.number(),
    to_quantity: z.number(),
    state: z.enum(changeStates),
    reason: z.enum([...structuralReasons, ...approvableReasons]).nullable(),
    drift: jsonColumn(z.object({ written: z.number(), found: z.number() })).nullable(),
    adopted: flag,
    parts: jsonColumn(z.array(PartShape)),
    replaces: jsonColumn(z.array(Replacement)),
    reads: jsonColumn(z.array(z.tuple([z.string(), z.number()]))),
    configuration_version: z.number(),
    effective_on: z.string(),
    created_at: z.string(),
    approved_at: z.string().nullable(),
    price_level_id: z.string().nullable(),
    not_before: z.string().nullable(),
    waits_for: z.enum(waitReasons).nullable(),
    sent_at: z.number().nullable(),
    look_at: z.number().nullable(),
    detail: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    runId: row.run_id,
    dryRun: row.dry_run,
    connection: row.connection,
    companyId: row.company_id,
    agreementId: row.agreement_id,
    productId: row.product_id,
    lineId: row.line_id,
    kind: row.kind,
    from: row.from_quantity,
    to: row.to_quantity,
    state: row.state,
    reason: row.reason,
    drift: row.drift,
    adopted: row.adopted,
    parts: row.parts,
    replaces: row.replaces,
    reads: row.reads,
    configurationVersion: row.configuration_version,
    effectiveOn: row.effective_on,
    createdAt: row.created_at,
    approvedAt: row.approved_at,
    priceLevelId: row.price_level_id,
    waits:
      row.not_before === null || row.waits_for === null
        ? null
        : { until: row.not_before, why: row.waits_for },
    sentAtMs: row.sent_at,
    lookAtMs: row.look_at,
    detail: row.detail,
  }))

export type Change = z.output<typeof ChangeRow>

export interface NewChange extends ChangeDraft {
  id: string
  runId: string | null
  dryRun: boolean
  connection: string
  companyId: string
  reads: [string, number][]
  configurationVersion: number
  effectiveOn: string
  createdAt: string
  /** Set where a person already agreed, e.g. to the lines that a replacement lowers. */
  approvedAt: string | null
}

export interface ChangeFilter {
  runId?: string
  state?: ChangeState
  reason?: Change['reason']
  connection?: string
  companyId?: string
}

/** The ledger. Every move between states names the states it may come from, so that two callers never both win. */
export function changeStore(db: D1Database) {
  /**
   * For a batch: takes back what is held for the company's lines, but for those that rest. Changes that are approved, or
   * on their way to the PSA, stay, and win over a new one for the same line.
   */
  function supersedeHeld(
    connection: string,
    companyId: string,
    resting: { agreementId: string; productId: string }[],
    at: string,
  ): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE change SET state = 'superseded', settled_at = ?3
         WHERE connection = ?1 AND company_id = ?2 AND dry_run = 0 AND approved_at IS NULL AND state = 'held'
           AND (agreement_id, product_id) NOT IN (SELECT value->>0, value->>1 FROM json_each(?4))`,
      )
      .bind(
        connection,
        companyId,
        at,
        JSON.stringify(resting.map(({ agreementId, productId }) => [agreementId, productId])),
      )
  }

  /** For a batch: nothing where the line has an open change already. */
  function insert(change: NewChange): D1PreparedStatement {
    return db
      .prepare(
        `INSERT INTO change (id, run_id, dry_run, connection, company_id, agreement_id, product_id, line_id, kind,
           from_quantity, to_quantity, state, reason, drift, adopted, parts, replaces, reads, configuration_version,
           effective_on, created_at, approved_at, price_level_id, not_before, waits_for)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
           ?24, ?25)
         ON CONFLICT DO NOTHING`,
      )
      .bind(
        change.id,
        change.runId,
        change.dryRun ? 1 : 0,
        change.connection,
        change.companyId,
        change.agreementId,
        change.productId,
        change.lineId,
        change.kind,
        change.from,
        change.to,
        change.reason === null ? 'planned' : 'held',
        change.reason,
        change.drift === null ? null : JSON.stringify(change.drift),
        change.adopted ? 1 : 0,
        JSON.stringify(change.parts),
        JSON.stringify(change.replaces),
        JSON.stringify(change.reads),
        change.configurationVersion,
        change.effectiveOn,
        change.createdAt,
        change.approvedAt,
        change.priceLevelId,
        change.waits?.until ?? null,
        change.waits?.why ?? null,
      )
  }

  function get(id: string): Promise<Change | null> {
    return firstRow(db.prepare('SELECT * FROM change WHERE id = ?1').bind(id), ChangeRow)
  }

  /** By id; those that do not exist are absent. */
  async function withIds(ids: string[]): Promise<Map<string, Change>> {
    const rows = await allRows(
      db
        .prepare('SELECT * FROM change WHERE id IN (SELECT value FROM json_each(?1))')
        .bind(JSON.stringify(ids)),
      ChangeRow,
    )
    return new Map(rows.map((change) => [change.id, change]))
  }

  /** Oldest first, after the change `after`. What a dry run proposed is listed only where that run is asked for. */
  function list(filter: ChangeFilter, limit: number, after: { createdAt: string; id: string } | null) {
    // Only what is asked for goes into the statement, so that an index serves it.
    const asked = [
      { sql: 'run_id = ?', values: [filter.runId] },
      { sql: 'state = ?', values: [filter.state] },
      { sql: 'reason = ?', values: [filter.reason] },
      { sql: 'connection = ?', values: [filter.connection] },
      { sql: 'company_id = ?', values: [filter.companyId] },
      { sql: '(created_at, id) > (?, ?)', values: [after?.createdAt, after?.id] },
    ].filter(({ values }) => values[0] !== undefined)
    const conditions = [
      ...(filter.runId === undefined ? ['dry_run = 0'] : []),
      ...asked.map(({ sql }) => sql),
    ]
    return allRows(
      db
        .prepare(`SELECT * FROM change WHERE ${conditions.join(' AND ')} ORDER BY created_at, id LIMIT ?`)
        .bind(...asked.flatMap(({ values }) => values), limit),
      ChangeRow,
    )
  }

  /** Held changes that would take out of a line what nobody uses any more. */
  function heldUnused(): Promise<Change[]> {
    return allRows(
      db.prepare(
        `SELECT * FROM change WHERE state = 'held' AND dry_run = 0 AND kind <> 'create'
           AND from_quantity > to_quantity AND (to_quantity = 0 OR reason = 'tenant_gone')`,
      ),
      ChangeRow,
    )
  }

  /** All changes of these companies that are open, or of which the PSA was not read back yet. */
  function open(connection: string, companyIds: string[]): Promise<Change[]> {
    return allRows(
      db
        .prepare(
          `SELECT * FROM change WHERE connection = ?1 AND company_id IN (SELECT value FROM json_each(?2))
             AND dry_run = 0 AND state IN ('planned', 'held', 'sending', 'unknown', 'applied')
           ORDER BY +agreement_id, +product_id`,
        )
        .bind(connection, JSON.stringify(companyIds)),
      ChangeRow,
    )
  }

  /**
   * Changes for which the PSA has to be read: a crash, a time-out or a lost answer left them, or it accepted them without
   * showing what it made of them. Oldest first.
   */
  function unsettled(connection: string): Promise<Change[]> {
    return allRows(
      db
        .prepare(
          `SELECT * FROM change WHERE connection = ?1 AND dry_run = 0 AND state IN ('sending', 'unknown', 'applied')
           ORDER BY look_at, id LIMIT 500`,
        )
        .bind(connection),
      ChangeRow,
    )
  }

  /** The latest local day for which anything was sent to the PSA; null where nothing ever was. */
  async function lastSentDay(connection: string): Promise<string | null> {
    const row = await firstRow(
      db
        .prepare('SELECT MAX(effective_on) AS day FROM change WHERE connection = ?1 AND sent_at IS NOT NULL')
        .bind(connection),
      z.object({ day: z.string().nullable() }),
    )
    return row?.day ?? null
  }

  /** Lines of which a change was sent that holds from `day` on, by their id; the PSA may not have carried it out. */
  async function sentOn(connection: string, agreementIds: string[], day: string): Promise<Set<string>> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT DISTINCT c.line_id AS line FROM json_each(?2) a CROSS JOIN change c
             ON c.connection = ?1 AND c.agreement_id = a.value
           WHERE c.effective_on = ?3 AND c.dry_run = 0 AND c.sent_at IS NOT NULL AND c.line_id IS NOT NULL
             AND (c.state IN ('sending', 'unknown', 'applied', 'verified')
               OR (c.state = 'held' AND c.reason = 'write_not_confirmed'))`,
        )
        .bind(connection, JSON.stringify(agreementIds), day),
      z.object({ line: z.string() }),
    )
    return new Set(rows.map(({ line }) => line))
  }

  /** For a batch: the PSA could not be read for an uncertain change and is read again later. */
  function lookLater(id: string, lookAtMs: number, why: string): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE change SET look_at = ?2, detail = ?3 WHERE id = ?1 AND state IN ('sending', 'unknown', 'applied')`,
      )
      .bind(id, lookAtMs, why)
  }

  /** Changes that a person approved and that may be carried out on the local day `day`. */
  function approved(connection: string, day: string, limit: number): Promise<Change[]> {
    return allRows(
      db
        .prepare(
          `SELECT * FROM change WHERE connection = ?1 AND dry_run = 0 AND state = 'planned'
             AND approved_at IS NOT NULL AND (not_before IS NULL OR not_before <= ?3)
           ORDER BY approved_at, id LIMIT ?2`,
        )
        .bind(connection, limit, day),
      ChangeRow,
    )
  }

  /** Planned changes of a run that wait for its end and may be sent on the local day `day`: its decreases. */
  function waiting(runId: string, connection: string, day: string, limit: number): Promise<Change[]> {
    return allRows(
      db
        .prepare(
          `SELECT * FROM change WHERE run_id = ?1 AND connection = ?2 AND dry_run = 0 AND state = 'planned'
             AND approved_at IS NULL AND (not_before IS NULL OR not_before <= ?4)
           ORDER BY created_at, id LIMIT ?3`,
        )
        .bind(runId, connection, limit, day),
      ChangeRow,
    )
  }

  /** Lines that the run would lower on the local day `day`, or lowered. */
  async function lowered(runId: string, connection: string, day: string): Promise<number> {
    const row = await firstRow(
      db
        .prepare(
          `SELECT COUNT(*) AS lines FROM change WHERE run_id = ?1 AND connection = ?2 AND to_quantity < from_quantity
             AND state NOT IN ('superseded', 'dismissed') AND (not_before IS NULL OR not_before <= ?3)`,
        )
        .bind(runId, connection, day),
      z.object({ lines: z.number() }),
    )
    return row?.lines ?? 0
  }

  /** Holds every decrease of the run that would be sent on the local day `day`. */
  async function holdDecreases(runId: string, connection: string, day: string): Promise<void> {
    await db
      .prepare(
        `UPDATE change SET state = 'held', reason = 'run_fell' WHERE run_id = ?1 AND connection = ?2
           AND state = 'planned' AND approved_at IS NULL AND to_quantity < from_quantity
           AND (not_before IS NULL OR not_before <= ?3)`,
      )
      .bind(runId, connection, day)
      .run()
  }

  /**
   * How many lines have had a held change since before `at`. Each run puts a fresh one in the place of the one before, so
   * that the oldest counts that was not carried out since.
   */
  async function heldSince(at: string): Promise<number> {
    const row = await firstRow(
      db
        .prepare(
          `SELECT COUNT(*) AS lines FROM change h WHERE h.state = 'held' AND h.dry_run = 0 AND EXISTS (
             SELECT 1 FROM change o WHERE o.connection = h.connection AND o.agreement_id = h.agreement_id
               AND o.product_id = h.product_id AND o.dry_run = 0 AND o.state IN ('held', 'superseded')
               AND o.reason IS NOT NULL
               AND o.created_at < ?1 AND NOT EXISTS (
                 SELECT 1 FROM change v WHERE v.connection = o.connection AND v.agreement_id = o.agreement_id
                   AND v.product_id = o.product_id AND v.state = 'verified' AND v.created_at > o.created_at))`,
        )
        .bind(at),
      z.object({ lines: z.number() }),
    )
    return row?.lines ?? 0
  }

  /**
   * The last moment before the write. Wins only where the change is still planned, the configuration is the one it was
   * planned with, and the lease is still held; otherwise nothing is sent.
   *
   * @param lookAtMs when the PSA may be read to find out what became of it, should no answer come
   */
  async function startSending(
    id: string,
    lease: { chain: string; step: number },
    nowMs: number,
    lookAtMs: number,
  ): Promise<boolean> {
    const { meta } = await db
      .prepare(
        `UPDATE change SET state = 'sending', sent_at = ?2, look_at = ?5 WHERE id = ?1 AND state = 'planned'
           AND configuration_version = (SELECT COALESCE(MAX(version), 0) FROM configuration)
           AND EXISTS (SELECT 1 FROM chain WHERE id = ?3 AND step = ?4)`,
      )
      .bind(id, nowMs, lease.chain, lease.step, lookAtMs)
      .run()
    return meta.changes === 1
  }

  /** For a batch: moves a change on; nothing where it is in no state that leads there. */
  function move(
    id: string,
    to: ChangeState,
    more: { reason?: Change['reason']; lineId?: string; detail?: string | null; at?: string } = {},
  ): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE change SET state = ?2, reason = COALESCE(?3, reason), line_id = COALESCE(?4, line_id), detail = ?5,
           settled_at = ?6 WHERE id = ?1 AND state IN (SELECT value FROM json_each(?7))`,
      )
      .bind(
        id,
        to,
        more.reason ?? null,
        more.lineId ?? null,
        more.detail ?? null,
        more.at ?? null,
        JSON.stringify(statesBefore(to)),
      )
  }

  /** For a batch: the PSA took the change without showing what it made of it, so that it may be read at once. */
  function accept(id: string, lookAtMs: number): D1PreparedStatement {
    return db
      .prepare(`UPDATE change SET state = 'applied', look_at = ?2 WHERE id = ?1 AND state = 'sending'`)
      .bind(id, lookAtMs)
  }

  /** For a batch: a planned change is not sent before another day. */
  function postpone(id: string, { until, why }: Wait): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE change SET state = 'planned', not_before = ?2, waits_for = ?3, look_at = NULL
         WHERE id = ?1 AND state IN ('planned', 'sending')`,
      )
      .bind(id, until, why)
  }

  /** For a batch: what was approved is planned afresh under the configuration in force. */
  function refresh(
    id: string,
    draft: Pick<NewChange, 'lineId' | 'from' | 'parts' | 'reads' | 'priceLevelId'>,
    configurationVersion: number,
    effectiveOn: string,
  ): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE change SET line_id = ?2, from_quantity = ?3, parts = ?4, reads = ?5, configuration_version = ?6,
           effective_on = ?7, price_level_id = ?8, not_before = NULL, waits_for = NULL
         WHERE id = ?1 AND state = 'planned'`,
      )
      .bind(
        id,
        draft.lineId,
        draft.from,
        JSON.stringify(draft.parts),
        JSON.stringify(draft.reads),
        configurationVersion,
        effectiveOn,
        draft.priceLevelId,
      )
  }

  /** For a batch: holds again what was approved but cannot be carried out now. */
  function unapprove(id: string, detail: string): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE change SET state = 'held', approved_at = NULL, detail = ?2, reason = COALESCE(reason, 'needs_approval'),
           not_before = NULL, waits_for = NULL
         WHERE id = ?1 AND state = 'planned'`,
      )
      .bind(id, detail)
  }

  /** For a batch: takes back what was planned for a company. What is held stays held. */
  function supersedePlanned(connection: string, companyId: string, at: string): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE change SET state = 'superseded', settled_at = ?3 WHERE connection = ?1 AND company_id = ?2
           AND dry_run = 0 AND approved_at IS NULL AND state = 'planned'`,
      )
      .bind(connection, companyId, at)
  }

  /** For a batch: opens what was approved again, after it made room for another change of its line. */
  function takeUp(id: string): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE change SET state = 'planned', settled_at = NULL, detail = NULL
         WHERE id = ?1 AND state = 'superseded' AND approved_at IS NOT NULL`,
      )
      .bind(id)
  }

  /** For a batch: takes a line's change back of which nothing was sent, so that another may stand in its place. */
  function supersedeUnsent(
    connection: string,
    line: { agreementId: string; productId: string },
    at: string,
  ): D1PreparedStatement {
    return db
      .prepare(
        `UPDATE change SET state = 'superseded', settled_at = ?4 WHERE connection = ?1 AND agreement_id = ?2
           AND product_id = ?3 AND dry_run = 0 AND state IN ('held', 'planned')`,
      )
      .bind(connection, line.agreementId, line.productId, at)
  }

  /** Forgets settled changes of runs before `day`. */
  async function prune(day: string): Promise<void> {
    await db.prepare('DELETE FROM change WHERE effective_on < ?1 AND settled_at IS NOT NULL').bind(day).run()
  }

  return {
    prune,
    supersedeHeld,
    insert,
    get,
    withIds,
    list,
    heldUnused,
    open,
    unsettled,
    lastSentDay,
    sentOn,
    accept,
    postpone,
    lookLater,
    approved,
    waiting,
    lowered,
    holdDecreases,
    heldSince,
    startSending,
    move,
    refresh,
    takeUp,
    unapprove,
    supersedeUnsent,
    supersedePlanned,
  }
}

export type ChangeStore = ReturnType<typeof changeStore>
