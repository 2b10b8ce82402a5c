import { until } from './until.ts'

let statements: string | null = null

/** Takes every row away once nobody is at work any more; quicker than a new database. */
export async function emptied(db: D1Database): Promise<void> {
  await until('all chains rest', () => allChainsRest(db))
  statements ??= await deletions(db)
  await db.exec(statements)
}

/** True once no chain has anything to do; null until then. */
export async function allChainsRest(db: D1Database): Promise<true | null> {
  const { results } = await db.prepare('SELECT 1 FROM chain WHERE awake = 1').run()
  return results.length === 0 ? true : null
}

/** One line for each table. */
async function deletions(db: D1Database): Promise<string> {
  const { results } = await db
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT%'`)
    .run<{ name: string }>()
  return results.map(({ name }) => `DELETE FROM "${name}"`).join('\n')
}
