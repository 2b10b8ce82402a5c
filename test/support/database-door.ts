interface Statement {
  sql: string
  values: unknown[]
}

/**
 * A Worker beside ours that carries out statements for tests, all of one request in one transaction. The runtime's own
 * way into the database stops the process three times for each statement, and the emulated vendors live in it.
 */
export const databaseDoor = {
  name: 'door',
  modules: true,
  /** The database of `wrangler.toml`. */
  d1Databases: { DB: '00000000-0000-0000-0000-000000000000' },
  script: `export default {
    async fetch(request, { DB }) {
      const statements = await request.json()
      try {
        return Response.json(await DB.batch(statements.map(({ sql, values }) => DB.prepare(sql).bind(...values))))
      } catch (error) {
        return new Response(error.message, { status: 500 })
      }
    },
  }`,
}

/**
 * The database as the Worker's own code takes it.
 *
 * @param ask carries a request to the door
 */
export function databaseBehind(
  ask: (request: { method: 'POST'; body: string }) => Promise<{ ok: boolean; text(): Promise<string> }>,
): D1Database {
  async function carryOut<T>(statements: Statement[]): Promise<D1Result<T>[]> {
    const answer = await ask({ method: 'POST', body: JSON.stringify(statements) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(text)
    return JSON.parse(text)
  }

  class Prepared implements Statement, D1PreparedStatement {
    readonly sql: string
    readonly values: unknown[]

    constructor(sql: string, values: unknown[]) {
      this.sql = sql
      this.values = values
    }

    bind(...values: unknown[]): Prepared {
      return new Prepared(this.sql, values)
    }

    async all<T>(): Promise<D1Result<T>> {
      const [result] = await carryOut<T>([this])
      if (result === undefined) throw new Error('the door gave no result')
      return result
    }

    run<T>(): Promise<D1Result<T>> {
      return this.all()
    }

    async first<T>(column?: string): Promise<T | null> {
      const [row] = (await this.all<T>()).results
      if (row === undefined) return null
      return column === undefined ? row : Reflect.get(Object(row), column)
    }

    raw(): Promise<never> {
      return unused('raw')
    }
  }

  function prepared(statement: D1PreparedStatement): Prepared {
    if (statement instanceof Prepared) return statement
    throw new Error('the statement was not prepared here')
  }

  return {
    prepare: (sql) => new Prepared(sql, []),
    batch: (statements) => carryOut(statements.map(prepared)),
    async exec(lines) {
      const statements = lines.split('\n').map((sql) => ({ sql, values: [] }))
      await carryOut(statements)
      return { count: statements.length, duration: 0 }
    },
    withSession: () => unused('withSession'),
    dump: () => unused('dump'),
  }
}

function unused(name: string): never {
  throw new Error(`${name} is not used, so the door knows nothing of it`)
}
