import * as z from 'zod'
import { allRows, firstRow } from './rows.ts'

const FailuresRow = z.object({ counts_for: z.string(), failures: z.number(), oldest: z.number() })

/** So long a proof that the PSA confirmed is believed without asking again, in milliseconds. */
const believedMs = 5 * 60_000

/** Within this time failures are counted, in milliseconds. */
const windowMs = 5 * 60_000

/** How many attempts may fail within five minutes. */
export interface AttemptLimit {
  countsFor: string
  most: number
}

/** Who proved to be a member, and how often somebody failed to. */
export function signInStore(db: D1Database) {
  /** @param proof a keyed digest, never the proof itself */
  async function isProven(proof: string, nowMs: number): Promise<boolean> {
    const row = await firstRow(
      db.prepare('SELECT until FROM proven_member WHERE proof = ?1 AND until > ?2').bind(proof, nowMs),
      z.object({ until: z.number() }),
    )
    return row !== null
  }

  async function remember(proof: string, nowMs: number): Promise<void> {
    await db.batch([
      db.prepare('DELETE FROM proven_member WHERE until <= ?1').bind(nowMs),
      db
        .prepare('INSERT OR REPLACE INTO proven_member (proof, until) VALUES (?1, ?2)')
        .bind(proof, nowMs + believedMs),
    ])
  }

  /** Seconds until the next attempt is let through; 0 where none of the limits is reached. */
  async function waitSeconds(limits: AttemptLimit[], nowMs: number): Promise<number> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT counts_for, COUNT(*) AS failures, MIN(at) AS oldest FROM failed_sign_in
           WHERE at > ?1 AND counts_for IN (SELECT value FROM json_each(?2)) GROUP BY counts_for`,
        )
        .bind(nowMs - windowMs, JSON.stringify(limits.map(({ countsFor }) => countsFor))),
      FailuresRow,
    )
    const waits = limits.map(({ countsFor, most }) => {
      const row = rows.find((one) => one.counts_for === countsFor)
      return row === undefined || row.failures < most ? 0 : Math.ceil((row.oldest + windowMs - nowMs) / 1000)
    })
    return Math.max(...waits)
  }

  async function failed(limits: AttemptLimit[], nowMs: number): Promise<void> {
    await db.batch([
      db.prepare('DELETE FROM failed_sign_in WHERE at <= ?1').bind(nowMs - windowMs),
      db
        .prepare('INSERT INTO failed_sign_in (counts_for, at) SELECT value, ?2 FROM json_each(?1)')
        .bind(JSON.stringify(limits.map(({ countsFor }) => countsFor)), nowMs),
    ])
  }

  return { isProven, remember, waitSeconds, failed }
}

export type SignInStore = ReturnType<typeof signInStore>
