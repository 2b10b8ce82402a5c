import * as z from 'zod'

/** SQLite's 0 and 1 as a boolean. */
export const flag = z.number().transform((value) => value === 1)

/** JSON text in a column, in the shape of `schema`. */
export function jsonColumn<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)
}

/** All rows that a statement answers, checked. */
export async function allRows<Schema extends z.ZodType>(
  statement: D1PreparedStatement,
  schema: Schema,
): Promise<z.output<Schema>[]> {
  const { results } = await statement.all()
  return results.map((row) => schema.parse(row))
}

/** The first row that a statement answers, checked, or null. */
export async function firstRow<Schema extends z.ZodType>(
  statement: D1PreparedStatement,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  const row = await statement.first()
  return row === null ? null : schema.parse(row)
}

/** The rows of one result of a batch, checked. */
export function resultRows<Schema extends z.ZodType>(
  result: D1Result | undefined,
  schema: Schema,
): z.output<Schema>[] {
  return (result?.results ?? []).map((row) => schema.parse(row))
}

/** `values` in pieces of at most `size`, since one bound value may hold at most 2 MB. */
export function pieces<T>(values: T[], size = 2_000): T[][] {
  const result: T[][] = []
  for (let start = 0; start < values.length; start += size) result.push(values.slice(start, start + size))
  return result
}
