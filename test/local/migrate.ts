import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { unstable_splitSqlQuery as statementsOf } from 'wrangler'

type Database = Awaited<ReturnType<Miniflare['getD1Database']>>

/**
 * Applies the migrations that the database does not have yet, by name, each in one transaction with its entry in the
 * list of applied ones. The list is wrangler's own, so that `wrangler d1 migrations` agrees with it. Safe to repeat.
 */
export async function migrate(db: Database, folder: string): Promise<void> {
  await db.exec(
    'CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
  )
  const { results } = await db.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
  const applied = new Set(results.map(({ name }) => name))

  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  for (const name of names.sort().filter((each) => !applied.has(each))) {
    await db.batch([
      ...statementsOf(readFileSync(join(folder, name), 'utf8')).map((sql) => db.prepare(sql)),
      db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
    ])
  }
}
