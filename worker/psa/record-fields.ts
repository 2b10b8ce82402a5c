import * as z from 'zod'

/**
 * A field that the vendor's own description lets be null or absent though no record we use may lack it: a line without a
 * quantity or an agreement without a company must stop the read, not pass for zero or for nobody's.
 */
export function present<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value, context): NonNullable<z.output<Schema>> => {
    if (value !== null && value !== undefined) return value
    context.issues.push({ code: 'custom', message: 'it is missing', input: value })
    return z.NEVER
  })
}

/** The day of a date or date-time as it is written, never moved to another time zone; other text stops the read. */
export const Day = z
  .string()
  .nullish()
  .transform((text, context) => {
    if (!text) return null
    const day = dayOf(text)
    if (day === null) context.issues.push({ code: 'custom', message: 'it is no date', input: text })
    return day
  })

/** The day of an ISO date or date-time, `YYYY-MM-DD`; null where the text is neither. */
export function dayOf(text: string): string | null {
  const found = /^(\d{4}-\d{2}-\d{2})(?:$|[T ]\d{2}:\d{2})/.exec(text.trim())?.[1]
  return found !== undefined && IsoDate.safeParse(found).success ? found : null
}

const IsoDate = z.iso.date()
