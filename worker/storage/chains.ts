import * as z from 'zod'
import { allRows, firstRow, flag } from './rows.ts'

const chainKinds = ['collect', 'bill', 'watch'] as const
export type ChainKind = (typeof chainKinds)[number]

/** `collect:ksc`, `watch:ksc`, `bill:cw`. */
export function chainId(kind: ChainKind, connection: string): string {
  return `${kind}:${connection}`
}

export function chainParts(id: string): { kind: ChainKind; connection: string } | null {
  const [name, connection] = id.split(':')
  const kind = chainKinds.find((each) => each === name)
  return kind === undefined || connection === undefined ? null : { kind, connection }
}

const ChainRow = z.object({ id: z.string(), step: z.number(), lease_until: z.number(), resting: flag })

/** Who works for a connection. Every statement here is one that exactly one of many callers wins. */
export function chainStore(db: D1Database) {
  /** Notes that there is work. Answers the step to send a message for, or null while somebody is at work already. */
  async function wake(id: string, nowMs: number): Promise<number | null> {
    const row = await firstRow(
      db
        .prepare(
          `INSERT INTO chain (id, awake) VALUES (?1, 1)
           ON CONFLICT (id) DO UPDATE SET awake = 1, woken = 1 RETURNING id, step, lease_until, resting`,
        )
        .bind(id),
      ChainRow,
    )
    return row !== null && (row.lease_until < nowMs || row.resting) ? row.step : null
  }

  /** Takes one message: answers the step that is now ours, or null where it was taken before or somebody is at work. */
  async function take(id: string, step: number, nowMs: number, leaseUntilMs: number): Promise<number | null> {
    const row = await firstRow(
      db
        .prepare(
          `UPDATE chain SET step = step + 1, lease_until = ?3, woken = 0, resting = 0
           WHERE id = ?1 AND (step = ?2 OR lease_until < ?4) RETURNING id, step, lease_until, resting`,
        )
        .bind(id, step, leaseUntilMs, nowMs),
      ChainRow,
    )
    return row?.step ?? null
  }

  /** Keeps the lease; false where another one holds the chain now and this one has to stop. */
  async function renew(id: string, step: number, leaseUntilMs: number): Promise<boolean> {
    const { meta } = await db
      .prepare('UPDATE chain SET lease_until = ?3 WHERE id = ?1 AND step = ?2')
      .bind(id, step, leaseUntilMs)
      .run()
    return meta.changes === 1
  }

  async function holds(id: string, step: number): Promise<boolean> {
    const row = await firstRow(
      db.prepare('SELECT step FROM chain WHERE id = ?1 AND step = ?2').bind(id, step),
      z.object({ step: z.number() }),
    )
    return row !== null
  }

  /** For the start of a batch: undoes all of it where another one holds the chain now. */
  function fence(id: string, step: number): D1PreparedStatement {
    return db
      .prepare(
        `SELECT CASE WHEN EXISTS (SELECT 1 FROM chain WHERE id = ?1 AND step = ?2) THEN 1
           ELSE json('the chain ' || ?1 || ' has another holder') END`,
      )
      .bind(id, step)
  }

  /** Waits for a time to come; a call cuts the wait short. False as in `renew`. */
  async function rest(id: string, step: number, untilMs: number): Promise<boolean> {
    const { meta } = await db
      .prepare('UPDATE chain SET lease_until = ?3, resting = 1 WHERE id = ?1 AND step = ?2 AND woken = 0')
      .bind(id, step, untilMs)
      .run()
    return meta.changes === 1
  }

  /** Ends the chain where nobody called meanwhile; false where there is more to do. */
  async function stop(id: string, step: number): Promise<boolean> {
    const { meta } = await db
      .prepare('UPDATE chain SET awake = 0, lease_until = 0 WHERE id = ?1 AND step = ?2 AND woken = 0')
      .bind(id, step)
      .run()
    return meta.changes === 1
  }

  /** Chains with work whom nobody works for: their holder died, or their message was lost. */
  function abandoned(nowMs: number) {
    return allRows(
      db
        .prepare('SELECT id, step, lease_until, resting FROM chain WHERE awake = 1 AND lease_until < ?1')
        .bind(nowMs),
      ChainRow,
    )
  }

  /** Whether somebody is at work for the connection, or will be. */
  async function isAwake(id: string): Promise<boolean> {
    const row = await firstRow(
      db.prepare('SELECT awake FROM chain WHERE id = ?1').bind(id),
      z.object({ awake: flag }),
    )
    return row?.awake ?? false
  }

  return {
    isAwake,
    wake,
    take,
    renew,
    holds,
    fence,
    rest,
    stop,
    abandoned,
  }
}

export type ChainStore = ReturnType<typeof chainStore>
