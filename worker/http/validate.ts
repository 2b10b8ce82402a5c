import type { Context, MiddlewareHandler } from 'hono'
import { resolver, uniqueSymbol } from 'hono-openapi'
import type * as z from 'zod'
import { shapeProblems } from '../domain/configuration-problem.ts'
import type { AppEnv } from './context.ts'
import { invalid, Refusal } from './errors.ts'

type Target = 'json' | 'query' | 'param'

/**
 * Lets a request pass whose part fits the schema, and describes that part in the OpenAPI document. A body is read as
 * JSON whatever its media type says, since one that is passed over would mean the defaults; an empty one is `{}`. Query
 * parameters without a value count as absent.
 */
export function validate<Part extends Target, Schema extends z.ZodType<object>>(part: Part, schema: Schema) {
  const check: MiddlewareHandler<
    AppEnv,
    string,
    { in: { [P in Part]: z.input<Schema> }; out: { [P in Part]: z.output<Schema> } }
  > = async (c, next) => {
    const input = await inputOf(c, part)
    const result = schema.safeParse(input)
    if (!result.success) throw invalid(shapeProblems(result.error.issues, input))
    c.req.addValidatedData(part, result.data)
    await next()
  }
  return Object.assign(check, { [uniqueSymbol]: { target: part, ...resolver(schema) } })
}

/**
 * The body as JSON; undefined where it is empty.
 *
 * @throws Refusal 400 where it is no JSON
 */
export async function jsonBody(c: Context): Promise<unknown> {
  const text = await c.req.text()
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, 'not_json', 'The body is not JSON. Check its quotes, commas and brackets.')
  }
}

async function inputOf(c: Context, part: Target): Promise<unknown> {
  switch (part) {
    case 'json':
      return (await jsonBody(c)) ?? {}
    case 'query':
      return Object.fromEntries(
        Object.entries(c.req.queries())
          .map(([name, values]) => [name, values.length === 1 ? values[0] : values] as const)
          .filter(([, value]) => value !== ''),
      )
    case 'param':
      return c.req.param()
  }
}
