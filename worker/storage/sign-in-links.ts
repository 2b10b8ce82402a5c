import * as z from 'zod'
import { firstRow } from './rows.ts'

const LinkRow = z.object({ connection: z.string(), member: z.string() })

/** Whom a sign-in link is for. */
export type LinkFor = z.output<typeof LinkRow>

/** Links that sign a person in once, by the digest of their token. */
export function signInLinkStore(db: D1Database) {
  /** Good until just before `untilMs`. Forgets links that ran out by `nowMs`. */
  async function add(tokenHash: string, link: LinkFor, untilMs: number, nowMs: number): Promise<void> {
    await db.batch([
      db.prepare('DELETE FROM sign_in_link WHERE until <= ?1').bind(nowMs),
      db
        .prepare('INSERT INTO sign_in_link (token_hash, connection, member, until) VALUES (?1, ?2, ?3, ?4)')
        .bind(tokenHash, link.connection, link.member, untilMs),
    ])
  }

  /** Uses a link up. Null where it was used before, ran out, or never was; of several who try at once, one gets it. */
  function redeem(tokenHash: string, nowMs: number): Promise<LinkFor | null> {
    return firstRow(
      db
        .prepare(
          `UPDATE sign_in_link SET used = 1 WHERE token_hash = ?1 AND used = 0 AND until > ?2
           RETURNING connection, member`,
        )
        .bind(tokenHash, nowMs),
      LinkRow,
    )
  }

  return { add, redeem }
}
