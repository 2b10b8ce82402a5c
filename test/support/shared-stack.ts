import { afterAll, beforeAll } from 'vitest'
import { type Stack, startStack } from './stack.ts'
import { until } from './until.ts'

/** One Worker for all tests of a file, for `openMsp`. */
export function sharedStack(): () => Stack {
  let stack: Stack | null = null
  beforeAll(async () => {
    stack = await startStack({ leaseSeconds: 10 })
  })
  afterAll(() => stack?.close())
  return () => {
    if (stack === null) throw new Error('the Worker runs only while tests do')
    return stack
  }
}

/** Takes every row away once nobody is at work any more; quicker than a new database. */
export async function emptied(db: D1Database): Promise<void> {
  await until('all chains rest', () => allChainsRest(db))
  const { results } = await db
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT%'`)
    .run<{ name: string }>()
  await db.batch(results.map(({ name }) => db.prepare(`DELETE FROM "${name}"`)))
}

/** True once no chain has anything to do; null until then. */
export async function allChainsRest(db: D1Database): Promise<true | null> {
  const { results } = await db.prepare('SELECT 1 FROM chain WHERE awake = 1').run()
  return results.length === 0 ? true : null
}
